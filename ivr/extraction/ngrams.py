"""Words and parts of words as numbers that a linear model can weigh."""

import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ivr.extraction.tokens import MASK, Words

BUCKETS = 1 << 16
"""How many features there are; different n-grams that share one are rare enough."""

_PARTS = (3, 4, 5)
_WORD, _PART, _PAIR = 1.5, 0.5, 1.0


def ngrams(words: Words) -> dict[int, float]:
    """The words of a text, their neighbours and their parts: feature to weight, of Euclidean length 1.

    The hashing trick (Weinberger et al., 2009). Street names, which mean nothing else, are left out.
    """
    texts = [token.text for token in words.tokens if token.text != MASK]
    found: defaultdict[int, float] = defaultdict(float)
    for ngram, weight in _all(texts):
        found[zlib.crc32(ngram.encode()) % BUCKETS] += weight
    damped = {feature: math.log1p(weight) for feature, weight in found.items()}
    length = math.sqrt(sum(weight * weight for weight in damped.values()))
    return {feature: weight / length for feature, weight in damped.items()}


def _all(texts: list[str]) -> Iterator[tuple[str, float]]:
    for text in texts:
        yield f"={text}", _WORD
        yield from ((part, _PART) for part in _parts(text))
    yield from ((f"{left} {right}", _PAIR) for left, right in pairwise(texts))


def _parts(text: str) -> Iterable[str]:
    whole = f"<{text}>"
    return (whole[at : at + length] for length in _PARTS for at in range(len(whole) - length + 1))
