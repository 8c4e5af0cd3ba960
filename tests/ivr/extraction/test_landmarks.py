import pytest

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import PlaceFound

from .conftest import NOW

PLACES = Gazetteer(
    ["Turfmarkt", "Kastanjelaan", "Kastanjestraat", "Van Speykstraat"],
    spoken=[("Turfmarkt", "Ossenplein")],
    numbers={"Kastanjelaan": [(1, 40)], "Kastanjestraat": [(41, 90)]},
    landmarks=[("Moskee An-Noor", ["An-Noor"]), ("Bakkerij Kruim", []), ("Halte Oost", []), ("Halte West", [])],
)


def place(extractor: Extractor, text: str) -> PlaceFound:
    return extractor.understand(text, PLACES, NOW).place


@pytest.mark.parametrize(
    ("text", "landmark"),
    [
        ("herrie bij bakkerij kruim", "Bakkerij Kruim"),
        ("litter next to the an-noor", "Moskee An-Noor"),
        ("there is a fight at the mosque", "Moskee An-Noor"),
        ("caminin önünde kavga var", "Moskee An-Noor"),
        ("сміття біля мечеті", "Moskee An-Noor"),
        ("ضجة عند المسجد", "Moskee An-Noor"),
        ("śmieci na halte oost", "Halte Oost"),
        ("herrie bij de halte", ""),
        ("herrie op de turfmarkt", ""),
    ],
)
def test_a_landmark_is_known_by_its_names(extractor: Extractor, text: str, landmark: str) -> None:
    assert place(extractor, text).landmark == landmark


def test_a_street_may_have_another_name(extractor: Extractor) -> None:
    assert [match.street for match in place(extractor, "afval op het ossenplein").streets] == ["Turfmarkt"]


def test_house_numbers_tell_twins_apart(extractor: Extractor) -> None:
    twins = place(extractor, "afval op de kastanje").streets
    assert {match.street for match in twins} == {"Kastanjelaan", "Kastanjestraat"}
    (told,) = place(extractor, "afval op de kastanje 62").streets
    assert told.street == "Kastanjestraat"
