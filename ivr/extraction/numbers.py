"""Numbers in words, in all nine languages: what num2words says, read backwards."""

from collections.abc import Mapping, Sequence
from functools import cache

from num2words import num2words

from ivr.extraction.patterns import spellings
from ivr.folding import fold

HIGHEST = 999
_JOINERS = {"nl": ("en",), "de": ("und",), "en": ("and",), "fr": ("et",), "es": ("y",)}
_JOINED = {"ar": "و", "nl": "en", "de": "und", "es": "y", "fr": "et", "en": "and"}
_BESIDE = {"uk": "ru"}
"""Languages whose number words are used as well by speakers of another."""

_NOUGHT = {"en": ("o", "oh", "zero"), "nl": ("nul",), "de": ("null",)}
MOST_WORDS = 6


def compact(words: str) -> str:
    """Words of a number as one string, as the tables have them."""
    return "".join(letter for letter in fold(words) if letter.isalnum())


@cache
def number_table(code: str, extra: tuple[tuple[str, int], ...] = ()) -> Mapping[str, int]:
    """The numbers of 1 to 999 by their compacted words; ``extra`` are single words beyond the standard ones.

    A nought, said between other digits, is there where it is one word.
    """
    table: dict[str, int] = {}
    for language in (code, _BESIDE.get(code, code)):
        for number in range(1, HIGHEST + 1):
            for way in _ways(language, num2words(number, lang=language)):
                table.setdefault(way, number)
    tens_and_units = {number: way for way, number in table.items() if number < 100}
    for word, number in extra:
        table.setdefault(compact(word), number)
        if number >= 20 and number % 10 == 0 and number < 100:
            for unit in range(1, 10):
                for joined in (compact(word) + tens_and_units[unit], tens_and_units[unit] + compact(word)):
                    table.setdefault(joined, number + unit)
    _combine(code, table, extra)
    for nought in _NOUGHT.get(code, ()):
        table.setdefault(nought, 0)
    return table


def _ways(code: str, words: str) -> list[str]:
    ways = [compact(way) for way in spellings(words, umlauts=code == "de")]
    if code == "de":
        ways += [way.removeprefix("ein") for way in ways if way.startswith("einhundert")]
    if code == "ar":
        ways += [way.replace("ون", "ين") for way in ways]
    for joiner in _JOINERS.get(code, ()):
        pieces = words.replace("-", " ").split()
        ways.append(compact(" ".join(piece for piece in pieces if piece != joiner)))
    return list(dict.fromkeys(ways))


def _combine(code: str, table: dict[str, int], extra: Sequence[tuple[str, int]]) -> None:
    """Put words together as people do: unit before ten or after it, hundreds with "and" before the rest."""
    added = [(compact(word), number) for word, number in extra]
    units = [(way, number) for way, number in [*table.items(), *added] if number < 10]
    tens = [(way, number) for way, number in table.items() if number in range(20, 100, 10)]
    joined = _JOINED.get(code, "")
    for ten, high in tens:
        for unit, low in units:
            for way in (unit + joined + ten, ten + joined + unit, ten + unit):
                table.setdefault(way, high + low)
    if not joined:
        return
    rest = [(way, number) for way, number in table.items() if number < 100]
    hundreds = [(way, number) for way, number in table.items() if number in (100, 200)]
    for hundred, high in hundreds:
        for way, low in rest:
            table.setdefault(hundred + joined + way, high + low)
