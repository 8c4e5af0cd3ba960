"""Where in a text which street is named."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ivr.extraction.by_ear import romanise
from ivr.extraction.gazetteer import KINDLESS, Gazetteer, Piece, rank
from ivr.extraction.kinds import BEFORE, heard_kinds
from ivr.extraction.ordinals import ordinal_at, ordinal_in_dutch, ordinal_of
from ivr.extraction.street_names import ENDINGS, expand, in_words_of_streets
from ivr.extraction.tokens import Token, Words
from ivr.messages import StreetMatch

_MOST_WORDS = 5
_MOST_PIECES = 120
"""Pieces of a long text that are listened to; those that say a kind of street come first."""

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


def mentions(
    words: Words, gazetteer: Gazetteer, ordinary: Callable[[Sequence[Token]], bool], *, lenient: bool = False
) -> list[Mention]:
    """The places of a text that name streets of the gazetteer, in the order of the text, not overlapping.

    ``ordinary`` tells whether words are ones that any text may have; those only sound like a street.
    """
    if not gazetteer.streets:
        return []
    found = _exact(words, gazetteer)
    covered = {index for mention in found for index in range(mention.first, mention.last + 1)}
    found += _near(words, gazetteer, ordinary, covered, lenient=lenient)
    found.sort(key=lambda mention: (-mention.score, mention.first - mention.last, mention.first))
    kept: list[Mention] = []
    for mention in found:
        if all(mention.last < other.first or mention.first > other.last for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.first)


def _windows(texts: Sequence[str], longest: int) -> list[tuple[int, int, str]]:
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


def _written(words: Words) -> list[list[str]]:
    """The words with abbreviations written out, as they stand, and with foreign words put in Dutch."""
    as_sent = [token.text for token in words.tokens]
    written_out = [expand(text) for text in as_sent]
    in_dutch = [ordinal_in_dutch(text) or in_words_of_streets(text) for text in written_out]
    return [list(way) for way in dict.fromkeys(map(tuple, (written_out, as_sent, in_dutch)))]


def _exact(words: Words, gazetteer: Gazetteer) -> list[Mention]:
    found = []
    windows = {window: None for texts in _written(words)[:2] for window in _windows(texts, gazetteer.longest)}
    for first, last, joined in windows:
        scores = gazetteer.exactly(joined)
        if scores and (first == last or not _ends_loosely(words, first, last, joined, gazetteer)):
            found.append(Mention(first, last, tuple(rank(scores))))
    return found


def _ends_loosely(words: Words, first: int, last: int, joined: str, gazetteer: Gazetteer) -> bool:
    """Whether the last word was only taken for an ending though it stands apart without an apostrophe."""
    text = words.tokens[last].text
    apart = text in ENDINGS and "'" not in words.between(last - 1, last)
    return apart and bool(gazetteer.exactly(joined[: -len(text)])) and first < last


def _near(
    words: Words, gazetteer: Gazetteer, ordinary: Callable[[Sequence[Token]], bool], covered: set[int], *, lenient: bool
) -> list[Mention]:
    worth: dict[tuple[int, int, str], Piece] = {}
    for texts in _written(words):
        latin = [romanise(text) for text in texts]
        for first, last, joined in _windows(texts, gazetteer.longest):
            if (first, last, joined) in worth or not covered.isdisjoint(range(first, last + 1)):
                continue
            if (lenient and not joined.isdigit()) or _may_name(words, first, last, ordinary):
                before = words.tokens[first - 1].text if first else ""
                worth[first, last, joined] = Piece(joined, "".join(latin[first : last + 1]), BEFORE.get(before, ""))
    if len(worth) > _MOST_PIECES:
        likely = sorted(worth, key=lambda window: -_says_a_kind(worth[window].latin))[:_MOST_PIECES]
        worth = {window: worth[window] for window in likely}
    scored = gazetteer.nearly(list(worth.values()), lenient=lenient)
    found = [
        Mention(first, last, tuple(rank(scores)))
        for (first, last, _), scores in zip(worth, scored, strict=True)
        if scores
    ]
    return [each for each in found if lenient or each.score > KINDLESS or _like_a_place(words, each)]


def _says_a_kind(latin: str) -> float:
    """How clearly a heard name ends in a kind of street."""
    return max((clear for _, _, clear in heard_kinds(latin)), default=0.0)


def _like_a_place(words: Words, mention: Mention) -> bool:
    """Whether a name without its kind of street has more than a word, or stands after "in" or before a number."""
    if mention.last > mention.first or (mention.first and words.tokens[mention.first - 1].text in _STARTS_NOTHING):
        return True
    return mention.last + 1 < len(words.tokens) and words.tokens[mention.last + 1].text[0].isdigit()


def called_for(words: Words, mention: Mention) -> bool:
    """Whether the text says that ordinary words name a street: after "in the", with a capital, or set apart."""
    first, last = mention.first, mention.last
    start, end = words.folded.source(words.tokens[first].start, words.tokens[last].end)
    if words.source[start].isupper() and not words.source[start:end].isupper():
        return True
    if first == 0 or words.tokens[first - 1].text in _STARTS_NOTHING or words.between(first - 1, first).strip():
        return True
    return last + 1 < len(words.tokens) and words.tokens[last + 1].text[0].isdigit()


def _may_name(words: Words, first: int, last: int, ordinary: Callable[[Sequence[Token]], bool]) -> bool:
    if words.tokens[first].text.isdigit() and first == last:
        return False
    return (first == last or _worth_joining(words, first, last)) and not ordinary(words.tokens[first : last + 1])


def _worth_joining(words: Words, first: int, last: int) -> bool:
    inner = [words.tokens[index].text for index in range(first, last + 1)]
    if inner[0] in _STARTS_NOTHING or len(inner[0]) < 2 or inner[-1] in _STARTS_NOTHING or len(inner[-1]) < 3:
        return False
    if inner[-1] in ENDINGS and "'" not in words.between(last - 1, last):
        return False
    gaps = "".join(words.between(index, index + 1) for index in range(first, last))
    return not any(text[0].isdigit() for text in inner) and not re.search(r"[!?;:,()]", gaps)


def _of_the_ordinal(words: Words, mention: Mention) -> tuple[tuple[str, float], ...]:
    """Of the first and the second street of a name the one that the words beside it say."""
    if len(mention.streets) == 1:
        return mention.streets
    said = ordinal_at([token.text for token in words.tokens], mention.first, mention.last)
    return tuple(each for each in mention.streets if said and ordinal_of(each[0]) == said) or mention.streets


def choose(
    found: Sequence[Mention], words: Words, corrected_from: int | None, *, lenient: bool
) -> tuple[Mention | None, tuple[StreetMatch, ...]]:
    """The mention that counts and the streets to offer: the last after a correction, else the surest."""
    if not found:
        return None, ()
    after = [mention for mention in found if corrected_from is not None and mention.first > corrected_from]
    best = after[-1] if after else max(found, key=lambda mention: (mention.score, -mention.first))
    offered = dict(_of_the_ordinal(words, best))
    if not after:
        for mention in found:
            if mention is not best and mention.score >= best.score - 0.02:
                for street, score in mention.streets:
                    offered.setdefault(street, score)
    span = words.span(best.first, best.last)
    most = 3 if lenient or len(offered) > 1 else 1
    return best, tuple(StreetMatch(street, score, span) for street, score in list(offered.items())[:most])
