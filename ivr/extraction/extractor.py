"""Words to meaning: all that one text says, by rules and lexicons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ivr.extraction import category
from ivr.extraction.encoder import Encoder
from ivr.extraction.evidence import Evidence, gather, with_meaning
from ivr.extraction.findings import Findings, decided, said, tells_enough, tells_plainly, weighed
from ivr.extraction.flags import find_flags
from ivr.extraction.gazetteer import Gazetteer
from ivr.extraction.house_number import NumberReader
from ivr.extraction.intent import Intents
from ivr.extraction.judge import Basis, Judge, Judgement
from ivr.extraction.language import UNSURE, LanguageDetector
from ivr.extraction.lexicon import lexicon
from ivr.extraction.ordinary import Ordinary
from ivr.extraction.patterns import Hit
from ivr.extraction.place import Mention, called_for, choose, mentions
from ivr.extraction.postcode import find_postcode
from ivr.extraction.tokens import Token, Words, cut
from ivr.extraction.when import dated
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


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text cut into words: the streets it mentions, its words without those, and the languages to read it in."""

    words: Words
    found: list[Mention]
    plain: Words
    guess: LanguageGuess | None
    spoken: list[str]


class Extractor:
    """Understands texts in the languages ``codes``. Loads its lexicons once; safe to share between threads.

    Without ``judge`` the lexicons alone decide; without ``encoder`` the judge goes by words only.
    """

    def __init__(self, codes: Sequence[str], judge: Judge | None = None, encoder: Encoder | None = None) -> None:
        self._judge = judge
        self._encoder = encoder
        self._lexicons = {code: lexicon(code) for code in codes}
        self._numbers = {code: NumberReader(known) for code, known in self._lexicons.items()}
        self._ordinary = Ordinary({code: known.ordinary for code, known in self._lexicons.items()})
        self._detector = LanguageDetector(self._lexicons)
        self._intents = Intents(self._lexicons.values())

    @property
    def knows_meaning(self) -> bool:
        """Whether it goes by what a text means too, not by its words alone."""
        return self._encoder is not None

    def understand(
        self, text: str, gazetteer: Gazetteer, now: datetime, language: str | None = None, awaiting: Slot = Slot.REPORT
    ) -> Understanding:
        """What ``text`` says, received at ``now`` (UTC).

        ``language`` is the one in use where known, ``awaiting`` what was asked. Any text can be understood; of a long
        one only the first ``LONGEST`` characters are, but what the feed must not show is found in all of it.
        """
        read = self._read(text, gazetteer, language)
        words, plain, spoken, found = read.words, read.plain, read.spoken, read.found
        intent, intent_language = self._intents.find(words, spoken[0] if spoken else None)
        if intent is Intent.LANGUAGE or not spoken:
            return Understanding(language=read.guess, intent=intent, intent_language=intent_language)
        hits = self._hits(read)
        told = findings = said(hits, plain)
        if self._judge and intent is None and tells_enough(told, plain, awaiting):
            judgement = self._judged(self._judge, self._evidence(read, told, hits), plain)
            findings = weighed(told, judgement, hits, plain)
        likely = findings.likely
        sure = likely[0] if likely and likely[0].confidence >= category.CLEAR else None
        if awaiting is Slot.STREET and not found and not tells_plainly(told):
            answers = mentions(words, gazetteer, self._ordinary_in(words, language), lenient=True)
            found = [each for each in answers if self._names(words, each, spoken)]
        return Understanding(
            language=read.guess,
            intent=intent,
            category=sure,
            category_options=() if sure else likely,
            place=self._place(words, found, gazetteer, spoken[0], awaiting),
            when=dated(findings.when, findings.when_confidence, hits, plain, now),
            emergency=findings.danger,
            flags=find_flags(text),
        )

    def evidence(self, text: str, gazetteer: Gazetteer) -> Evidence:
        """All that the judge may weigh of ``text``: for training it."""
        read = self._read(text, gazetteer, None)
        hits = self._hits(read)
        evidence = self._evidence(read, said(hits, read.plain), hits)
        return with_meaning(evidence, read.plain, self._encoder) if self._encoder else evidence

    def clues(self, text: str, gazetteer: Gazetteer, language: str | None = None) -> tuple[Clue, ...]:
        """What in ``text`` counts for or against its category, time and emergency, in the order of the text."""
        read = self._read(text, gazetteer, language)
        ordered = sorted(self._hits(read), key=lambda hit: (hit.ranges, hit.label))
        return tuple(
            Clue(hit.label, hit.weight, tuple(read.words.span(*each) for each in hit.ranges)) for hit in ordered
        )

    def _read(self, text: str, gazetteer: Gazetteer, language: str | None) -> _Reading:
        words = cut(text)
        found = mentions(words, gazetteer, self._ordinary_in(words, language))
        plain = words.masked(_covered(found))
        guess = self._by_meaning(plain, self._detector.detect(plain))
        spoken = self._spoken(guess, language)
        meant = [each for each in found if self._meant(words, each, spoken)]
        # An alarm that merely sounds like a street must not be masked.
        return _Reading(words, meant, words.masked(_covered(meant)), guess, spoken)

    def _evidence(self, read: _Reading, findings: Findings, hits: Sequence[Hit]) -> Evidence:
        return gather(read.plain, category.scores(hits), findings.danger, findings.when, placed=bool(read.found))

    def _judged(self, judge: Judge, evidence: Evidence, words: Words) -> Judgement:
        """By words where they decide, which is quicker, else by words and meaning."""
        judgement = judge.judge(evidence, Basis.WORDS)
        if self._encoder is None or decided(judgement):
            return judgement
        return judge.judge(with_meaning(evidence, words, self._encoder), Basis.BOTH)

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

    def _hits(self, read: _Reading) -> list[Hit]:
        words, spoken, guess = read.plain, read.spoken, read.guess
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
