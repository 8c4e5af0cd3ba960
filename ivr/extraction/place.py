"""Where in a text which street is named."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.extraction.gazetteer import Gazetteer, rank
from ivr.extraction.street_names import ENDINGS, expand
from ivr.extraction.tokens import Words
from ivr.messages import StreetMatch

_MOST_WORDS = 5
_LITTLE_WORDS = (
    "in op de het een en bij van aan te der den dat die om naar uit tot met voor is er ik we ze "
    "the on at to of and by from near a an my our this that they it all is "
    "da de te ta ve bir bu su ne var "
    "fi b el al ala 3al 3ala w bel min "
    "na w we z ze przy do od po ul ulicy i o u to jest "
    "la le les du des un une et au aux sur rue dans pres je il y "
    "el en los las del y a con por calle que no se es lo mi al "
    "der die das dem den im am an auf bei von zur zum und in ist da es "
    "на в у з із і та біля вул вулиця вулиці по від до коло "
    "في على ب من عند ال شارع جنب و"
)
_STARTS_NOTHING = frozenset(_LITTLE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Mention:
    """Words ``first`` to ``last`` (inclusive) that name a street: those that fit with their scores, best first."""

    first: int
    last: int
    streets: tuple[tuple[str, float], ...]

    @property
    def score(self) -> float:
        """The score of the best street."""
        return self.streets[0][1]


def mentions(words: Words, gazetteer: Gazetteer, *, lenient: bool = False) -> list[Mention]:
    """The places of a text that name streets of the gazetteer, in the order of the text, not overlapping."""
    if not gazetteer.streets:
        return []
    found = _exact(words, gazetteer)
    covered = {index for mention in found for index in range(mention.first, mention.last + 1)}
    found += _near(words, gazetteer, covered, lenient=lenient)
    found.sort(key=lambda mention: (-mention.score, mention.first - mention.last, mention.first))
    kept: list[Mention] = []
    for mention in found:
        if all(mention.last < other.first or mention.first > other.last for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.first)


def _windows(words: Words, longest: int) -> list[tuple[int, int, str]]:
    texts = [expand(token.text) for token in words.tokens]
    windows = []
    for first in range(len(texts)):
        joined = ""
        for last in range(first, min(first + _MOST_WORDS, len(texts))):
            joined += texts[last]
            if len(joined) > longest + 8:
                break
            if len(joined) >= 4:
                windows.append((first, last, joined))
    return windows


def _exact(words: Words, gazetteer: Gazetteer) -> list[Mention]:
    found = []
    for first, last, joined in _windows(words, gazetteer.longest):
        scores = gazetteer.exactly(joined)
        if scores and (first == last or not _ends_loosely(words, first, last, joined, gazetteer)):
            found.append(Mention(first, last, tuple(rank(scores))))
    return found


def _ends_loosely(words: Words, first: int, last: int, joined: str, gazetteer: Gazetteer) -> bool:
    """Whether the last word was only taken for an ending though it stands apart without an apostrophe."""
    text = words.tokens[last].text
    apart = text in ENDINGS and "'" not in words.between(last - 1, last)
    return apart and bool(gazetteer.exactly(joined[: -len(text)])) and first < last


def _near(words: Words, gazetteer: Gazetteer, covered: set[int], *, lenient: bool) -> list[Mention]:
    found = []
    for first, last, joined in _windows(words, gazetteer.longest):
        if any(index in covered for index in range(first, last + 1)) or joined.isdigit():
            continue
        if last > first and not lenient and not _worth_joining(words, first, last):
            continue
        scores = gazetteer.nearly(joined, lenient=lenient)
        likely = {street: score for street, score in scores.items() if score > 0.0}
        if likely:
            found.append(Mention(first, last, tuple(rank(likely))))
    return found


def _worth_joining(words: Words, first: int, last: int) -> bool:
    inner = [words.tokens[index].text for index in range(first, last + 1)]
    if inner[0] in _STARTS_NOTHING or len(inner[0]) < 2 or inner[-1] in _STARTS_NOTHING or len(inner[-1]) < 3:
        return False
    return not any(text[0].isdigit() for text in inner) and "\n" not in words.between(first, last)


def choose(
    found: Sequence[Mention], words: Words, corrected_from: int | None, *, lenient: bool
) -> tuple[Mention | None, tuple[StreetMatch, ...]]:
    """The mention that counts and the streets to offer: the last after a correction, else the surest."""
    if not found:
        return None, ()
    after = [mention for mention in found if corrected_from is not None and mention.first > corrected_from]
    best = after[-1] if after else max(found, key=lambda mention: (mention.score, -mention.first))
    offered = dict(best.streets)
    if not after:
        for mention in found:
            if mention.score >= best.score - 0.02:
                for street, score in mention.streets:
                    offered.setdefault(street, score)
    span = words.span(best.first, best.last)
    most = 3 if lenient or len(offered) > 1 else 1
    return best, tuple(StreetMatch(street, score, span) for street, score in list(offered.items())[:most])
