import pytest

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer

from .conftest import NOW, Understand


@pytest.mark.parametrize(
    "text",
    [
        "mijn vader is flauwgevallen en reageert niet",
        "he drank antifreeze by mistake",
        "evde yabancı biri var dolaba saklandım",
        "ابني بلع بطارية وعم يختنق",
        "ktoś wchodzi przez balkon do mojego mieszkania",
        "людина впала у канал і не випливає",
        "hier riecht es nach gas",
        "mon voisin menace sa femme avec un couteau",
        "mi padre no respira",
        "no encuentro a mi hija, la buscamos y no la encontramos",  # holds the reassuring "la encontramos"
        "mon oncle désorienté est parti en pyjama",
        "the baby swallowed a toy battery and is choking",  # a battery alone is harmless
        "de rookmelder piept en er komt rook uit de meterkast",
    ],
)
def test_danger_is_heard(understand: Understand, text: str) -> None:
    danger = understand(text).emergency
    assert danger.suspected
    assert danger.confidence >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "vorige maand was er brand bij de bakker",
        "the heat is killing us, can we have some shade",
        "dün komşuda yangın çıkmıştı söndürüldü",
        "بطارية الباب خلصت",
        "akumulator mi padł pod domem",
        "минулого тижня гасили пожежу",
        "der rauchmelder piept, batterie leer",
        "le cours de premiers secours est complet ?",
        "me muero de risa con los vecinos",
        "there is a hedgehog with a bleeding paw",
        "er ligt een matras op de stoep",
    ],
)
def test_what_is_over_or_only_sounds_bad_is_no_alarm(understand: Understand, text: str) -> None:
    assert not understand(text).emergency.suspected


def test_the_words_that_alarmed_are_told(understand: Understand) -> None:
    text = "help, mijn vader reageert niet"
    spans = understand(text).emergency.spans
    assert "reageert niet" in [text[span.start : span.end] for span in spans]


def test_a_street_name_alarms_nobody(extractor: Extractor) -> None:
    text = "er ligt oud papier in de Pistoolhof"
    assert not extractor.understand(text, Gazetteer(["Pistoolhof"]), NOW).emergency.suspected
    assert extractor.understand(text, Gazetteer([]), NOW).emergency.suspected
