"""Whether someone may need 112 now. Recall first: a false alarm costs one spoken sentence."""

from collections.abc import Mapping, Sequence

from ivr.categories import Category
from ivr.extraction.patterns import Hit
from ivr.extraction.tokens import Words
from ivr.messages import EmergencyGuess

NONE = EmergencyGuess(suspected=False, confidence=0.0)
_ALWAYS = frozenset({Category.FIRE, Category.MISSING_PERSON, Category.VIOLENCE})
_WHEN_NOW = frozenset({Category.BURGLARY, Category.ROBBERY})
_ENOUGH = 2.0


def emergency(hits: Sequence[Hit], words: Words, ranked: Mapping[Category, float]) -> EmergencyGuess:
    """Whether the hits, with the categories as ranked (best first), tell of danger that lasts."""
    found = {name: [hit for hit in hits if hit.label == f"emergency.{name}"] for name in _LISTS}
    alarms, ongoing = found["alarm"], found["ongoing"]
    acute = found["acute"] if ongoing or not (found["past"] or found["settled"]) else []
    urgent = _urgent(ranked, now=bool(ongoing), gone=bool(found["past"] or found["settled"]))
    if not alarms and not acute and not urgent:
        return NONE
    confidence = 0.9 if alarms else 0.75
    if found["harmless"]:
        confidence -= 0.5
    if found["past"] or found["settled"]:
        confidence -= 0.2 if ongoing else 0.5
    if ongoing:
        confidence += 0.1
    confidence = round(min(max(confidence, 0.0), 0.98), 3)
    if confidence < 0.5:
        return EmergencyGuess(suspected=False, confidence=confidence)
    spans = tuple(words.span(*each) for hit in alarms + acute for each in hit.ranges)
    return EmergencyGuess(suspected=True, confidence=confidence, spans=tuple(dict.fromkeys(spans)))


_LISTS = ("alarm", "acute", "harmless", "settled", "past", "ongoing")


def _urgent(ranked: Mapping[Category, float], *, now: bool, gone: bool) -> bool:
    """Whether what the text is about is an emergency by itself at the time that it tells of."""
    if not ranked:
        return False
    best = next(iter(ranked))
    if ranked[best] < _ENOUGH:
        return False
    if best in _ALWAYS:
        return now or not gone
    return best in _WHEN_NOW and now
