"""The streets of one group, indexed for spelling, for hearing and for the keypad."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest

from rapidfuzz.distance import OSA

from ivr.extraction.by_ear import distance, romanise, sound
from ivr.extraction.street_names import ENDINGS, KINDS, variants
from ivr.extraction.tokens import cut
from ivr.folding import fold
from ivr.messages import StreetMatch

PART = 0.9
"""The score of a part of a name said exactly."""

_CANDIDATES = 12
_UNLIKE = 0.4
"""The share of same sounds under which swaps between like ones can no longer make up for the rest."""

_SMALL = 150
"""Names from which sounds that many of them share ("straat") no longer tell them apart."""

_FURTHEST = 0.5
"""The cost a letter from which two sounds are not alike at all."""
_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


@dataclass(frozen=True, slots=True)
class _Name:
    street: int
    text: str
    heard: str
    part: bool


class Gazetteer:
    """An immutable index of streets; ``postcodes`` are (postcode, street) pairs where the group knows them."""

    def __init__(self, streets: Iterable[str], postcodes: Iterable[tuple[str, str]] = ()) -> None:
        self.streets: tuple[str, ...] = tuple(dict.fromkeys(street for street in streets if fold(street)))
        self._names: list[_Name] = []
        self._exact: dict[str, list[_Name]] = defaultdict(list)
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for number, street in enumerate(self.streets):
            for text, part in variants(street).items():
                self._add(_Name(number, text, sound(romanise(text)), part))
        self._common = max(_SMALL, len(self._names) // 6)
        self._keys = tuple((_spelled(street), street) for street in self.streets)
        self._postcodes = tuple((re.sub(r"\D", "", postcode)[:4], street) for postcode, street in postcodes)
        self.longest = max((len(name.text) for name in self._names), default=0)

    def _add(self, name: _Name) -> None:
        for pair in _pairs(name.heard):
            self._pairs[pair].append(len(self._names))
        self._names.append(name)
        self._exact[name.text].append(name)

    def match(self, text: str, *, lenient: bool = False) -> tuple[StreetMatch, ...]:
        """The streets that ``text`` by itself could name, best first. ``lenient``: it answers "which street?"."""
        joined = "".join(token.text for token in cut(text).tokens)
        scores = self.exactly(joined) or self.nearly(joined, lenient=lenient)
        return tuple(StreetMatch(street, score) for street, score in rank(scores))

    def exactly(self, joined: str) -> dict[str, float]:
        """The streets that a folded word names, perhaps with an ending of another language, with their scores."""
        for length in range(len(joined), max(len(joined) - 6, 4), -1):
            names = self._exact.get(joined[:length])
            if names and (length == len(joined) or joined[length:] in ENDINGS):
                whole = [name for name in names if not name.part]
                score = (1.0 if whole else PART) - (0.01 if length < len(joined) else 0.0)
                return {self.streets[name.street]: score for name in whole or names}
        return {}

    def nearly(self, joined: str, *, lenient: bool = False) -> dict[str, float]:
        """The streets that a folded word spells or sounds like, with their scores; none where none is likely meant."""
        latin = romanise(joined)
        if len(latin) < 4:
            return {}
        scores: dict[str, float] = {}
        for spelled in _without_endings(latin, changed=latin != joined):
            heard = sound(spelled)
            for name in self._likely(heard):
                score = _score(spelled, heard, name, lenient=lenient)
                street = self.streets[name.street]
                if score > scores.get(street, 0.0):
                    scores[street] = score
        return scores

    def _likely(self, heard: str) -> list[_Name]:
        counts: Counter[int] = Counter()
        pairs = _pairs(heard)
        for pair in pairs:
            with_pair = self._pairs.get(pair, ())
            if len(with_pair) <= self._common:
                counts.update(with_pair)
        shared = (
            (2 * count / (len(pairs) + len(self._names[number].heard) + 1), -number)
            for number, count in counts.items()
            if count > 1
        )
        return [self._names[-number] for dice, number in nlargest(_CANDIDATES, shared) if dice > 0.1]

    def by_keys(self, keys: str) -> tuple[str, ...]:
        """The best three streets whose first letters, or whose postcode's digits, are ``keys`` on a telephone's keypad.

        Leading articles may be left out. Where no street fits all keys, those that fit most of the first ones count.
        """
        digits = "".join(key for key in keys if key.isascii() and key.isdigit())
        by_postcode = [street for postcode, street in self._postcodes if digits and postcode == digits]
        for length in range(len(digits), 0, -1):
            fits = [
                (min(place for place, spelled in enumerate(ways) if spelled.startswith(digits[:length])), order, street)
                for order, (ways, street) in enumerate(self._keys)
                if any(spelled.startswith(digits[:length]) for spelled in ways)
            ]
            found = by_postcode + [street for _, _, street in sorted(fits)]
            if found:
                return tuple(dict.fromkeys(found))[:3]
        return ()


def rank(scores: dict[str, float], *, most: int = 3) -> list[tuple[str, float]]:
    """The streets worth asking about, best first: one alone where it clearly wins."""
    ranked = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
    if not ranked:
        return []
    best = ranked[0][1]
    margin = 0.02 if best >= 0.98 else 0.08
    return [(street, round(score, 3)) for street, score in ranked if score >= best - margin][:most]


def _spelled(street: str) -> tuple[str, ...]:
    ways = [name for name, part in variants(street).items() if not part]
    ways += [name for name, part in variants(street).items() if part]
    plain = "".join(letter for letter in fold(street) if letter.isalnum())
    return tuple(dict.fromkeys(romanise(way).translate(_KEYS) for way in (plain, *ways)))


def _pairs(heard: str) -> set[str]:
    padded = f"^{heard}$"
    return {padded[index : index + 2] for index in range(len(padded) - 1)}


def _without_endings(latin: str, *, changed: bool) -> list[str]:
    endings = [latin[:-length] for length in (1, 2, 3, 4) if latin[-length:] in ENDINGS and len(latin) - length >= 5]
    if changed:  # Arabic writes "in", "at" and "the" to the word
        endings += [latin[len(start) :] for start in ("b", "al", "bal", "l", "f") if latin.startswith(start)]
    return [latin, *endings]


def _score(spelled: str, heard: str, name: _Name, *, lenient: bool) -> float:
    """How likely ``name`` was meant, 0 where too unlikely to mention."""
    score = max(OSA.normalized_similarity(spelled, name.text), _alike(heard, name.heard) - 0.02)
    kind = next((kind for kind in KINDS if name.heard.endswith(kind)), "")
    if kind and heard.endswith(kind):
        head = _alike(heard[: -len(kind)], name.heard[: -len(kind)])
        written = OSA.normalized_similarity(_head(spelled), _head(name.text))
        if max(head, written) < (0.5 if lenient else 0.72):
            return 0.0
        least = 0.6 if lenient else 0.78
    else:
        least = 0.6 if lenient else 0.83 + max(0, 8 - len(name.heard)) * 0.02
    return min(score, 0.97) * (0.95 if name.part else 1.0) if score >= least else 0.0


def _head(name: str) -> str:
    return re.sub(r"(?:straat|laan|weg|plein|kade|dijk|singel|gracht|hof|str[ae]+t)$", "", name)


def _alike(left: str, right: str) -> float:
    longest = max(len(left), len(right))
    if not longest:
        return 1.0
    if OSA.normalized_similarity(left, right) < _UNLIKE:
        return 0.0
    return max(0.0, 1.0 - distance(left, right, longest * _FURTHEST) / longest)
