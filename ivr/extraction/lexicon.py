"""The words that one language uses, read from locales/<code>/lexicon.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ivr import locale
from ivr.categories import Category
from ivr.extraction import arabizi
from ivr.extraction.patterns import Hit, Index, Item, Kind, Rule, Sequence_, parse, spellings, split
from ivr.extraction.tokens import Token
from ivr.folding import fold

WEIGHTS = {"strong": 3.0, "plain": 1.5, "weak": 0.6, "not": -3.0}
"""What the lists of a category count for."""

EMERGENCY = ("alarm", "acute", "harmless", "settled", "past", "ongoing")
TIMES = (
    *("now", "this_morning", "today", "evening", "last_night", "yesterday", "yesterday_evening"),
    *("night", "continuous", "habit", "standing", "ago"),
)


_FEWEST_ALONE = 3
_FEWEST_IN_PHRASES = 2


class LexiconBroken(Exception):
    """A lexicon file that says something that cannot be read."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words. Single words are folded; ``index`` finds the patterns of all lists by label."""

    code: str
    index: Index
    function_words: frozenset[str]
    ordinary: frozenset[str]  # words that many messages have, from ordinary.txt
    intents: Mapping[str, frozenset[str]]
    language_names: Mapping[str, str]  # folded name → code
    number_cues: frozenset[str]  # "number", "nr"
    number_cues_after: frozenset[str]  # "numara" in "12 numara"
    units: tuple[str, ...]  # beginnings of what is counted, measured or timed by a number before it
    clock_cues: frozenset[str]  # words before a time of day
    fillers: frozenset[str]  # words that may stand between a street and its number
    weak_cues: frozenset[str]  # words before the number of a house that is spoken of ("la casa del 3")
    negations: frozenset[str]  # words that take back a number for the next one
    dashes: frozenset[str]  # words for the dash in "8-2"
    letter_cues: frozenset[str]  # words before a letter ("letter a")
    letter_names: Mapping[str, str]  # how letters after a number are said: name → letter
    corrections: tuple[tuple[str, ...], ...]  # "no wait"
    single_letters: frozenset[str]  # words of one letter
    number_words: Mapping[str, int]  # beyond those that are generated

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """What the lexicon says about a text; Arabic also in Latin letters."""
        if self.code == "ar":
            tokens = [replace(token, forms=(*token.forms, *arabizi.skeletons(token.text))) for token in tokens]
        return self.index.find(tokens)


@cache
def lexicon(code: str) -> Lexicon:
    """The lexicon of a language. Raises LexiconBroken."""
    folder = locale.LOCALES_DIR / code
    text = (folder / "lexicon.toml").read_text(encoding="utf-8")
    ordinary_file = folder / "ordinary.txt"
    ordinary = ordinary_file.read_text(encoding="utf-8") if ordinary_file.exists() else ""
    try:
        return _build(code, tomllib.loads(text), _words(ordinary))
    except (KeyError, TypeError, ValueError) as broken:
        raise LexiconBroken(f"locales/{code}/lexicon.toml: {broken!r}") from broken


def _build(code: str, data: Mapping[str, Any], ordinary: frozenset[str]) -> Lexicon:
    umlauts = code == "de"
    rules = [
        *(
            Rule(f"category.{Category(name)}", WEIGHTS[strength], sequences)
            for name, lists in data["category"].items()
            for strength, patterns in lists.items()
            for sequences in _sequences(patterns, umlauts)
        ),
        *_labelled("emergency", data["emergency"], EMERGENCY, umlauts),
        *_labelled("when", data["when"], TIMES, umlauts),
        *(Rule("enquiry", 1.0, sequences) for sequences in _sequences(data["enquiry"]["patterns"], umlauts)),
    ]
    classes = {
        name: tuple(sequences[0] for sequences in _sequences(patterns, umlauts))
        for name, patterns in data["classes"].items()
    }
    _check_classes(rules, classes)
    place = data["place"]
    function_words = _words(data["language"]["function_words"])
    return Lexicon(
        code=code,
        index=Index(rules, classes),
        function_words=function_words,
        ordinary=ordinary | function_words,
        intents={name: _phrases(listed) for name, listed in data["intent"].items()},
        language_names={name: named for named, names in data["language"]["names"].items() for name in _phrases(names)},
        number_cues=_words(place["number_cues"]),
        number_cues_after=_words(place["number_cues_after"]),
        units=tuple(sorted(_words(place["units"]))),
        clock_cues=_words(place["clock_cues"]),
        fillers=_words(place["fillers"]),
        weak_cues=_words(place["weak_cues"]),
        negations=_words(place["negations"]),
        dashes=_words(place["dashes"]),
        letter_cues=_words(place["letter_cues"]),
        letter_names={
            fold(name): letter for letter, _, name in (pair.partition(":") for pair in place["letter_names"].split())
        },
        corrections=tuple(tuple(phrase.split()) for phrase in sorted(_phrases(place["corrections"]))),
        single_letters=_words(place["single_letters"]),
        number_words={
            way: value for word, value in data["numbers"].items() for way in spellings(word, umlauts=umlauts)
        },
    )


def _labelled(group: str, lists: Mapping[str, str], known: tuple[str, ...], umlauts: bool) -> list[Rule]:
    for name in lists:
        if name not in known:
            raise KeyError(f"{group}.{name}")
    return [
        Rule(f"{group}.{name}", 1.0, sequences)
        for name, patterns in lists.items()
        for sequences in _sequences(patterns, umlauts)
    ]


def _sequences(patterns: str, umlauts: bool) -> list[tuple[Sequence_, ...]]:
    written = [parse(way) for pattern in split(patterns) for way in spellings(pattern, umlauts=umlauts)]
    return written + [bare for sequences in written for bare in _in_latin_letters(sequences)]


def _in_latin_letters(sequences: tuple[Sequence_, ...]) -> list[tuple[Sequence_, ...]]:
    """An Arabic pattern by its consonants, where it has enough of them to be told from others."""
    words = [item for part in sequences for item in part if item.kind not in (Kind.GAP, Kind.CLASS)]
    bare = {item: arabizi.skeleton(item.text) for item in words}
    lengths = [len(skeleton) for skeleton in bare.values()]
    if not lengths or min(lengths) < _FEWEST_IN_PHRASES or (len(lengths) == 1 and lengths[0] < _FEWEST_ALONE):
        return []
    return [
        tuple(
            tuple(Item(item.kind, arabizi.MARK + bare[item]) if item in bare else item for item in part)
            for part in sequences
        )
    ]


def _check_classes(rules: list[Rule], classes: Mapping[str, tuple[Sequence_, ...]]) -> None:
    used = {item.text for rule in rules for part in rule.parts for item in part if item.kind is Kind.CLASS}
    used |= {item.text for options in classes.values() for part in options for item in part if item.kind is Kind.CLASS}
    for name in used:
        if name not in classes:
            raise KeyError(f"@{name}")


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold(word) for word in listed.split())


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(way for phrase in split(listed) for way in spellings(phrase, umlauts=True))
