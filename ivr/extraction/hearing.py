"""How far apart two names sound: a weighted edit distance over sound classes, for many pairs at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

CLASSES = "AEIOUYXKTPFSJLMNR"
_VOWELS = frozenset("AEIOUY")
_SWAPS = {
    frozenset(pair): cost
    for pair, cost in {
        "AE": 0.35, "EI": 0.25, "AO": 0.35, "EO": 0.4, "EY": 0.35, "IY": 0.35, "AY": 0.35, "UO": 0.3, "UY": 0.4,
        "AU": 0.4, "IO": 0.45, "AI": 0.45, "EU": 0.4, "IU": 0.45, "OY": 0.45, "XK": 0.4, "XJ": 0.6, "MN": 0.4,
        "LR": 0.6, "PF": 0.6, "TS": 0.7, "JI": 0.2, "JY": 0.2, "FO": 0.4, "FU": 0.4, "JE": 0.4, "KT": 0.8, "XR": 0.7,
    }.items()
}  # fmt: skip
_DROPS = {"X": 0.6, "N": 0.6, "R": 0.6, "J": 0.4, "T": 0.7, "S": 0.8, "F": 0.9}
_VOWEL_DROP = 0.35
_UNWRITTEN = 0.5
"""What a vowel's drop costs of its price where the script leaves short vowels out."""

_NEVER = 9.0
LONGEST = 32
"""Sounds of a name that are compared; none differs only after so many."""


def _swap(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    return _SWAPS.get(frozenset((letter, other)), 0.5 if letter in _VOWELS and other in _VOWELS else 1.0)


_SIZE = len(CLASSES) + 1  # class 0 fills up short names
_SWAP = np.full((_SIZE, _SIZE), _NEVER, dtype=np.float32)
_SWAP[1:, 1:] = [[_swap(letter, other) for other in CLASSES] for letter in CLASSES]
_DROP = np.array(
    [0.0] + [_VOWEL_DROP if letter in _VOWELS else _DROPS.get(letter, 1.0) for letter in CLASSES], dtype=np.float32
)
_IS_VOWEL = np.array([False] + [letter in _VOWELS for letter in CLASSES])
_CODES = np.zeros(128, dtype=np.uint8)
_CODES[[ord(letter) for letter in CLASSES]] = np.arange(1, _SIZE)


def coded(sounds: Sequence[str]) -> NDArray[np.uint8]:
    """Names in sound classes as rows of numbers, filled up with zeros."""
    width = min(max(map(len, sounds), default=0), LONGEST)
    flat = "".join(sound[:width].ljust(width, "\0") for sound in sounds).encode("ascii")
    return _CODES[np.frombuffer(flat, dtype=np.uint8)].reshape(len(sounds), width)


def distances(heard: NDArray[np.uint8], names: NDArray[np.uint8], unwritten: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The cost of hearing each row of ``heard`` for the same row of ``names``.

    ``unwritten``: which rows of ``heard`` come from a script that leaves short vowels out.
    """
    drops = _DROP[names]
    drops *= np.where(_IS_VOWEL[names] & unwritten[:, None], np.float32(_UNWRITTEN), np.float32(1.0))
    through = np.zeros((len(names), names.shape[1] + 1), dtype=np.float32)
    np.cumsum(drops, axis=1, out=through[:, 1:])
    row = through.copy()
    for at in range(heard.shape[1]):
        letters = heard[:, at]
        dropped = _DROP[letters][:, None]
        swapped = row[:, :-1] + _SWAP[letters[:, None], names]
        row = row + dropped
        np.minimum(row[:, 1:], swapped, out=row[:, 1:])
        row -= through
        np.minimum.accumulate(row, axis=1, out=row)
        row += through
    end: NDArray[np.float32] = row[:, -1]
    return end
