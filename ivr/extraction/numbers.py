"""Numbers in words, in all nine languages: what num2words says, read backwards."""

from collections.abc import Mapping, Sequence
from functools import cache

from num2words import num2words

from ivr.extraction.patterns import spellings
from ivr.folding import fold

HIGHEST = 999
_JOINERS = {"nl": ("en",), "de": ("und",), "en": ("and",), "fr": ("et",), "es": ("y",)}
MOST_WORDS = 6


def compact(words: str) -> str:
    """Words of a number as one string, as the tables have them."""
    return "".join(letter for letter in fold(words) if letter.isalnum())


@cache
def number_table(code: str, extra: tuple[tuple[str, int], ...] = ()) -> Mapping[str, int]:
    """The numbers of 1 to 999 by their compacted words; ``extra`` are single words beyond the standard ones."""
    table: dict[str, int] = {}
    for number in range(1, HIGHEST + 1):
        for way in _ways(code, num2words(number, lang=code)):
            table.setdefault(way, number)
    tens_and_units = {number: way for way, number in table.items() if number < 100}
    for word, number in extra:
        table.setdefault(compact(word), number)
        if number >= 20 and number % 10 == 0 and number < 100:
            for unit in range(1, 10):
                for joined in (compact(word) + tens_and_units[unit], tens_and_units[unit] + compact(word)):
                    table.setdefault(joined, number + unit)
    _combine(code, table, extra)
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
    """Put the extra words together as their language does: unit before ten, with or without "and"."""
    units = [(compact(word), number) for word, number in extra if number < 10]
    tens = [(way, number) for way, number in table.items() if number in range(20, 100, 10)]
    joined = {"ar": "و", "nl": "en", "de": "und", "es": "y", "fr": "et"}.get(code, "")
    for ten, high in tens:
        for unit, low in units:
            for way in (unit + joined + ten, ten + joined + unit, ten + unit):
                table.setdefault(way, high + low)
