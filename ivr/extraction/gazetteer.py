"""The streets of one group, indexed for spelling, for hearing and for the keypad."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA

from ivr.extraction.by_ear import is_arabic, romanise, sound
from ivr.extraction.hearing import coded, distances
from ivr.extraction.kinds import SOUNDS, heard_kinds
from ivr.extraction.landmarks import Landmarks
from ivr.extraction.street_index import KINDS, Heard, Name, StreetIndex, taken_apart
from ivr.extraction.street_names import ENDINGS, variants
from ivr.extraction.tokens import cut
from ivr.folding import fold
from ivr.messages import StreetMatch

PART = 0.9
"""The score of a part of a name said exactly."""

KINDLESS = 0.77
"""The most a name scores whose kind of street was left out."""

_CANDIDATES = 10
_UNLIKE = 0.4
"""The share of same sounds under which swaps between like ones can no longer make up for the rest."""

_BY_EAR = 0.97
"""The most that something scores that is not spelled like the name."""

_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_MOST_KEYS = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a text that may name a street: folded as one word, the same in Latin letters, and a kind said before."""

    spelled: str
    latin: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    piece: int
    head: str
    heard: Heard
    clear: float  # how clearly the kind of street was said
    unwritten: bool


class Gazetteer:
    """An immutable index of streets; ``postcodes`` are (postcode, street) pairs where the group knows them.

    ``spoken`` are (street, name) pairs: other names that people use for a street. ``numbers`` are the first and last
    house numbers of stretches of a street, where known; ``landmarks`` are (name, other names) pairs.
    """

    def __init__(
        self,
        streets: Iterable[str],
        postcodes: Iterable[tuple[str, str]] = (),
        spoken: Iterable[tuple[str, str]] = (),
        numbers: Mapping[str, Sequence[tuple[int, int]]] | None = None,
        landmarks: Iterable[tuple[str, Collection[str]]] = (),
    ) -> None:
        self.landmarks = Landmarks(landmarks)
        self._numbers = dict(numbers or {})
        self.streets: tuple[str, ...] = tuple(dict.fromkeys(street for street in streets if fold(street)))
        places = {street: place for place, street in enumerate(self.streets)}
        ways = [variants(street) for street in self.streets]
        named = {(place, text): part for place, texts in enumerate(ways) for text, part in texts.items()}
        for street, name in spoken:
            if street in places:
                named.update({(places[street], text): part for text, part in variants(name).items() if not part})
        names = [taken_apart(place, text, part=part) for (place, text), part in named.items() if text]
        self._exact: dict[str, list[Name]] = defaultdict(list)
        for each in names:
            self._exact[each.text].append(each)
        self._index = StreetIndex(names)
        self._keys = _keypad(self.streets, ways)
        self._postcodes = tuple((re.sub(r"\D", "", postcode)[:4], street) for postcode, street in postcodes)
        self.longest = max((len(name.text) for name in names), default=0)

    def match(self, text: str, *, lenient: bool = False) -> tuple[StreetMatch, ...]:
        """The streets that ``text`` by itself could name, best first. ``lenient``: it answers "which street?"."""
        tokens = [token.text for token in cut(text).tokens]
        piece = Piece("".join(tokens), "".join(map(romanise, tokens)))
        scores = self.exactly(piece.spelled) or self.nearly([piece], lenient=lenient)[0]
        return tuple(StreetMatch(street, score) for street, score in rank(scores))

    def exactly(self, joined: str) -> dict[str, float]:
        """The streets that a folded word names, perhaps with an ending of another language, with their scores."""
        for length in range(len(joined), max(len(joined) - 6, 3), -1):
            names = self._exact.get(joined[:length])
            if names and (length == len(joined) or joined[length:] in ENDINGS):
                whole = [name for name in names if not name.part]
                score = (1.0 if whole else PART) - (0.01 if length < len(joined) else 0.0)
                return {self.streets[name.street]: score for name in whole or names}
        return {}

    def nearly(self, pieces: Sequence[Piece], *, lenient: bool = False) -> list[dict[str, float]]:
        """For each piece the streets that it spells or sounds like, with their scores; none where none is likely."""
        found: list[dict[str, float]] = [{} for _ in pieces]
        ways = [way for number, piece in enumerate(pieces) for way in _ways(number, piece)]
        if not ways or not self._index.names:
            return found
        who, names = self._index.near([way.heard for way in ways], _CANDIDATES, any_kind=lenient)
        if not len(who):
            return found
        unwritten = np.array([way.unwritten for way in ways])[who]
        heads = distances(coded([way.heard.head for way in ways])[who], self._index.heads[names], unwritten)
        kinds = np.array([KINDS.index(way.heard.kind) for way in ways])[who]
        other = np.nonzero(kinds != self._index.kinds[names])[0]  # where the kinds agree, the heads decide
        wholes = np.zeros_like(heads)
        sounds = coded([way.heard.whole for way in ways])[who[other]]
        wholes[other] = distances(sounds, self._index.wholes[names[other]], unwritten[other])
        for asker, at, head, whole in zip(who.tolist(), names.tolist(), heads.tolist(), wholes.tolist(), strict=True):
            way, name = ways[asker], self._index.names[at]
            score = self._score(way, at, head, whole, lenient=lenient)
            street = self.streets[name.street]
            if score > found[way.piece].get(street, 0.0):
                found[way.piece][street] = score
        return found

    def _score(self, way: _Way, at: int, head: float, whole: float, *, lenient: bool) -> float:
        """How likely the name at ``at`` was meant, 0 where too unlikely to mention."""
        name, heard = self._index.names[at], way.heard
        sounds = self._index.sounds[at]
        part = 0.95 if name.part else 1.0
        alike = _alike(way.head, name.head, heard.head, sounds, head)
        if heard.kind == name.kind:
            if not name.kind:
                least = 0.6 if lenient else 0.83 + max(0, 8 - len(sounds)) * 0.02
                return min(alike, _BY_EAR) * part if alike >= least else 0.0
            share = len(sounds) / (len(sounds) + len(SOUNDS[name.kind]))
            score = 1.0 - (1.0 - alike) * share
            right = alike >= (0.5 if lenient else 0.72 + 0.15 * (1.0 - way.clear)) and score >= (
                0.6 if lenient else 0.78
            )
            return min(score, _BY_EAR) * part if right else 0.0
        if lenient and heard.kind and name.kind:
            return 0.65 * alike if alike >= 0.85 else 0.0
        if not heard.kind and not name.part and alike >= (0.8 if lenient else 0.83 + max(0, 14 - len(sounds)) * 0.02):
            return KINDLESS * alike
        kind = SOUNDS.get(name.kind, "")
        ends = _alike(way.head + heard.kind, name.text, heard.whole, sounds + kind, whole)
        least = 0.6 if lenient else 0.83 + max(0, 8 - len(sounds + kind)) * 0.02
        return min(ends, _BY_EAR) * part if ends >= least else 0.0

    def has_number(self, street: str, number: int) -> bool:
        """Whether a street may have a house number: not where its numbers are known and this is none of them."""
        stretches = self._numbers.get(street, ())
        return not stretches or any(first <= number <= last for first, last in stretches)

    def by_keys(self, keys: str) -> tuple[str, ...]:
        """The best three streets whose first letters, or whose postcode's digits, are ``keys`` on a telephone's keypad.

        Leading articles may be left out. Where no street fits all keys, those that fit most of the first ones count.
        """
        digits = "".join(key for key in keys if key.isascii() and key.isdigit())
        by_postcode = [street for postcode, street in self._postcodes if digits and postcode == digits]
        for length in range(len(digits), 0, -1):
            wanted = digits[:length]
            first = bisect_left(self._keys, (wanted, 0, 0))
            last = bisect_left(self._keys, (wanted + "~", 0, 0))
            fits: dict[int, int] = {}
            for _, place, order in self._keys[first:last]:
                fits[order] = min(place, fits.get(order, place))
            ranked = sorted(fits.items(), key=lambda fit: (fit[1], fit[0]))
            found = by_postcode + [self.streets[order] for order, _ in ranked[:3]]
            if found:
                return tuple(dict.fromkeys(found))[:3]
        return ()


