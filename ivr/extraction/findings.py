"""What a text is about, whether it is an emergency and when it was: said by the lexicons, then weighed by the judge."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.categories import Category
from ivr.extraction import category, emergency
from ivr.extraction.judge import Judgement
from ivr.extraction.patterns import Hit
from ivr.extraction.tokens import MASK, Words
from ivr.extraction.when import said_when
from ivr.messages import CategoryGuess, EmergencyGuess, Slot, WhenLabel

ALARMING = 0.25
"""The probability from which 112 is named: rather a sentence too many than a call too few."""

CERTAIN_ALARM = 0.95
"""The lexicons' confidence from which 112 is named whatever the judge says."""

_DECIDED = 0.8
_CALM = 0.05
_CERTAIN = 0.9
"""Probabilities between which it is worth the time to look at the meaning too."""

_PLAIN = 0.9
_TRUST = 1.5
"""How much the odds of a category grow (in powers of e) that the lexicons are sure of, with at least ``_PLAIN``.

Most examples that the judge learns from are told less plainly than what residents say: where the lexicons are sure,
they are right in 60 % of those that were written by incident, in 93 % of the plain ones.
"""

_FEWEST_WORDS = 3
_OPTIONS = 3
_FREE = frozenset({Slot.REPORT, Slot.CATEGORY})


@dataclass(frozen=True, slots=True)
class Findings:
    """The likeliest categories, best first; the danger; when, with its confidence (None: not said)."""

    likely: tuple[CategoryGuess, ...]
    danger: EmergencyGuess
    when: WhenLabel | None
    when_confidence: float


def said(hits: Sequence[Hit], words: Words) -> Findings:
    """What the lexicons' hits say by themselves."""
    likely = category.guesses(hits, words)
    danger = emergency.emergency(hits, words, category.scores(hits))
    label, confidence = said_when(hits, likely[0].category if likely else None, emergency=danger.suspected)
    return Findings(likely, danger, label, confidence)


def tells_enough(told: Findings, words: Words, awaiting: Slot) -> bool:
    """Whether there is something to judge: a greeting or a single word tells of nothing.

    Nor does an answer such as "I don't know the name of the street", unless the lexicons find more in it: the judge
    knows reports only.
    """
    if awaiting not in _FREE:
        return tells_plainly(told)
    return bool(told.likely) or told.danger.suspected or _count(words) >= _FEWEST_WORDS


def tells_plainly(told: Findings) -> bool:
    """Whether the lexicons are sure of what is told, or find something alarming in it."""
    return told.danger.confidence > 0.0 or any(guess.confidence >= category.CLEAR for guess in told.likely[:1])


def _count(words: Words) -> int:
    return sum(token.text != MASK for token in words.tokens)


def decided(judgement: Judgement) -> bool:
    """Whether a judgement by words is so sure that the meaning wouldn't change it."""
    danger = judgement.emergency
    return max(judgement.categories.values()) >= _DECIDED and not _CALM < danger < _CERTAIN


def weighed(told: Findings, judgement: Judgement, hits: Sequence[Hit], words: Words) -> Findings:
    """The findings after the judgement; the words that led to them are those of the lexicons."""
    ranked = sorted(_trusting(told, judgement).items(), key=lambda each: -each[1])[:_OPTIONS]
    likely = tuple(CategoryGuess(one, round(p, 3), category.spans(one, hits, words)) for one, p in ranked)
    certain = told.danger.suspected and told.danger.confidence >= CERTAIN_ALARM
    alarm = max(judgement.emergency, told.danger.confidence) if certain else judgement.emergency
    danger = EmergencyGuess(certain or alarm >= ALARMING, round(alarm, 3), told.danger.spans)
    label, probability = max(judgement.times.items(), key=lambda each: each[1])
    if likely[0].category is Category.HOLIDAY and likely[0].confidence >= category.CLEAR:
        label, probability = None, 0.0
    return Findings(likely, danger, label, round(probability, 3) if label else 0.0)


def _trusting(told: Findings, judgement: Judgement) -> dict[Category, float]:
    """The probabilities of the categories, with more trust in what was said plainly."""
    best = next(iter(told.likely), None)
    if best is None or best.confidence < _PLAIN:
        return judgement.categories
    odds = {one: p * math.exp(_TRUST if one is best.category else 0.0) for one, p in judgement.categories.items()}
    whole = sum(odds.values())
    return {one: each / whole for one, each in odds.items()}
