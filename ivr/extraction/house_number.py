"""The house number of a text: near the street or after a word such as "number", in digits or in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.extraction.lexicon import Lexicon
from ivr.extraction.numbers import MOST_WORDS, compact, number_table
from ivr.extraction.place import Mention
from ivr.extraction.tokens import Words

_DIGITS = re.compile(r"(?P<number>\d{1,4})(?P<suffix>[a-z]{0,2}|bis|hs|hg|hoog|ter)")
_WORD_SUFFIXES = frozenset(
    {"hoog", "huis", "hs", "bis", "rood", "rd", "zwart", "zw", "boven", "ter", "rechts", "links"}
)
_FAR = 4
_HIGHEST = 2999


@dataclass(frozen=True, slots=True)
class Found:
    """A number in the words ``first`` to ``last`` (inclusive)."""

    number: str
    suffix: str
    first: int
    last: int


class NumberReader:
    """Reads numbers in digits and in the words of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._table = number_table(lexicon.code, tuple(sorted(lexicon.number_words.items())))

    def find(
        self,
        words: Words,
        mention: Mention | None,
        masked: frozenset[int],
        corrected_from: int | None,
        *,
        awaited: bool,
    ) -> Found | None:
        """The house number; ``awaited``: the text answers "which number?", so that a bare one counts."""
        all_found = self._all(words, masked)
        usable = [found for found in all_found if not self._counts_something(words, found)]
        if corrected_from is not None:
            after = [found for found in usable if found.first > corrected_from]
            if after and (mention is None or mention.first < after[-1].first):
                return after[-1]
        for near in (self._after_cue(words, usable), self._by_street(words, usable, mention)):
            if near:
                return near
        if awaited and all_found:
            return (usable or all_found)[-1 if corrected_from is not None else 0]
        return None

    def _all(self, words: Words, masked: frozenset[int]) -> list[Found]:
        found = []
        index = 0
        while index < len(words.tokens):
            number = None if index in masked else self._read(words, index)
            if number:
                found.append(number)
                index = number.last
            index += 1
        return found

    def _read(self, words: Words, index: int) -> Found | None:
        digits = _DIGITS.fullmatch(words.tokens[index].text)
        if digits and 0 < int(digits["number"]) <= _HIGHEST and not self._in_longer(words, index):
            return self._with_suffix(words, str(int(digits["number"])), digits["suffix"], index, index)
        best = None
        joined = ""
        for last in range(index, min(index + MOST_WORDS, len(words.tokens))):
            joined += compact(words.tokens[last].text)
            value = self._table.get(joined) or (self._inflected(joined) if last > index or len(joined) > 4 else None)
            if value:
                best = (value, last)
        if best is None:
            return None
        return self._with_suffix(words, str(best[0]), "", index, best[1])

    def _inflected(self, joined: str) -> int | None:
        """A number word with a Turkish or other ending: "birde", "nolu"."""
        if self._lexicon.code != "tr":
            return None
        for ending in ("de", "da", "te", "ta", "deki", "daki", "teki", "taki", "in", "un", "nin", "nun"):
            if joined.endswith(ending) and joined[: -len(ending)] in self._table:
                return self._table[joined[: -len(ending)]]
        return None

    def _in_longer(self, words: Words, index: int) -> bool:
        """Whether the digits are part of a time, a date, an amount or a phone number."""
        before = words.folded.text[: words.tokens[index].start][-2:]
        after = words.folded.text[words.tokens[index].end :][:3]
        left = re.search(r"\d[.:,/-]$|[€$£+]$", before)
        right = re.match(r"[.:,]\d|[€%°]|-\d\d|/\d\d", after)
        return bool(left or right)

    def _with_suffix(self, words: Words, number: str, suffix: str, first: int, last: int) -> Found:
        if suffix:
            return Found(number, format_suffix(suffix), first, last)
        follows = last + 1
        if follows >= len(words.tokens):
            return Found(number, "", first, last)
        text = words.tokens[follows].text
        gap = words.between(last, follows)
        if text in _WORD_SUFFIXES and gap in (" ", "-"):
            return Found(number, text, first, follows)
        if text == "hoog" or (gap in ("-", "/") and re.fullmatch(r"[a-z]|\d", text)):
            return Found(number, format_suffix(text), first, follows)
        if gap == " " and re.fullmatch(r"[a-h]", text) and self._letter_alone(words, follows):
            return Found(number, text.upper(), first, follows)
        return Found(number, "", first, last)

    def _letter_alone(self, words: Words, index: int) -> bool:
        if words.tokens[index].text not in self._lexicon.single_letters:
            return True
        if index + 1 == len(words.tokens):
            return True
        return bool(re.match(r"[,.;:!?)]", words.between(index, index + 1)))

    def _counts_something(self, words: Words, found: Found) -> bool:
        """Whether the number tells a time, an age or how many, not a house."""
        tokens = words.tokens
        before = tokens[found.first - 1].text if found.first else ""
        if before in self._lexicon.clock_cues:
            return True
        if found.last + 1 >= len(tokens) or found.suffix:
            return False
        gap = words.between(found.last, found.last + 1)
        after = tokens[found.last + 1].text
        if after in self._lexicon.number_cues_after:
            return False
        return gap.strip(" -") == "" and after.startswith(self._lexicon.units)

    def _after_cue(self, words: Words, usable: Sequence[Found]) -> Found | None:
        for found in usable:
            before = words.tokens[found.first - 1].text if found.first else ""
            after = words.tokens[found.last + 1].text if found.last + 1 < len(words.tokens) else ""
            if before in self._lexicon.number_cues or after in self._lexicon.number_cues_after:
                return found
        return None

    def _by_street(self, words: Words, usable: Sequence[Found], mention: Mention | None) -> Found | None:
        if mention is None:
            return None
        for found in usable:
            between = words.tokens[mention.last + 1 : found.first]
            if found.first > mention.last and len(between) <= _FAR and all(self._idle(token.text) for token in between):
                gap = words.folded.text[words.tokens[mention.last].end : words.tokens[found.first].start]
                if not re.search(r"[.!?;]\s", gap) or "nr." in gap:
                    return found
        for found in reversed(usable):
            between = words.tokens[found.last + 1 : mention.first]
            if found.last < mention.first and all(self._idle(token.text) for token in between) and len(between) <= 2:
                return found
        return None

    def _idle(self, text: str) -> bool:
        return text in self._lexicon.fillers or text in self._lexicon.number_cues


def format_suffix(suffix: str) -> str:
    """The notation of what follows a house number: one letter in capitals, words such as "hoog" in small letters."""
    return suffix.upper() if len(suffix) == 1 else suffix.casefold()
