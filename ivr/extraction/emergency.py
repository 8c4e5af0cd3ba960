"""Whether someone may need 112 now. Recall first: a false alarm costs one spoken sentence."""

from collections.abc import Iterable, Mapping, Sequence

from ivr.categories import Category
from ivr.extraction.patterns import Hit
from ivr.extraction.tokens import Words
from ivr.messages import EmergencyGuess

NONE = EmergencyGuess(suspected=False, confidence=0.0)
_ALWAYS = frozenset({Category.FIRE, Category.MISSING_PERSON, Category.VIOLENCE})
_WHEN_NOW = frozenset({Category.BURGLARY, Category.ROBBERY})
_ENOUGH = 2.0
_LISTS = ("alarm", "acute", "harmless", "settled", "past", "ongoing")
_HABITS = frozenset({"when.habit", "when.evening", "when.standing"})


def emergency(hits: Sequence[Hit], words: Words, ranked: Mapping[Category, float]) -> EmergencyGuess:
    """Whether the hits, with the categories as ranked (best first), tell of danger that lasts.

    What sounds harmless, settled or past speaks against one alarming thing, but not against two.
    """
    labels = {hit.label for hit in hits}
    found = {name: [hit for hit in hits if hit.label == f"emergency.{name}"] for name in _LISTS}
    found["settled"] = _not_within(found["settled"], found["ongoing"])  # "can't find him" is not "find him"
    if next(iter(ranked), None) is Category.MISSING_PERSON:  # who has left is gone, not out of danger
        missing = _words_of(hit for hit in hits if hit.label == "category.missing_person")
        found["settled"] = _apart(found["settled"], missing)
    animals = _words_of(hit for hit in hits if hit.label == "category.animal" and hit.weight > 0.0)
    harmed = animals if next(iter(ranked), None) is Category.ANIMAL else set()
    explained = harmed | _phrases(found["harmless"])
    alarms = _apart(found["alarm"], explained)
    gone = bool(found["past"] or found["settled"])
    acute = _apart(found["acute"], explained) if found["ongoing"] or not gone else []
    now = bool(found["ongoing"]) and "when.ago" not in labels
    urgent = _urgent(ranked, now=now, gone=gone, settled=bool(found["settled"]), always_so=bool(labels & _HABITS))
    if not alarms and not acute and not urgent:
        return NONE
    confidence = (0.9 if alarms else 0.75) + 0.25 * min(max(len(alarms) - 1, 0), 2)
    if alarms and urgent:
        confidence += 0.2
    harmless = _not_within(found["harmless"], found["alarm"])
    confidence -= 0.5 * min(len(_apart(harmless, set())), 2) + (0.35 if harmed else 0.0)
    if gone:
        confidence -= 0.2 if found["ongoing"] and alarms else 0.5
    if found["ongoing"]:
        confidence += 0.1
    confidence = round(min(max(confidence, 0.0), 0.98), 3)
    if confidence < 0.5:
        return EmergencyGuess(suspected=False, confidence=confidence)
    spans = tuple(words.span(*each) for hit in (*alarms, *acute) for each in hit.ranges)
    return EmergencyGuess(suspected=True, confidence=confidence, spans=tuple(dict.fromkeys(spans)))


def _words_of(hits: Iterable[Hit]) -> set[int]:
    return {index for hit in hits for first, last in hit.ranges for index in range(first, last + 1)}


def _phrases(hits: Iterable[Hit]) -> set[int]:
    """The words of hits of more than one word: "heat is killing" takes the alarm out of "killing"."""
    return _words_of(hit for hit in hits if hit.ranges[0][1] > hit.ranges[0][0])


def _not_within(hits: Iterable[Hit], others: Sequence[Hit]) -> list[Hit]:
    """The hits that are not a part of what one of ``others`` says in more words."""
    return [hit for hit in hits if not any(_words_of([hit]) < _words_of([other]) for other in others)]


def _apart(hits: Iterable[Hit], taken: set[int]) -> list[Hit]:
    """The hits that share no words with each other, the longest ones first, nor with the words ``taken``."""
    kept: list[Hit] = []
    used = set(taken)
    for hit in sorted(hits, key=lambda hit: (-len(_words_of([hit])), hit.ranges)):
        words = _words_of([hit])
        if not words & used:
            kept.append(hit)
            used |= words
    return kept


def _urgent(ranked: Mapping[Category, float], *, now: bool, gone: bool, settled: bool, always_so: bool) -> bool:
    """Whether what the text is about is an emergency by itself at the time that it tells of."""
    if not ranked:
        return False
    best = next(iter(ranked))
    if ranked[best] < _ENOUGH:
        return False
    if best is Category.FIRE and always_so:
        return now
    if best in _ALWAYS:
        return not gone or (now and not settled)
    return best in _WHEN_NOW and now
