"""What follows a house number: "31A", "12 bis", "8-2", "acht twee hoog", "7 streepje 1", in any script."""

import re
from dataclasses import dataclass

from ivr.extraction.lexicon import Lexicon
from ivr.extraction.numbers import compact
from ivr.extraction.tokens import Words

WORDS = frozenset({"hoog", "huis", "hs", "bis", "rood", "rd", "zwart", "zw", "boven", "ter", "rechts", "links"})
_LETTERS = {
    "а": "a", "б": "b", "в": "b", "с": "c", "ц": "c", "г": "g", "д": "d", "е": "e", "ф": "f",
    "ا": "a", "ب": "b", "ج": "c", "د": "d",
}  # fmt: skip
_APART = re.compile("[a-df]")  # "e" makes an ordinal
_MOST_ADDED = 99


@dataclass(frozen=True, slots=True)
class Suffix:
    """A suffix and its last word."""

    text: str
    last: int


class SuffixReader:
    """Reads what follows house numbers in one language."""

    def __init__(self, lexicon: Lexicon, units: dict[str, int]) -> None:
        self._lexicon = lexicon
        self._units = units

    def read(self, words: Words, number_last: int, *, spoken: bool) -> Suffix | None:
        """The suffix in the words after the number that ends in word ``number_last``.

        ``spoken``: the number was said in words, so that a dash and a letter may be as well.
        """
        at = number_last + 1
        if at >= len(words.tokens):
            return None
        text = words.tokens[at].text
        gap = words.between(number_last, at)
        if text in WORDS and gap in (" ", "-"):
            return Suffix(text, at)
        if gap == "" and len(text) == 1 and text in _LETTERS:
            return Suffix(_LETTERS[text].upper(), at)
        if gap in ("-", "/") and re.fullmatch(r"[a-z]|\d{1,2}|i{1,3}|iv|v", text):
            return self._after_dash(text, at)
        if gap != " ":
            return None
        return self._floor(words, at) or self._dash_in_words(words, at) or self._letter(words, at, spoken=spoken)

    @staticmethod
    def in_latin(letters: str) -> str:
        """A suffix written to the digits, in Latin letters."""
        return format_suffix(_LETTERS.get(letters, letters))

    def _after_dash(self, text: str, at: int) -> Suffix:
        return Suffix(f"-{int(text)}" if text.isdigit() else format_suffix(text), at)

    def _floor(self, words: Words, at: int) -> Suffix | None:
        """ "2 hoog", "twee hoog"."""
        floor = self._small(words.tokens[at].text)
        if floor and at + 1 < len(words.tokens) and words.tokens[at + 1].text == "hoog":
            return Suffix(f"-{floor}", at + 1)
        return None

    def _dash_in_words(self, words: Words, at: int) -> Suffix | None:
        if words.tokens[at].text not in self._lexicon.dashes or at + 1 >= len(words.tokens):
            return None
        text = words.tokens[at + 1].text
        added = self._small(text)
        if added:
            return Suffix(f"-{added}", at + 1)
        letter = self._letter_named(text)
        return Suffix(letter, at + 1) if letter else None

    def _letter(self, words: Words, at: int, *, spoken: bool) -> Suffix | None:
        text = words.tokens[at].text
        if text in self._lexicon.letter_cues and at + 1 < len(words.tokens):
            letter = self._letter_named(words.tokens[at + 1].text)
            return Suffix(letter, at + 1) if letter else None
        letter = self._letter_named(text)
        if not letter or not (len(text) == 1 or spoken):
            return None
        if words.source[words.span(at, at).start].isupper() or text not in self._lexicon.single_letters:
            return Suffix(letter, at)
        return Suffix(letter, at) if self._closes(words, at) else None

    def _letter_named(self, text: str) -> str:
        if _APART.fullmatch(text):
            return text.upper()
        return self._lexicon.letter_names.get(text, _LETTERS.get(text, "")).upper()

    def _closes(self, words: Words, at: int) -> bool:
        """Whether nothing that the word could belong to follows it."""
        if at + 1 == len(words.tokens):
            return True
        if re.match(r"\s*[,.;:!?)]", words.between(at, at + 1)):
            return True
        return self._lexicon.code in ("en", "nl", "de") and words.tokens[at + 1].text in self._lexicon.function_words

    def _small(self, text: str) -> int:
        value = int(text) if text.isdigit() else self._units.get(compact(text), 0)
        return value if 0 < value <= _MOST_ADDED else 0


def format_suffix(suffix: str) -> str:
    """The notation of what follows a house number: one letter in capitals, words such as "hoog" in small letters."""
    return suffix.upper() if len(suffix) == 1 else suffix.casefold()
