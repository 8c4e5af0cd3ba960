"""The names of many streets by their consonants, so that what was heard is compared with few of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ivr.extraction.by_ear import sound
from ivr.extraction.hearing import coded
from ivr.extraction.kinds import SOUNDS, kind_of

_COARSE = {"X": 1, "K": 1, "T": 2, "P": 3, "F": 4, "S": 5, "L": 6, "R": 7, "M": 8, "N": 8}
_MOST_CONSONANTS = 13
_FEWEST_TO_MISS_ONE = 3
_FEWEST_FOR_HALVES = 6
_HALF = 4
_WAY = 56
_UNLIKE = 0.12
"""The share of common pairs of sounds at which two names are not worth comparing."""
_ANY, _WHOLE, _KINDS = 0, 1, 2
_CROWDED = 1500
"""Names with the same key above which it no longer tells them apart."""

KINDS = ("", *SOUNDS)


@dataclass(frozen=True, slots=True)
class Name:
    """One way to name a street: folded and as one word, taken apart; ``part``: it says only a part of the name."""

    street: int
    text: str
    head: str
    kind: str
    part: bool


def taken_apart(street: int, text: str, *, part: bool) -> Name:
    """A name of the street at ``street``, by its kind."""
    kind = kind_of(text)
    return Name(street, text, text.removesuffix(kind) if kind else text, kind, part)


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that may be a name: its head and kind of street as sounds ("" where none was heard)."""

    head: str
    kind: str

    @property
    def whole(self) -> str:
        """All sounds."""
        return self.head + SOUNDS.get(self.kind, "")


class StreetIndex:
    """An immutable index of names by sound."""

    def __init__(self, names: Iterable[Name]) -> None:
        self.names = tuple(names)
        self.sounds = [sound(name.head) for name in self.names]
        wholes = [head + SOUNDS.get(name.kind, "") for head, name in zip(self.sounds, self.names, strict=True)]
        self.heads = coded(self.sounds)
        self.lengths = np.fromiter(map(len, self.sounds), dtype=np.int32, count=len(self.names))
        self.kinds = np.fromiter((KINDS.index(name.kind) for name in self.names), dtype=np.int32, count=len(self.names))
        self.kind_lengths = np.array([len(SOUNDS.get(kind, "")) for kind in KINDS], dtype=np.int32)
        self._pairs = np.fromiter(map(_pairs, self.sounds), dtype=np.uint64, count=len(self.names))
        self.wholes = coded(wholes)
        keys: list[int] = []
        owners: list[int] = []
        for number, (head, whole) in enumerate(zip(self.sounds, wholes, strict=True)):
            named = _keys(head, (_ANY, _KINDS + int(self.kinds[number])))
            if head != whole:
                named += _keys(whole, (_WHOLE,))
            keys += named
            owners += [number] * len(named)
        order = np.argsort(np.array(keys, dtype=np.uint64), kind="stable")
        self._keys = np.array(keys, dtype=np.uint64)[order]
        self._owners = np.array(owners, dtype=np.int32)[order]

    def near(self, heard: Sequence[Heard], most: int, *, any_kind: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of (place in ``heard``, place in ``names``) that may be the same, at most ``most`` for each heard.

        ``any_kind``: also names of another kind of street than was heard.
        """
        asked: list[int] = []
        askers: list[int] = []
        for number, each in enumerate(heard):
            ways = (_KINDS + KINDS.index(each.kind),) if each.kind and not any_kind else (_ANY, _WHOLE)
            keyed = _keys(each.head, ways)
            asked += keyed
            askers += [number] * len(keyed)
        keys = np.array(asked, dtype=np.uint64)
        starts = np.searchsorted(self._keys, keys, "left")
        counts = np.searchsorted(self._keys, keys, "right") - starts
        counts[counts > _CROWDED] = 0
        total = int(counts.sum())
        if not total:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        who = np.repeat(np.array(askers, dtype=np.int64), counts)
        within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        names = self._owners[np.repeat(starts, counts) + within].astype(np.int64)
        return self._likeliest(heard, who, names, most)

    def _likeliest(
        self, heard: Sequence[Heard], who: NDArray[np.int64], names: NDArray[np.int64], most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        pairs = np.fromiter((_pairs(each.head) for each in heard), dtype=np.uint64, count=len(heard))
        asked, known = pairs[who], self._pairs[names]
        shared = np.bitwise_count(asked & known).astype(np.float32)
        likeness = 2 * shared / (np.bitwise_count(asked) + np.bitwise_count(known))
        alike = likeness > _UNLIKE
        who, names, likeness = who[alike], names[alike], likeness[alike]
        order = np.lexsort((names, -likeness, who))
        who, names = who[order], names[order]
        fresh = np.ones(len(who), dtype=bool)
        fresh[1:] = (who[1:] != who[:-1]) | (names[1:] != names[:-1])
        who, names = who[fresh], names[fresh]
        kept = np.arange(len(who)) - np.searchsorted(who, who, "left") < most
        return who[kept], names[kept]


def _keys(sounds: str, ways: Iterable[int]) -> list[int]:
    """The keys of a name in some ways: its consonants, those with one left out, and of a long one its two halves."""
    consonants = [_COARSE[letter] for letter in sounds if letter in _COARSE][:_MOST_CONSONANTS]
    bodies = {_body(consonants)}
    if len(consonants) >= _FEWEST_TO_MISS_ONE:
        bodies.update(_body(consonants[:at] + consonants[at + 1 :]) for at in range(len(consonants)))
    if len(consonants) >= _FEWEST_FOR_HALVES:
        bodies.update((_body((*consonants[:_HALF], 0)), _body((0, *consonants[-_HALF:]))))
    return [way << _WAY | body for way in ways for body in bodies]


def _body(consonants: Sequence[int]) -> int:
    body = 1
    for consonant in consonants:
        body = body << 4 | consonant
    return body


def _pairs(sounds: str) -> int:
    """The pairs of neighbouring sounds as a set of 64 bits."""
    padded = f"^{sounds}$"
    bits = 0
    for left, right in pairwise(padded):
        bits |= 1 << (ord(left) * 7 + ord(right) * 13) % 64
    return bits
