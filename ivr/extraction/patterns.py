"""The little language of lexicons, and finding all its patterns in a text at once.

A pattern list is separated by commas or line ends. In a pattern, words stand apart by spaces; ``fire*`` is a word that
starts so, ``*fire`` one that ends so, ``*fire*`` one that contains it; ``(a|b)`` is a choice; ``@door`` is any pattern
of the class ``door``; ``~`` allows up to four words in between; ``+`` joins patterns that must all stand in the text,
in any order and at most fourteen words apart.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product

from ivr.extraction.tokens import Token
from ivr.folding import fold

_GAP = 4
_FAR = 14
_UMLAUTS = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"}
_CHOICE = re.compile(r"\(([^()]*)\)")


class Kind(Enum):
    """How an item of a pattern matches a word."""

    WORD = auto()
    PREFIX = auto()
    SUFFIX = auto()
    INFIX = auto()
    CLASS = auto()
    GAP = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a pattern."""

    kind: Kind
    text: str = ""


Sequence_ = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns that together count ``weight`` for ``label``."""

    label: str
    weight: float
    parts: tuple[Sequence_, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that was found, in the words ``ranges`` (inclusive)."""

    label: str
    weight: float
    ranges: tuple[tuple[int, int], ...]


def split(patterns: str) -> list[str]:
    """The patterns of a list, still in their own notation, choices written out."""
    listed = [pattern.strip() for pattern in re.split(r"[,\n]", patterns)]
    return [written for pattern in listed if pattern for written in _choices(pattern)]


def _choices(pattern: str) -> list[str]:
    pieces = _CHOICE.split(pattern)
    options = [piece.split("|") if index % 2 else [piece] for index, piece in enumerate(pieces)]
    return [" ".join("".join(chosen).split()) for chosen in product(*options)]


def spellings(pattern: str, *, umlauts: bool) -> list[str]:
    """The ways to type a pattern: apostrophes left out or as a space, umlauts as two letters."""
    ways = [pattern]
    if umlauts and re.search("[äöüÄÖÜ]", pattern):
        ways.append(pattern.translate(_UMLAUTS))
    folded = [fold(way) for way in ways]
    spelled = [way.replace("'", gap) for way in folded for gap in (("", " ") if "'" in way else ("",))]
    return list(dict.fromkeys(way.replace("-", " ") for way in spelled))


def parse(pattern: str) -> tuple[Sequence_, ...]:
    """A folded pattern without choices as the sequences that it joins."""
    return tuple(tuple(_item(word) for word in part.split()) for part in pattern.split("+"))


def _item(word: str) -> Item:
    if word == "~":
        return Item(Kind.GAP)
    if word.startswith("@"):
        return Item(Kind.CLASS, word[1:])
    bare = word.strip("*")
    if word.startswith("*"):
        return Item(Kind.INFIX if word.endswith("*") else Kind.SUFFIX, bare)
    return Item(Kind.PREFIX if word.endswith("*") else Kind.WORD, bare)


class _Class:
    """The options of a class: those of a single word looked up together, the longer ones one by one."""

    def __init__(self, options: Sequence[Sequence_]) -> None:
        single: dict[Kind, list[str]] = defaultdict(list)
        longer: list[Sequence_] = []
        for option in options:
            if len(option) > 1 or option[0].kind in (Kind.CLASS, Kind.GAP):
                longer.append(option)
            else:
                single[option[0].kind].append(option[0].text)
        self.options = tuple(options)
        self.longer = tuple(longer)
        self._words = frozenset(single[Kind.WORD])
        self._prefixes = tuple(single[Kind.PREFIX])
        self._suffixes = tuple(single[Kind.SUFFIX])
        self._infixes = tuple(single[Kind.INFIX])

    def has(self, token: Token) -> bool:
        """Whether a form of the word is an option by itself."""
        return any(
            form in self._words
            or form.startswith(self._prefixes)
            or form.endswith(self._suffixes)
            or any(inside in form for inside in self._infixes)
            for form in token.forms
        )


