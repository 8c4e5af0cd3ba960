import pytest

from ivr.locale import locales
from ivr.messages import Intent

from .conftest import Understand


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("STOP", Intent.STOP), ("Stop. Thank you", Intent.STOP), ("stoppen", Intent.STOP)),
        *(("ja hoor", Intent.YES), ("Yes please!", Intent.YES), ("evet", Intent.YES), ("نعم", Intent.YES)),
        *(("tak", Intent.YES), ("так", Intent.YES), ("oui", Intent.YES), ("sí", Intent.YES)),
        *(("nee", Intent.NO), ("no", Intent.NO), ("hayır", Intent.NO), ("لا", Intent.NO), ("nie", Intent.NO)),
        *(("ні", Intent.NO), ("nein", Intent.NO), ("non", Intent.NO)),
        *(("hulp", Intent.HELP), ("help", Intent.HELP), ("yardım", Intent.HELP), ("pomoc", Intent.HELP)),
        *(("status", Intent.STATUS), ("wis", Intent.DELETE), ("oefen", Intent.PRACTICE), ("start", Intent.START)),
    ],
)
def test_a_whole_message_can_be_a_command_or_an_answer(understand: Understand, text: str, intent: Intent) -> None:
    assert understand(text).intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "stop de overlast op de turfmarkt",
        "no parking signs on the havenstraat",
        "1",
        "2 2",
        "ja er is brand",
        "help me",
    ],
)
def test_words_inside_a_report_are_no_command(understand: Understand, text: str) -> None:
    assert understand(text).intent not in (Intent.STOP, Intent.YES, Intent.NO, Intent.DELETE)


@pytest.mark.parametrize(
    ("text", "named"), [("taal", ""), ("language", ""), ("Polski", "pl"), ("taal turks", "tr"), ("українська", "uk")]
)
def test_another_language_can_be_asked_for(understand: Understand, text: str, named: str) -> None:
    found = understand(text)
    assert (found.intent, found.intent_language) == (Intent.LANGUAGE, named)


@pytest.mark.parametrize("code", list(locales()))
def test_every_language_is_called_by_its_own_name(understand: Understand, code: str) -> None:
    assert understand(locales()[code].endonym).intent_language == code
