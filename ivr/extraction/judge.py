"""Weighs what is known of a text: its category, whether it is an emergency, and when it happened.

Three linear models (logistic regression) over the evidence, trained by ``scripts.train_judge`` from examples. There is
a set of weights for each basis of a judgement. The scores of categories are divided by a temperature, so that what is
stated as 0.8 is right in 80 % of cross-validation (Guo et al., 2017). A second small model looks at the whole first
judgement again before it is called an emergency: somebody missing is one sooner than litter is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ivr.categories import Category
from ivr.extraction.evidence import Evidence
from ivr.messages import WhenLabel

WEIGHTS = Path(__file__).with_name("judge.npz")
NEVER = "never"
"""The label of a text that doesn't say when."""

KINDS = ("ngrams", "others", "bias", "temperature", "alarm")
"""The arrays of each basis."""

CATEGORIES = tuple(str(category) for category in Category)
TIMES = (NEVER, *(str(label) for label in WhenLabel))


class Basis(StrEnum):
    """What a judgement goes by: words with what the lexicons say of them, the meaning of the text, or both."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities, adding up to 1 for the categories and for the times (None: the text doesn't say when)."""

    categories: dict[Category, float]
    emergency: float
    times: dict[WhenLabel | None, float]


@dataclass(frozen=True, slots=True)
class _Weights:
    """Of one basis: a row for each n-gram feature, one for each other number, the bias; a column for each output.

    ``temperature`` divides the scores of the categories; ``alarm`` has the weights of the second look.
    """

    ngrams: NDArray[np.float16]
    others: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: NDArray[np.float32]
    alarm: NDArray[np.float32]


class Judge:
    """Loaded once; safe to share between threads."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        with np.load(path) as stored:
            self._sets = {basis: _Weights(*(stored[f"{basis}.{name}"] for name in KINDS)) for basis in Basis}

    def judge(self, evidence: Evidence, basis: Basis) -> Judgement:
        """What ``evidence`` tells. Raises ValueError when its meaning is wanted and isn't there."""
        weights = self._sets[basis]
        scores: NDArray[np.float32] = weights.bias + others(evidence, basis) @ weights.others
        if basis is not Basis.MEANING:
            features = np.fromiter(evidence.ngrams, np.int64, len(evidence.ngrams))
            values = np.fromiter(evidence.ngrams.values(), np.float32, len(evidence.ngrams))
            scores = scores + values @ weights.ngrams[features].astype(np.float32)
        kinds, times = len(CATEGORIES), len(TIMES)
        categories = softmax(scores[:kinds] / weights.temperature)
        when = softmax(scores[kinds + 1 : kinds + 1 + times])
        looked_at = second_look(np.asarray(scores[kinds]), categories, when, evidence.said)
        return Judgement(
            {Category(name): float(p) for name, p in zip(CATEGORIES, categories, strict=True)},
            float(1.0 / (1.0 + np.exp(-(looked_at @ weights.alarm[:-1] + weights.alarm[-1])))),
            {WhenLabel(name) if name != NEVER else None: float(p) for name, p in zip(TIMES, when, strict=True)},
        )


def second_look(
    alarm: NDArray[np.floating],
    categories: NDArray[np.floating],
    times: NDArray[np.floating],
    said: NDArray[np.float32],
) -> NDArray[np.float32]:
    """What the second look at an emergency weighs: the first score (log odds), all probabilities, the lexicons.

    Of one text, or of many with a row each.
    """
    return np.concatenate([alarm[..., None], categories, times, said], axis=-1).astype(np.float32)


def others(evidence: Evidence, basis: Basis) -> NDArray[np.float32]:
    """The numbers beside the n-grams. Raises ValueError when the meaning is wanted and isn't there."""
    if basis is Basis.WORDS:
        return evidence.said
    if evidence.meaning is None:
        raise ValueError("the text was not encoded")
    return evidence.meaning if basis is Basis.MEANING else np.concatenate([evidence.said, evidence.meaning])


def write_weights(path: Path, weights: Mapping[str, NDArray[np.generic]]) -> None:
    """Keep weights, named by basis and kind as the judge reads them."""
    cast(Callable[..., None], np.savez_compressed)(path, **weights)


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float32]:
    """Probabilities from scores, along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return shares
