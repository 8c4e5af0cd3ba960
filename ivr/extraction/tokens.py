"""A text cut into folded words that remember where they stood."""

import re
from dataclasses import dataclass

from ivr.folding import Folded, fold_with_offsets
from ivr.messages import Span

LONGEST = 1600
"""Characters of a text that are understood; the rest is kept but not read."""

_WORD = re.compile(r"[^\W_]+")
_DIGITS_AND_LETTERS = re.compile(r"(\d{2,}|[0148])([a-z]{4,}|[^\W\d_a-z]+)")
_ONE_DIGIT = re.compile(r"\d([^\W\d_]{3,})")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CLITICS = (
    *("وبال", "وال", "بال", "فال", "كال", "عال", "هال", "لل", "ال"),
    *("وب", "ول", "بي", "بت", "وي", "وت", "حي", "مت", "عم"),
    *("و", "ب", "ل", "ف", "ع", "ه", "م", "ت", "ي", "ن"),
)
MASK = "\x00"


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its folded text, its half-open range in the folded text, and the forms it may be found under."""

    text: str
    start: int
    end: int
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A text as sent, the same folded, and its words."""

    source: str
    folded: Folded
    tokens: tuple[Token, ...]

    def span(self, first: int, last: int) -> Span:
        """The range of the text as sent that the words ``first`` to ``last`` (inclusive) stand in."""
        return Span(*self.folded.source(self.tokens[first].start, self.tokens[last].end))

    def between(self, left: int, right: int) -> str:
        """What stands between the words ``left`` and ``right`` in the folded text."""
        return self.folded.text[self.tokens[left].end : self.tokens[right].start]

    def masked(self, covered: frozenset[int]) -> "Words":
        """The same words with those at ``covered`` made unfindable (street names mean nothing else)."""
        if not covered:
            return self
        return Words(
            self.source,
            self.folded,
            tuple(
                Token(MASK, token.start, token.end, (MASK,)) if index in covered else token
                for index, token in enumerate(self.tokens)
            ),
        )


def cut(text: str) -> Words:
    """The words of ``text``, of its first ``LONGEST`` characters."""
    folded = fold_with_offsets(text[:LONGEST])
    tokens: list[Token] = []
    for match in _WORD.finditer(folded.text):
        glued = _DIGITS_AND_LETTERS.fullmatch(match[0])
        if glued:  # "12numara", "3autos"; "12b" and "2bis" stay whole
            middle = match.start() + len(glued[1])
            tokens.append(_token(glued[1], match.start(), middle))
            tokens.append(_token(glued[2], middle, match.end()))
        else:
            tokens.append(_token(match[0], match.start(), match.end()))
    return Words(text[:LONGEST], folded, tuple(tokens))


def _token(text: str, start: int, end: int) -> Token:
    return Token(text, start, end, _forms(text))


def _forms(text: str) -> tuple[str, ...]:
    forms = [text]
    if _ARABIC.match(text):
        forms += [text[len(each) :] for each in _CLITICS if text.startswith(each) and len(text) - len(each) >= 2]
    digit = _ONE_DIGIT.fullmatch(text)  # "3autos"; "7afle" is one word of Arabic in Latin letters
    if digit:
        forms.append(digit[1])
    squeezed = re.sub(r"([^\W\d])\1{2,}", r"\1", text)
    if squeezed != text:
        forms += [squeezed, re.sub(r"([^\W\d])\1{2,}", r"\1\1", text)]
    return tuple(dict.fromkeys(forms))
