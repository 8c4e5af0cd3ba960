"""Words to meaning: all that one text says, by rules and lexicons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ivr.extraction import category, emergency
from ivr.extraction.flags import find_flags
from ivr.extraction.gazetteer import Gazetteer
from ivr.extraction.house_number import NumberReader
from ivr.extraction.intent import Intents
from ivr.extraction.language import UNSURE, LanguageDetector
from ivr.extraction.lexicon import lexicon
from ivr.extraction.ordinary import Ordinary
from ivr.extraction.patterns import Hit
from ivr.extraction.place import Mention, called_for, choose, mentions
from ivr.extraction.postcode import find_postcode
from ivr.extraction.tokens import Token, Words, cut
from ivr.extraction.when import find_when
from ivr.messages import Intent, LanguageGuess, PlaceFound, Slot, Span, Understanding

_SURE = 0.8
_LONG = 8
_BY_MEANING = 0.7


@dataclass(frozen=True, slots=True)
class Clue:
    """Words of a text that say something: what, for how much (negative: against it), and where they stand."""

    label: str
    weight: float
    spans: tuple[Span, ...]


class Extractor:
    """Understands texts in the languages ``codes``. Loads its lexicons once; safe to share between threads."""

    def __init__(self, codes: Sequence[str]) -> None:
        self._lexicons = {code: lexicon(code) for code in codes}
        self._numbers = {code: NumberReader(known) for code, known in self._lexicons.items()}
        self._ordinary = Ordinary({code: known.ordinary for code, known in self._lexicons.items()})
        self._detector = LanguageDetector(self._lexicons)
        self._intents = Intents(self._lexicons.values())

    def understand(
        self, text: str, gazetteer: Gazetteer, now: datetime, language: str | None = None, awaiting: Slot = Slot.REPORT
    ) -> Understanding:
        """What ``text`` says, received at ``now`` (UTC).

        ``language`` is the one in use where known, ``awaiting`` what was asked. Any text can be understood; of a long
        one only the first ``LONGEST`` characters are, but what the feed must not show is found in all of it.
        """
        words = cut(text)
        ordinary = self._ordinary_in(words, language)
        found = mentions(words, gazetteer, ordinary)
        plain = words.masked(_covered(found))  # an alarm that merely sounds like a street must not be masked
        guess = self._by_meaning(plain, self._detector.detect(plain))
        spoken = self._spoken(guess, language)
        found = [each for each in found if self._meant(words, each, spoken)]
        plain = words.masked(_covered(found))
        intent, intent_language = self._intents.find(words, spoken[0] if spoken else None)
        if intent is Intent.LANGUAGE or not spoken:
            return Understanding(language=guess, intent=intent, intent_language=intent_language)
        hits = self._hits(plain, spoken, guess)
        likely = category.guesses(hits, plain)
        danger = emergency.emergency(hits, plain, category.scores(hits))
        sure = likely[0] if likely and likely[0].confidence >= category.CLEAR else None
        if awaiting is Slot.STREET and not found and not sure and not danger.suspected:
            answers = mentions(words, gazetteer, ordinary, lenient=True)
            found = [each for each in answers if self._names(words, each, spoken)]
        return Understanding(
            language=guess,
            intent=intent,
            category=sure,
            category_options=() if sure else likely,
            place=self._place(words, found, gazetteer, spoken[0], awaiting),
            when=find_when(hits, plain, now, likely[0].category if likely else None, emergency=danger.suspected),
            emergency=danger,
            flags=find_flags(text),
        )

    def clues(self, text: str, gazetteer: Gazetteer, language: str | None = None) -> tuple[Clue, ...]:
        """What in ``text`` counts for or against its category, time and emergency, in the order of the text."""
        words = cut(text)
        plain = words.masked(_covered(mentions(words, gazetteer, self._ordinary_in(words, language))))
        guess = self._detector.detect(plain)
        hits = self._hits(plain, self._spoken(guess, language), guess)
        ordered = sorted(hits, key=lambda hit: (hit.ranges, hit.label))
        return tuple(Clue(hit.label, hit.weight, tuple(words.span(*each) for each in hit.ranges)) for hit in ordered)

    def _by_meaning(self, words: Words, guess: LanguageGuess | None) -> LanguageGuess | None:
        """For a word or two whose language is unsure: the only language in which they tell of something."""
        if guess is None or guess.confidence > UNSURE:
            return guess
        telling = [
            code
            for code, known in self._lexicons.items()
            if any(hit.label.startswith(("category.", "emergency.")) for hit in known.find(words.tokens))
        ]
        # A command such as START is a word of several languages, whatever else it resembles in one of them.
        only = len(telling) == 1 and self._intents.told_in(words) <= set(telling)
        return LanguageGuess(telling[0], _BY_MEANING) if only else guess

    def _spoken(self, guess: LanguageGuess | None, language: str | None) -> list[str]:
        """The languages to read in, the first one deciding how numbers are read."""
        told = language if language in self._lexicons else None
        if guess is None:
            return [told] if told else list(self._lexicons)[:1]
        if told and told != guess.code:
            return [told, guess.code] if guess.confidence < _SURE else [guess.code, told]
        return [guess.code]

    def _ordinary_in(self, words: Words, language: str | None) -> Callable[[Sequence[Token]], bool]:
        """Tells whether words are ordinary in the language that a text, with its streets, seems to be written in."""
        spoken = self._spoken(self._detector.detect(words), language)
        return partial(self._ordinary.within, code=spoken[0] if spoken else "")

    def _meant(self, words: Words, mention: Mention, spoken: Sequence[str]) -> bool:
        """Whether words are more than ordinary in the language spoken, or the text says that they are a name."""
        said = words.tokens[mention.first : mention.last + 1]
        code = spoken[0] if spoken else ""
        if not self._ordinary.within(said, code) or called_for(words, mention):
            return True
        return len(said) > 1 and not {said[0].text} <= self._lexicons[code].function_words

    def _names(self, words: Words, mention: Mention, spoken: Sequence[str]) -> bool:
        """Whether words that sound a little like a street are not all of the kind that any sentence has."""
        texts = {words.tokens[index].text for index in range(mention.first, mention.last + 1)}
        return any(not texts <= self._lexicons[code].function_words for code in spoken[:1])

    def _hits(self, words: Words, spoken: Sequence[str], guess: LanguageGuess | None) -> list[Hit]:
        hits = [hit for code in spoken for hit in self._lexicons[code].find(words.tokens)]
        if any(hit.label.startswith(("category.", "emergency.")) for hit in hits):
            return hits
        sure = guess is not None and guess.confidence >= _SURE
        others = [known for code, known in self._lexicons.items() if code not in spoken and not sure]
        return hits + [hit for known in others for hit in known.index.find(words.tokens) if _telling(hit, words)]

    def _place(
        self, words: Words, found: Sequence[Mention], gazetteer: Gazetteer, code: str, awaiting: Slot
    ) -> PlaceFound:
        covered = _covered(found)
        corrected = self._corrected_from(words, code)
        mention, streets = choose(found, words, corrected, lenient=awaiting is Slot.STREET)
        number = self._numbers[code].find(words, mention, covered, corrected, awaited=awaiting is Slot.NUMBER)
        if number and len(streets) > 1:
            streets = (
                tuple(each for each in streets if gazetteer.has_number(each.street, int(number.number))) or streets
            )
        return PlaceFound(
            streets=streets,
            number=number.number if number else "",
            suffix=number.suffix if number else "",
            postcode=find_postcode(words.source),
            number_span=words.span(number.first, number.last) if number else None,
            landmark=gazetteer.landmarks.find(words, covered),
        )

    def _corrected_from(self, words: Words, code: str) -> int | None:
        """The last word of the last "no, wait" of the text."""
        texts = [token.text for token in words.tokens]
        ends = [
            index + len(cue) - 1
            for cue in self._lexicons[code].corrections
            for index in range(len(texts) - len(cue) + 1)
            if tuple(texts[index : index + len(cue)]) == cue
        ]
        return max(ends, default=None)


def _covered(found: Sequence[Mention]) -> frozenset[int]:
    return frozenset(index for each in found for index in range(each.first, each.last + 1))


def _telling(hit: Hit, words: Words) -> bool:
    """Whether a hit in a language that was not expected still counts: a short word means something in too many."""
    letters = sum(len(words.tokens[index].text) for first, last in hit.ranges for index in range(first, last + 1))
    strong = hit.label.startswith("category.") and hit.weight >= 3.0
    return letters >= _LONG and (strong or hit.label == "emergency.alarm")
