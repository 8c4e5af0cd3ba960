"""What a text is about: all categories scored by the lexicon's hits, near ties decided by precedence."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ivr.categories import Category
from ivr.extraction.patterns import Hit
from ivr.extraction.tokens import Words
from ivr.messages import CategoryGuess, Span

CLEAR = 0.55
"""The confidence from which a category is read back instead of asked for."""

_NEAR = 0.8
_CERTAIN = 3.0
_ENQUIRY = 1.2
_ORDER = tuple(Category)
_MOST = 3


def scores(hits: Iterable[Hit]) -> dict[Category, float]:
    """The score of each category with any hit, the best first; the higher row of the table first where two are near."""
    by_category: dict[Category, list[Hit]] = defaultdict(list)
    enquiries = 0
    for hit in hits:
        if hit.label.startswith("category."):
            by_category[Category(hit.label.removeprefix("category."))].append(hit)
        elif hit.label == "enquiry":
            enquiries += 1
    totals = {category: _total(found) for category, found in by_category.items()}
    if enquiries:
        totals[Category.OTHER] = totals.get(Category.OTHER, 0.0) + _ENQUIRY * min(enquiries, 2)
    totals = {category: total for category, total in totals.items() if total > 0.0}
    if not totals:
        return {}
    if totals.get(Category.ROBBERY, 0.0) >= _CERTAIN:
        totals.pop(Category.VIOLENCE, None)  # force and threats are what makes taking a robbery
    best = max(totals.values())
    near = [category for category in _ORDER if totals.get(category, 0.0) >= best * _NEAR]
    rest = sorted((category for category in totals if category not in near), key=lambda category: -totals[category])
    return {category: totals[category] for category in (*near, *rest)}


def _total(hits: Sequence[Hit]) -> float:
    """The weights of hits in different words; where hits share words the weightiest counts."""
    taken: set[int] = set()
    total = 0.0
    for hit in sorted(hits, key=lambda hit: (-hit.weight, hit.ranges)):
        if hit.weight < 0.0:
            total += hit.weight
            continue
        words = {index for first, last in hit.ranges for index in range(first, last + 1)}
        if not words & taken:
            total += hit.weight
            taken |= words
    return total


def guesses(hits: Sequence[Hit], words: Words) -> tuple[CategoryGuess, ...]:
    """The likeliest categories, best first, with their confidence; none where nothing was said."""
    ranked = list(scores(hits).items())[:_MOST]
    whole = sum(score for _, score in ranked)
    return tuple(
        CategoryGuess(category, round(_confidence(score, whole - score), 3), spans(category, hits, words))
        for category, score in ranked
    )


def _confidence(score: float, others: float) -> float:
    strength = min(1.0, score / 3.0)
    share = score / (score + others)
    return min(0.97, (0.45 + 0.55 * strength) * share)


def spans(category: Category, hits: Iterable[Hit], words: Words) -> tuple[Span, ...]:
    """Where the words stand that speak for a category."""
    label = f"category.{category}"
    ranges = {each for hit in hits if hit.label == label and hit.weight > 0.0 for each in hit.ranges}
    return tuple(words.span(first, last) for first, last in sorted(ranges))