_Ends = dict[tuple[str, int], tuple[int, ...]]
"""By class and place in the text: where its options there end."""


class Index:
    """Rules and classes, found in one pass over the words of a text."""

    def __init__(self, rules: Iterable[Rule], classes: Mapping[str, Sequence[Sequence_]]) -> None:
        self.rules = tuple(dict.fromkeys(rules))
        self._classes = {name: _Class(options) for name, options in classes.items()}
        self._starts: dict[Kind, dict[str, list[tuple[int, int]]]] = {kind: defaultdict(list) for kind in Kind}
        for number, rule in enumerate(self.rules):
            for place, part in enumerate(rule.parts):
                for first in self._first_items(part):
                    self._starts[first.kind][first.text].append((number, place))

    def _first_items(self, part: Sequence_) -> Iterable[Item]:
        if part[0].kind is not Kind.CLASS:
            return (part[0],)
        return [first for option in self._classes[part[0].text].options for first in self._first_items(option)]

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """All rules found, each once, in their order in the lexicon."""
        found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        known: _Ends = {}
        for position, token in enumerate(tokens):
            for number, place in self._candidates(token):
                if place in found[number]:
                    continue
                end = self._match(self.rules[number].parts[place], 0, tokens, position, known)
                if end is not None:
                    found[number][place] = (position, end - 1)
        return [
            Hit(self.rules[number].label, self.rules[number].weight, tuple(ranges.values()))
            for number, ranges in sorted(found.items())
            if len(ranges) == len(self.rules[number].parts) and _close(ranges.values())
        ]

    def _candidates(self, token: Token) -> dict[tuple[int, int], None]:
        candidates: dict[tuple[int, int], None] = {}
        for form in token.forms:
            candidates.update(dict.fromkeys(self._starts[Kind.WORD].get(form, ())))
            for length in range(1, len(form) + 1):
                candidates.update(dict.fromkeys(self._starts[Kind.PREFIX].get(form[:length], ())))
                candidates.update(dict.fromkeys(self._starts[Kind.SUFFIX].get(form[-length:], ())))
            for inside, numbers in self._starts[Kind.INFIX].items():
                if inside in form:
                    candidates.update(dict.fromkeys(numbers))
        return candidates

    def _match(self, part: Sequence_, item: int, tokens: Sequence[Token], position: int, known: _Ends) -> int | None:
        """Where the words of ``part`` from its ``item`` on end when they start at ``position``; None if they don't."""
        if item == len(part):
            return position
        if part[item].kind is Kind.GAP:
            for skipped in range(min(_GAP, len(tokens) - position) + 1):
                end = self._match(part, item + 1, tokens, position + skipped, known)
                if end is not None:
                    return end
            return None
        if position >= len(tokens):
            return None
        if part[item].kind is Kind.CLASS:
            for after in self._class_ends(part[item].text, tokens, position, known):
                end = self._match(part, item + 1, tokens, after, known)
                if end is not None:
                    return end
            return None
        if any(_fits(part[item], form) for form in tokens[position].forms):
            return self._match(part, item + 1, tokens, position + 1, known)
        return None

    def _class_ends(self, name: str, tokens: Sequence[Token], position: int, known: _Ends) -> tuple[int, ...]:
        """Where the options of a class that start at ``position`` end; found once for a text, since many rules ask."""
        ends = known.get((name, position))
        if ends is None:
            options = self._classes[name]
            found = [position + 1] if options.has(tokens[position]) else []
            for option in options.longer:
                end = self._match(option, 0, tokens, position, known)
                if end is not None and end not in found:
                    found.append(end)
            ends = known[name, position] = tuple(found)
        return ends


def _fits(item: Item, form: str) -> bool:
    match item.kind:
        case Kind.WORD:
            return form == item.text
        case Kind.PREFIX:
            return form.startswith(item.text)
        case Kind.SUFFIX:
            return form.endswith(item.text)
        case _:
            return item.text in form


def _close(ranges: Iterable[tuple[int, int]]) -> bool:
    starts = [start for start, _ in ranges]
    return max(starts) - min(starts) <= _FAR
