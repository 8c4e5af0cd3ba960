"""All that is known of a text before it is judged: its words, what the lexicons say of them, and its meaning."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ivr.categories import Category
from ivr.extraction.encoder import Encoder, meant
from ivr.extraction.ngrams import ngrams
from ivr.extraction.tokens import Words
from ivr.messages import EmergencyGuess, WhenLabel

_CATEGORIES = tuple(Category)
_TIMES = tuple(WhenLabel)
SAID = len(_CATEGORIES) + 2 + len(_TIMES) + 1 + 2
"""How many numbers tell what the lexicons say."""

_MEANING = 4.0
_WORDS = 3.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a judgement weighs: n-grams (feature to weight), ``SAID`` numbers of the lexicons, the meaning if any."""

    ngrams: dict[int, float]
    said: NDArray[np.float32]
    meaning: NDArray[np.float32] | None


def gather(
    words: Words, scores: Mapping[Category, float], alarm: EmergencyGuess, when: WhenLabel | None, *, placed: bool
) -> Evidence:
    """What the ``words`` tell, street names masked; ``placed`` says that there were such names."""
    said = np.zeros(SAID, np.float32)
    for category, score in scores.items():
        said[_CATEGORIES.index(category)] = min(score, 6.0) / 3.0
    at = len(_CATEGORIES)
    said[at : at + 2] = alarm.suspected, alarm.confidence
    said[at + 2 + (_TIMES.index(when) if when else len(_TIMES))] = 1.0
    said[-2:] = placed, math.log1p(len(words.tokens)) / 4.0
    return Evidence({feature: weight * _WORDS for feature, weight in ngrams(words).items()}, said, None)


def with_meaning(evidence: Evidence, words: Words, encoder: Encoder) -> Evidence:
    """The evidence of ``words`` with what the text means; takes some twenty milliseconds."""
    return replace(evidence, meaning=encoder.encode(meant(words)) * _MEANING)
