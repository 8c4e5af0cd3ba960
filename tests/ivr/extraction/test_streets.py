import time

import pytest

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import Slot

from .conftest import NOW, Understand


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
        ("حفرة في واسترسينغل", "Westersingel"),
        ("زبل فكاستانيا لان", "Kastanjelaan"),
        ("ضجة عند مولن سترات", "Molenstraat"),
        ("litter in mullen street", "Molenstraat"),
        ("litter on the harbour strat", "Havenstraat"),
        ("la poubelle place juliana brûle", "Julianaplein"),
        ("first esweg is full of glass", "Eerste Esweg"),
        ("druga esweg jest pełna szkła", "Tweede Esweg"),
        ("basura en la veversdeik", "Weversdijk"),
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


@pytest.mark.parametrize(
    "text",
    [
        *("er ligt afval op straat", "the noise at the school is bad", "hello", "12", "weg"),
        *("alle lampen op het wandelpad zijn uit", "ze staan al in de winkelstraat te wachten", "hij loopt zomaar weg"),
    ],
)
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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ze kwamen gewoon achterom en namen de fiets mee", False),
        ("er ligt afval op het achterom", True),
        ("fiets gestolen. Achterom, gisteren", True),
        ("rubbish lies about achterom again", True),
    ],
)
def test_an_ordinary_word_names_a_street_only_where_the_text_says_so(
    extractor: Extractor, text: str, *, found: bool
) -> None:
    named = extractor.understand(text, Gazetteer(["Achterom", "Turfmarkt"]), NOW).place.streets
    assert [match.street for match in named] == (["Achterom"] if found else [])


def test_another_kind_of_street_is_never_taken_for_the_one_said(extractor: Extractor) -> None:
    twins = Gazetteer(["Kastanjelaan", "Molenweg"])
    assert extractor.understand("afval op de kastanjestraat", twins, NOW).place.streets == ()


def test_a_name_without_its_kind_is_asked_about(extractor: Extractor) -> None:
    twins = Gazetteer(["Troelstralaan", "Troelstrastraat", "Molenweg"])
    named = extractor.understand("noise at troelstra 12", twins, NOW).place.streets
    assert {match.street for match in named} == {"Troelstralaan", "Troelstrastraat"}


FIRST = ("Ker", "Mo", "Lin", "Rij", "Sta", "Beu", "Es", "Wil", "Mei", "Zon", "Bloe", "Ko", "Tul", "Na", "Von")
LAST = ("ven", "bos", "kamp", "oord", "horst", "rade", "ink", "donk", "lo", "beek", "zand", "broek", "hout", "schoten")
HEADS = [first + middle + last for first in FIRST for middle in ("ke", "len", "de", "n") for last in LAST]


def test_a_region_of_a_hundred_thousand_streets_is_searched_in_time(extractor: Extractor) -> None:
    parts = (
        "",
        "Oude ",
        "Nieuwe ",
        "Korte ",
        "Lange ",
        "Grote ",
        "Kleine ",
        "Noorder ",
        "Zuider ",
        "Wester ",
        "Achter ",
    )
    kinds = ("straat", "laan", "weg", "plein", "kade", "dijk", "singel", "gracht", "hof", "pad", "steeg")
    region = Gazetteer([part + head + kind for part in parts for head in HEADS for kind in kinds][:100_000])
    assert len(region.streets) == 100_000
    text = "there are two men at the korte lindeven strat twelve looking into cars and they do not go away"
    times = []
    for _ in range(5):
        started = time.thread_time()
        found = extractor.understand(text, region, NOW).place
        times.append(time.thread_time() - started)
    assert "Korte Lindevenstraat" in [match.street for match in found.streets]
    assert sorted(times)[2] < 0.1
    assert region.by_keys("5462")
