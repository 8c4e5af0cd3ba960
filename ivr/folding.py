"""One form for what people write in many ways: case, accents, script variants and spaces folded away."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_APOSTROPHES = frozenset("'’‘‛ʼʹ`´′＇ʻ")
_LETTERS = {
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h",
    "ґ": "г", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "گ": "ك", "پ": "ب", "ڤ": "ف", "ٱ": "ا", "ء": "", "ـ": "",
    "ے": "ي", "ہ": "ه", "چ": "ج", "ژ": "ز",
}  # fmt: skip
_IN_CYRILLIC = re.compile(r"(?<=[\u0400-\u04ff])'+(?=[\u0400-\u04ff])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``offsets[i]`` is where its character ``i`` came from in the source."""

    text: str
    offsets: tuple[int, ...]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of the source that ``text[start:end]`` came from."""
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else 0
            return at, at
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> str:
    """``text`` folded. Folding twice is folding once; any text can be folded."""
    return fold_with_offsets(text).text


def fold_with_offsets(text: str) -> Folded:
    """``text`` folded, with where each character came from."""
    letters: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        for letter in _fold_character(character):
            if letter == " " and (not letters or letters[-1] == " "):
                continue
            letters.append(letter)
            offsets.append(index)
    if letters and letters[-1] == " ":
        letters.pop()
        offsets.pop()
    folded = "".join(letters)
    gone = {at for match in _IN_CYRILLIC.finditer(folded) for at in range(*match.span())}
    if gone:
        folded = "".join(letter for at, letter in enumerate(folded) if at not in gone)
        offsets = [offset for at, offset in enumerate(offsets) if at not in gone]
    return Folded(folded, tuple(offsets))


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    decomposed = unicodedata.normalize("NFKD", decomposed).casefold()
    return "".join(_fold_plain(letter) for letter in decomposed)


def _fold_plain(letter: str) -> str:
    if letter in _LETTERS:
        return _LETTERS[letter]
    if letter in _APOSTROPHES:
        return "'"
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf"):
        return ""
    if category[0] == "Z" or category in ("Cc", "Cs"):
        return " "
    if category == "Nd":
        return str(unicodedata.digit(letter))
    return letter
