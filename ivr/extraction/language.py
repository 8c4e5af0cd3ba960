"""Which language a text is written in, among the group's."""

import math
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from ivr.extraction.lexicon import Lexicon
from ivr.extraction.tokens import MASK, Words
from ivr.messages import LanguageGuess

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LETTER = re.compile(r"[^\W\d_]")
_ARABIZI = re.compile(r"\b(?!\d+\b)(?:[a-z]+[2357](?:[a-z]+[2357]?)*|[2357][a-z]{2,}|[a-z]*[37][a-z]+)\b")
_NOT_ARABIZI = re.compile(
    r"\b(?:\d+[a-z]{1,3}|[a-z]{1,2}\d+|mp3|h2o|co2|2day|2nite|2morrow|str8|l8r|gr8|some1|any1|no1|every1)\b"
)
_OWN_LETTERS = {
    "tr": re.compile("[ğĞışŞİ]"),
    "pl": re.compile("[łŁąężźśćńŻŚ]"),
    "de": re.compile("[äÄßöÖ]"),
    "es": re.compile("[ñÑ¿¡íóú]"),
    "fr": re.compile("[èêàçùâîôœ]"),
}
_OWN_LETTER = 0.5
_SECURE = 3.0
_FEW_WORDS = 3
UNSURE = 0.55
"""Most confidence in a text of fewer words, unless one of its words or letters belongs to a single language."""

_OWN_WORD = 0.9
_LOCK = threading.Lock()


class LanguageDetector:
    """Scripts, Arabic in Latin letters, function words, and letter statistics for the rest. Safe between threads."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        self._codes = tuple(lexicons)
        shared = Counter(word for lexicon in lexicons.values() for word in lexicon.function_words)
        self._words = {
            code: {word: 1.0 / shared[word] ** 1.5 for word in lexicon.function_words}
            for code, lexicon in lexicons.items()
        }
        self._latin = tuple(code for code in self._codes if code not in ("uk", "ar"))
        self._statistics = _statistics(self._latin) if self._latin else None

    def detect(self, words: Words) -> LanguageGuess | None:
        """The likeliest language of ``words`` (street names masked), None for a text without letters."""
        tokens = [token for token in words.tokens if token.text != MASK]
        text = " ".join(token.text for token in tokens)
        letters = len(_LETTER.findall(text))
        if not letters or not self._codes:
            return None
        scripted = self._by_script(text, letters)
        if scripted:
            return scripted
        scores = {code: self._count(code, [token.text for token in tokens]) for code in self._codes if code != "uk"}
        counted = dict(scores)
        if "ar" in scores:
            arabizi = [word for word in _ARABIZI.findall(text) if not _NOT_ARABIZI.fullmatch(word)]
            scores["ar"] += 1.5 * len(arabizi)
        best = sorted(scores, key=lambda code: -scores[code])
        if len(best) == 1 or scores[best[0]] - scores[best[1]] >= _SECURE or not self._latin:
            return LanguageGuess(best[0], 0.95 if scores[best[0]] else 0.5)
        written = " ".join(words.source[slice(*words.folded.source(token.start, token.end))] for token in tokens)
        for code in self._latin:
            scores[code] += _OWN_LETTER * len(_OWN_LETTERS[code].findall(written)) if code in _OWN_LETTERS else 0.0
        likely = self._by_letters(written.lower())
        total = {code: scores.get(code, 0.0) + likely.get(code, 0.0) for code in scores}
        order = sorted(total, key=lambda code: -total[code])
        told = sum(1 for token in tokens if _LETTER.search(token.text))
        ranked = sorted(counted.values(), reverse=True)
        own_word = ranked[0] >= _OWN_WORD and counted[order[0]] == ranked[0] > sum(ranked[1:2])
        own_letter = order[0] in _OWN_LETTERS and bool(_OWN_LETTERS[order[0]].search(written))
        vague = told < _FEW_WORDS and not own_word and not own_letter
        margin = total[order[0]] - total[order[1]] if len(order) > 1 else _SECURE
        confidence = round(1.0 / (1.0 + math.exp(-margin)), 3)
        return LanguageGuess(order[0], min(confidence, UNSURE) if vague else confidence)

    def _by_script(self, text: str, letters: int) -> LanguageGuess | None:
        for code, script in (("uk", _CYRILLIC), ("ar", _ARABIC)):
            share = len(script.findall(text)) / letters
            if code in self._codes and share > 0.35:
                return LanguageGuess(code, round(min(0.99, 0.6 + share * 0.4), 3))
        return None

    def _count(self, code: str, texts: Sequence[str]) -> float:
        known = self._words[code]
        return math.fsum(known.get(text, 0.0) for text in texts)

    def _by_letters(self, text: str) -> dict[str, float]:
        """What letter statistics add for each language, at most 2."""
        if self._statistics is None:
            return {}
        with _LOCK:
            return {code: 2.0 * float(probability) for code, probability in self._statistics.rank(text)}


@cache
def _statistics(codes: tuple[str, ...]) -> LanguageIdentifier:
    """The letter statistics of some languages; takes a third of a second to load."""
    statistics = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    statistics.set_languages([code for code in codes if code in statistics.labels])
    return statistics