def rank(scores: Mapping[str, float], *, most: int = 3) -> list[tuple[str, float]]:
    """The streets worth asking about, best first: one alone where it clearly wins."""
    ranked = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
    if not ranked:
        return []
    best = ranked[0][1]
    margin = 0.02 if best >= 0.98 else 0.08
    return [(street, round(score, 3)) for street, score in ranked if score >= best - margin][:most]


def _keypad(streets: Sequence[str], ways: Sequence[Mapping[str, bool]]) -> list[tuple[str, int, int]]:
    """(keys, place among the ways to spell it, street), sorted."""
    return sorted(
        (spelled, place, order)
        for order, (street, named) in enumerate(zip(streets, ways, strict=True))
        for place, spelled in enumerate(_spelled(street, named))
    )


def _spelled(street: str, named: Mapping[str, bool]) -> tuple[str, ...]:
    ways = sorted(named, key=named.__getitem__)  # whole names first
    plain = "".join(letter for letter in fold(street) if letter.isalnum())
    return tuple(dict.fromkeys(romanise(way).translate(_KEYS) for way in (plain, *ways)))


def _ways(number: int, piece: Piece) -> list[_Way]:
    """The ways to take a piece for a name: with and without endings of other languages and a kind of street."""
    if len(piece.latin) < 4:
        return []
    unwritten = is_arabic(piece.spelled)
    ways: dict[Heard, _Way] = {}
    for place, form in enumerate(_without_endings(piece.latin, changed=piece.latin != piece.spelled)):
        apart = [*heard_kinds(form)]
        if not apart or place == 0:
            apart.append((form, piece.kind, 1.0))
        for head, kind, clear in apart:
            heard = Heard(sound(head), kind)
            if heard.head:
                ways.setdefault(heard, _Way(number, head, heard, clear, unwritten))
    return list(ways.values())


def _without_endings(latin: str, *, changed: bool) -> list[str]:
    endings = [latin[:-length] for length in (1, 2, 3, 4) if latin[-length:] in ENDINGS and len(latin) - length >= 5]
    if changed:  # Arabic writes "in", "at" and "the" to the word
        endings += [latin[len(start) :] for start in ("b", "al", "bal", "l", "f") if latin.startswith(start)]
    return [latin, *endings]


def _alike(spelled: str, name: str, heard: str, sounds: str, cost: float) -> float:
    """How alike two names are, 0 to 1, by their letters or by the cost of hearing one for the other."""
    longest = max(len(heard), len(sounds))
    written = OSA.normalized_similarity(spelled, name)
    by_ear = 1.0 - cost / longest - 0.02 if longest else 0.0
    if by_ear > written and OSA.normalized_similarity(heard, sounds) < _UNLIKE:
        return written
    return max(written, by_ear)
