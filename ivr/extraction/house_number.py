"""The house number of a text: near the street or after a word such as "number", in digits or in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ivr.extraction.house_suffix import SuffixReader
from ivr.extraction.lexicon import Lexicon
from ivr.extraction.numbers import MOST_WORDS, compact, number_table
from ivr.extraction.place import Mention
from ivr.extraction.tokens import Words
from ivr.folding import fold

_DIGITS = re.compile(r"(?P<number>\d{1,4})(?P<suffix>[^\W\d_]?|bis|hs|hg|hoog|ter|huis|rd|zw|i{2,3}|iv)")
_NO_SUFFIX = frozenset({"x", "e", "u", "h", "m"})  # "2x", "3e", "8u": counts, ordinals and times
_FAR = 4
_HIGHEST = 2999
_SHORT_UNIT = 2
_ENDINGS = "de da te ta deki daki teki taki den dan ten tan in un nin nun ye ya e a"
_CASES = tuple(_ENDINGS.split())
_DIGIT_BY_DIGIT = 3
_NEAR = 3
_ARTICLES = frozenset({"the", "de", "het", "t", "la", "le", "el", "van", "of", "du", "des", "der"})
_VEHICLES = "bus tram lijn line ligne linie linea autobus otobüs maat size trein автобус трамва باص الباص حافلة حذا"
_NO_HOUSES = tuple(fold(word) for word in _VEHICLES.split())
_IN_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)\s*")


@dataclass(frozen=True, slots=True)
class Found:
    """A number in the words ``first`` to ``last`` (inclusive); ``spoken``: in words; ``cased``: with an ending."""

    number: str
    suffix: str
    first: int
    last: int
    spoken: bool = False
    cased: bool = False


class NumberReader:
    """Reads numbers in digits and in the words of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._table = number_table(lexicon.code, tuple(sorted(lexicon.number_words.items())))
        self._suffixes = SuffixReader(lexicon, {word: value for word, value in self._table.items() if value < 100})

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
        usable = [found for found in all_found if not self._counts_something(words, found, mention)]
        if corrected_from is not None:
            after = [found for found in usable if found.first > corrected_from]
            if after and (mention is None or mention.first < after[-1].first):
                return after[-1]
        for near in (
            self._right_after(usable, mention),
            self._after_cue(words, usable),
            self._by_street(words, usable, mention),
            self._after_weak_cue(words, usable, mention),
        ):
            if near:
                return self._taken_back(words, near, all_found)
        if awaited and all_found:
            return (usable or all_found)[-1 if corrected_from is not None else 0]
        return None

    def _all(self, words: Words, masked: frozenset[int]) -> list[Found]:
        found: list[Found] = []
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
            if digits["suffix"] in _NO_SUFFIX and words.source[words.span(index, index).end - 1].islower():
                return None
            found = Found(str(int(digits["number"])), "", index, index)
            if not digits["suffix"]:
                return self._with_suffix(words, found)
            named = self._lexicon.letter_names.get(digits["suffix"], digits["suffix"])
            return replace(found, suffix=self._suffixes.in_latin(named))
        return self._in_words(words, index)

    def _in_words(self, words: Words, index: int) -> Found | None:
        whole = self._longest(words, index)
        if whole is None:
            return None
        pieces = [whole]
        while (following := self._longest(words, pieces[-1].last + 1)) and words.between(
            pieces[-1].last, following.first
        ) == " ":
            pieces.append(following)
        values = [int(piece.number) for piece in pieces]
        if len(values) >= _DIGIT_BY_DIGIT and all(value < 10 for value in values):  # "one eight seven"
            return replace(whole, number="".join(piece.number for piece in pieces), last=pieces[-1].last)
        if len(values) == 2 and 0 < values[0] < 10 <= values[1] < 100 and self._lexicon.code in ("en", "es"):
            return replace(whole, number=f"{values[0]}{values[1]}", last=pieces[1].last)
        if len(values) == 2 and values[0] >= 10 > values[1] > 0 and self._ends(words, pieces[1].last):
            return replace(whole, suffix=f"-{values[1]}", last=pieces[1].last)
        return self._with_suffix(words, whole) if values[0] else None

    def _longest(self, words: Words, index: int) -> Found | None:
        best = None
        joined = ""
        for last in range(index, min(index + MOST_WORDS, len(words.tokens))):
            joined += compact(words.tokens[last].text)
            value = self._table.get(joined)
            if value is not None:
                best = Found(str(value), "", index, last, spoken=True)
            elif words.tokens[last].text not in _CASES and (inflected := self._inflected(joined)):
                best = Found(str(inflected), "", index, last, spoken=True, cased=True)
        return best

    def _inflected(self, joined: str) -> int | None:
        """A Turkish number word with a case's ending: "dokuza", "besten"."""
        if self._lexicon.code != "tr":
            return None
        for ending in _CASES:
            stem = joined.removesuffix(ending)
            if stem != joined and stem in self._table and (len(ending) > 1 or len(stem) > 4):
                return self._table[stem]
        return None

    def _ends(self, words: Words, last: int) -> bool:
        """Whether what follows word ``last`` can't be what a number before it counts."""
        if last + 1 >= len(words.tokens) or words.between(last, last + 1).strip():
            return True
        text = words.tokens[last + 1].text
        return (text in self._lexicon.function_words or text in self._lexicon.fillers) and not self._is_unit(text)

    def _in_longer(self, words: Words, index: int) -> bool:
        """Whether the digits are part of a time, a date, an amount, a plate or a phone number."""
        before = words.folded.text[: words.tokens[index].start][-4:]
        after = words.folded.text[words.tokens[index].end :][:4]
        left = re.search(r"\d[.:,/-]$|[€$£+]\s?$|(?<![^\W\d_])[^\W\d_]{1,3}-$", before)
        right = re.match(r"[.:,]\d|\s?[€%°]|-\d\d|/\d\d|-[a-z]{2,3}(?![^\W_])", after)
        return bool(left or right)

    def _with_suffix(self, words: Words, found: Found) -> Found:
        suffix = self._suffixes.read(words, found.last, spoken=found.spoken)
        return replace(found, suffix=suffix.text, last=suffix.last) if suffix else found

    def _counts_something(self, words: Words, found: Found, mention: Mention | None) -> bool:
        """Whether the number tells a time, an age or how many, not a house."""
        tokens = words.tokens
        before = tokens[found.first - 1].text if found.first else ""
        if mention and found.last + 1 == mention.first and not found.spoken:
            return False
        if before in self._lexicon.clock_cues:
            return True
        if before in self._lexicon.number_cues and mention is not None:
            return False
        beside = mention is not None and found.first == mention.last + 1
        if beside and found.spoken and words.between(found.first - 1, found.first).strip():
            return not self._ends(words, found.last)  # "on the square, three boys"
        if found.spoken and found.number == "1" and not found.suffix and before not in self._lexicon.number_cues:
            closed = found.last + 1 >= len(tokens) or bool(words.between(found.last, found.last + 1).strip())
            return not (closed or (self._lexicon.code == "en" and beside and self._ends(words, found.last)))
        if found.last + 1 >= len(tokens) or found.suffix or (mention and found.last + 1 == mention.first):
            return False
        gap = words.between(found.last, found.last + 1)
        after = tokens[found.last + 1].text
        if after in self._lexicon.number_cues_after or (
            beside and len(after) <= _SHORT_UNIT + 1 and after in self._lexicon.function_words
        ):
            return False
        return gap.strip(" -") == "" and self._is_unit(after)

    def _is_unit(self, text: str) -> bool:
        return any(text == unit if len(unit) <= _SHORT_UNIT else text.startswith(unit) for unit in self._lexicon.units)

    @staticmethod
    def _right_after(usable: Sequence[Found], mention: Mention | None) -> Found | None:
        if mention is None:
            return None
        return next((found for found in usable if found.first == mention.last + 1), None)

    def _after_cue(self, words: Words, usable: Sequence[Found]) -> Found | None:
        for found in usable:
            before = words.tokens[found.first - 1].text if found.first else ""
            after = words.tokens[found.last + 1].text if found.last + 1 < len(words.tokens) else ""
            cued = before in self._lexicon.number_cues or after in self._lexicon.number_cues_after
            if cued and not self._of_no_house(words, found):
                return found
        return None

    @staticmethod
    def _of_no_house(words: Words, found: Found) -> bool:
        """Whether the number is that of a bus, or a size."""
        around = words.tokens[max(found.first - 2, 0) : found.first - 1] + words.tokens[found.last + 2 : found.last + 3]
        return any(token.text.startswith(_NO_HOUSES) for token in around)

    def _after_weak_cue(self, words: Words, usable: Sequence[Found], mention: Mention | None) -> Found | None:
        """The only number after a word such as "del" in "la casa del 3", where the street stands elsewhere."""
        cued = [
            found for found in usable if found.first and words.tokens[found.first - 1].text in self._lexicon.weak_cues
        ]
        return cued[0] if mention and len(cued) == 1 and len(usable) == 1 else None

    def _by_street(self, words: Words, usable: Sequence[Found], mention: Mention | None) -> Found | None:
        if mention is None:
            return None
        start = self._after_brackets(words, mention)
        for found in usable:
            between = words.tokens[start : found.first]
            if found.first >= start and len(between) <= _FAR and all(self._idle(token.text) for token in between):
                gap = words.folded.text[words.tokens[start - 1].end : words.tokens[found.first].start]
                if not re.search(r"[.!?;]\s", gap) or "nr." in gap:
                    return found
        for found in reversed(usable):
            between = words.tokens[found.last + 1 : mention.first]
            if found.last < mention.first and len(between) <= 2 and all(token.text in _ARTICLES for token in between):
                gap = words.folded.text[words.tokens[found.last].end : words.tokens[mention.first].start]
                if (
                    not found.cased
                    and not (found.spoken and self._lexicon.code not in ("nl", "en", "fr"))
                    and not re.search(r"[.!?;]\s", gap)
                ):
                    return found
        return None

    @staticmethod
    def _after_brackets(words: Words, mention: Mention) -> int:
        """The first word after the street and what stands in brackets behind it."""
        brackets = _IN_BRACKETS.match(words.folded.text, words.tokens[mention.last].end)
        start = mention.last + 1
        while brackets and start < len(words.tokens) and words.tokens[start].end < brackets.end():
            start += 1
        return start

    def _idle(self, text: str) -> bool:
        return text in self._lexicon.fillers or text in self._lexicon.number_cues

    def _taken_back(self, words: Words, chosen: Found, all_found: Sequence[Found]) -> Found:
        """The number that takes the place of the chosen one: "thirty, no, thirty one"."""
        for found in all_found:
            between = [token.text for token in words.tokens[chosen.last + 1 : found.first]]
            if found.first > chosen.last and 0 < len(between) <= _NEAR and between[0] in self._lexicon.negations:
                return found
        return chosen
