"""An emergency told where a street was asked for is an emergency, however much its words sound like a street."""

from datetime import UTC, datetime

import pytest

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.locale import locales
from ivr.messages import Slot

NOW = datetime(2026, 11, 2, 20, 15, tzinfo=UTC)
STREETS = ("Kerkstraat", "Molenweg", "Dorpsdijk", "Boomgaard", "Havenstraat", "Brandersgracht", "Messemakerspad")
ALARMS = (
    ("nl", "er wordt geschoten in de Molenweg"),
    ("nl", "help er wordt iemand neergestoken"),
    ("nl", "Kerkstraat 5, er is brand!"),
    ("nl", "er is brand binnen zijn nog mensen"),
    ("en", "there is a fire in the house next door"),
    ("en", "somebody is being stabbed"),
    ("tr", "yangın var evde insanlar var"),
    ("ar", "في حريق بالبيت وفي ناس جوا"),
    ("pl", "pali się dom, w środku są ludzie"),
    ("uk", "горить будинок, всередині люди"),
    ("de", "es brennt, da sind noch leute drin"),
    ("fr", "il y a le feu dans la maison"),
    ("es", "hay fuego en la casa y hay gente dentro"),
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(tuple(locales()))


@pytest.mark.parametrize("told", ["nl", None, "its own"])
@pytest.mark.parametrize(("language", "text"), ALARMS)
def test_an_alarm_is_heard_at_every_step(extractor: Extractor, language: str, text: str, told: str | None) -> None:
    known = language if told == "its own" else told
    for slot in Slot:
        understood = extractor.understand(text, Gazetteer(STREETS), NOW, known, slot)
        assert understood.emergency.suspected, slot


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "weet niet"),
        ("nl", "ik weet het niet precies"),
        ("en", "i dont know"),
        ("tr", "bilmiyorum"),
        ("ar", "لا اعرف"),
        ("pl", "nie wiem"),
        ("uk", "не знаю"),
        ("de", "weiß ich nicht"),
        ("fr", "je ne sais pas"),
        ("es", "no lo sé"),
    ],
)
def test_not_knowing_is_no_street(extractor: Extractor, language: str, text: str) -> None:
    assert extractor.understand(text, Gazetteer(STREETS), NOW, language, Slot.STREET).place.streets == ()


@pytest.mark.parametrize(("text", "street"), [("Kirkstrat", "Kerkstraat"), ("moolen weg", "Molenweg")])
def test_a_street_by_ear_is_still_found(extractor: Extractor, text: str, street: str) -> None:
    found = extractor.understand(text, Gazetteer(STREETS), NOW, "nl", Slot.STREET).place.streets
    assert found
    assert found[0].street == street
