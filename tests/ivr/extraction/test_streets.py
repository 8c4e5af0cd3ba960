import pytest

from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import Slot

from .conftest import Understand


def named(understand: Understand, text: str, awaiting: Slot = Slot.REPORT) -> list[str]:
    return [match.street for match in understand(text, awaiting=awaiting).place.streets]


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("herrie in de kastanjelaan", "Kastanjelaan"),
        ("herrie in de kastanje laan", "Kastanjelaan"),
        ("herrie in de dorpsstr.", "Dorpsstraat"),
        ("burg. roosplein ligt vol afval", "Burgemeester Roosplein"),
        ("op t hoge land ligt afval", "'t Hoge Land"),
        ("litter on the van spijkstraat", "Van Speykstraat"),
        ("rubbish on lennepkade", "Jacob van Lennepkade"),
        ("rubbish in kastanjelan", "Kastanjelaan"),
        ("a fight at molen strat", "Molenstraat"),
        ("Turfmarkt'ta kavga var", "Turfmarkt"),
        ("kastanjelaanda kavga var", "Kastanjelaan"),
        ("na Westersingelu leżą śmieci", "Westersingel"),
        ("حفرة في كاستانيا لان", "Kastanjelaan"),
        ("сміття на вестерсінгелі", "Westersingel"),
        ("сміття на ірісстрат", "Irisstraat"),
        ("2e esweg ligt vol glas", "Tweede Esweg"),
        ("in de kastanjelaan nee sorry de turfmarkt staat een bus", "Turfmarkt"),
        ("na kastanjelaan, nie, przepraszam, na turfmarkt stoi bus", "Turfmarkt"),
    ],
)
def test_a_street_is_found_as_people_write_and_say_it(understand: Understand, text: str, street: str) -> None:
    assert named(understand, text)[:1] == [street]


@pytest.mark.parametrize("text", ["er ligt afval op straat", "the noise at the school is bad", "hello", "12", "weg"])
def test_no_street_is_found_where_none_is_named(understand: Understand, text: str) -> None:
    assert named(understand, text) == []


def test_two_streets_are_both_offered_the_first_one_first(understand: Understand) -> None:
    assert named(understand, "hoek turfmarkt en rozengracht ligt afval") == ["Turfmarkt", "Rozengracht"]


def test_near_twins_are_asked_about() -> None:
    streets = Gazetteer(["Eikenlaan", "Eikenplein", "Eikelaan"])
    assert {match.street for match in streets.match("eikenlan")} >= {"Eikenlaan", "Eikelaan"}


def test_an_answer_to_which_street_may_be_further_off(understand: Understand) -> None:
    assert named(understand, "reagers wek", Slot.STREET)[:1] == ["Reigersweg"]


def test_a_match_tells_where_it_stands(understand: Understand) -> None:
    text = "¡Fuego! en la  Turf­markt ya"
    (match,) = understand(text).place.streets
    assert match.span is not None
    assert text[match.span.start : match.span.end] == "Turf­markt"


@pytest.mark.parametrize(
    ("keys", "street"),
    [
        ("8873", "Turfmarkt"),
        ("5278", "Kastanjelaan"),
        ("4643", "'t Hoge Land"),
        ("84643", "'t Hoge Land"),
        ("7773", ""),
    ],
)
def test_the_keypad_spells_the_first_letters(streets: Gazetteer, keys: str, street: str) -> None:
    found = streets.by_keys(keys)
    assert len(found) <= 3
    if street:
        assert found[0] == street


def test_keys_that_no_street_has_find_none() -> None:
    assert Gazetteer(["Turfmarkt"]).by_keys("999") == ()
    assert Gazetteer(["Turfmarkt"]).by_keys("*#") == ()


def test_a_postcode_on_the_keypad_finds_its_streets() -> None:
    streets = Gazetteer(["Turfmarkt", "Kerkpad"], [("2511 AB", "Turfmarkt"), ("2512 XX", "Kerkpad")])
    assert streets.by_keys("2512") == ("Kerkpad",)


def test_empty_and_repeated_names_are_no_streets() -> None:
    assert Gazetteer(["", " ", "Kerkpad", "Kerkpad"]).streets == ("Kerkpad",)
