from dataclasses import dataclass

import pytest

from ivr.messages import Word
from ivr.speech.phantoms import is_loop, is_phantom


@dataclass
class Heard:
    text: str
    avg_logprob: float = -0.3
    no_speech_prob: float = 0.1


def words(text: str, *, confidence: float = 0.9, a_second: float = 2.0) -> list[Word]:
    return [
        Word(word, number / a_second, (number + 1) / a_second, confidence) for number, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    "text",
    [
        "MUZIEK.",
        " Muziek ",
        "[applaus]",
        "(geroezemoes)",
        "♪♪♪",
        "...",
        "",
        "TV GELDERLAND 2021",
        "Ondertitels ingediend door de Amara.org gemeenschap",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "Sous-titrage Société Radio-Canada",
        "Napisy stworzone przez społeczność Amara.org",
        "Altyazı M.K.",
        "Дякую за перегляд!",
        "Субтитры сделал DimaTorzok",
        "ترجمة نانسي قنقر",
        "Thanks for watching!",
    ],
)
def test_captions_and_credits_are_phantoms(text: str) -> None:
    assert is_phantom(Heard(text))


@pytest.mark.parametrize(
    "text",
    [
        "De muziek staat heel hard bij de buren",
        "Er wordt ingebroken in de Kerkstraat",
        "112",
        "ja",
        "Bedankt",
        "In der Wohnung über mir läuft seit gestern Abend der Fernseher, ZDF, sehr laut, bis drei Uhr nachts",
    ],
)
def test_what_residents_say_is_none(text: str) -> None:
    assert not is_phantom(Heard(text))


def test_whispers_own_doubt_counts() -> None:
    assert is_phantom(Heard("ja", avg_logprob=-1.6))
    assert is_phantom(Heard("ja", avg_logprob=-0.9, no_speech_prob=0.7))
    assert not is_phantom(Heard("ja", avg_logprob=-0.9, no_speech_prob=0.3))
    assert not is_phantom(Heard("ja", avg_logprob=-0.3, no_speech_prob=0.9))


@pytest.mark.parametrize(
    "text",
    [
        "ja " * 40,
        "en dat is " * 5,
        "Dit gaat over de straat " * 4,
        "Er was iets, " + "op de hoek, " * 8,
    ],
)
def test_the_same_over_and_over_is_a_loop(text: str) -> None:
    assert is_loop(words(text, a_second=8))


def test_a_muttered_word_over_and_over_is_a_loop_at_any_pace() -> None:
    assert is_loop(words("ja " * 8, confidence=0.3))


@pytest.mark.parametrize(
    "text",
    [
        "help " * 7,
        "kom snel " * 4,
        "nee nee nee niet zo snel",
        "twee twee twee",
        "de man liep weg en de man kwam terug en de man liep weg",
        "",
    ],
)
def test_people_repeat_themselves(text: str) -> None:
    assert not is_loop(words(text))
