"""Telling speech from what Whisper dreams up over noise, music and the rest of silence."""

import re
from collections.abc import Sequence
from typing import Protocol

from ivr.messages import Word


class Heard(Protocol):
    """A stretch of recognised speech with Whisper's own measures of doubt."""

    text: str
    avg_logprob: float
    no_speech_prob: float


# Whisper learned from subtitles: over noise it writes their credits and their names for sounds.
_CREDITS = re.compile(
    r"amara\.org|ondertitel(s|d|ing) (ingediend|door)|tv gelderland|untertitel|untertitelung|zdf|sous-titr|subtítulos"
    r"|subtitles? by|subtitled by|altyazı|napisy (stworzone|pobrano)|субтитр|субтитри|редактор субтит|ترجمة نانسي"
    r"|اشتركوا في القناة|дякую за перегляд|дякуємо за перегляд|thanks for watching|thank you for watching"
    r"|bedankt voor het kijken|merci d'avoir regardé|dziękuję za (uwagę|oglądanie)|izlediğiniz için teşekkür"
    r"|vielen dank (fürs|für das) zuschauen|gracias por ver",
    re.IGNORECASE,
)
_CREDIT_WORDS = 12  # a longer segment says something else too
_SOUND = re.compile(
    r"\W*(muziek|music|musik|musique|música|muzyka|müzik|музика|موسيقى|applaus|applause)\W*", re.IGNORECASE
)
_BRACKETED = re.compile(r"\s*[\[(*♪♫].*[\])*♪♫]\s*")

_SURE_SILENCE, _UNSURE = 0.6, -0.8
_HOPELESS = -1.5

_LONGEST_UNIT = 8
_SINGLE_REPEATS, _UNIT_REPEATS = 6, 4
_LOOP_SHARE = 0.5
_CLEAR = 0.6
_WORDS_PER_SECOND = 4.0


def is_phantom(heard: Heard) -> bool:
    """Whether a segment is no speech: a caption, or a guess that Whisper itself hardly believes."""
    text = heard.text.strip()
    if not any(character.isalnum() for character in text):
        return True
    if _SOUND.fullmatch(text) or _BRACKETED.fullmatch(text):
        return True
    if len(text.split()) <= _CREDIT_WORDS and _CREDITS.search(text):
        return True
    if heard.avg_logprob < _HOPELESS:
        return True
    return heard.no_speech_prob > _SURE_SILENCE and heard.avg_logprob < _UNSURE


def is_loop(words: Sequence[Word]) -> bool:
    """Whether most of the words are one phrase over and over.

    A word or two, clearly heard and no faster than people speak, are no loop: they call "help, help, help".
    """
    texts = [re.sub(r"\W", "", word.text).casefold() for word in words]
    for size in range(1, _LONGEST_UNIT + 1):
        repeats = _SINGLE_REPEATS if size == 1 else _UNIT_REPEATS
        run = _longest_run(texts, size)
        if run >= repeats * size and run >= _LOOP_SHARE * len(texts):
            clear = sum(word.confidence for word in words) >= _CLEAR * len(words)
            unhurried = len(words) <= _WORDS_PER_SECOND * (words[-1].end - words[0].start)
            return not (size <= 2 and clear and unhurried)
    return False


def _longest_run(texts: Sequence[str], size: int) -> int:
    """Length, in words, of the longest stretch in which each word is the same as the one ``size`` before it."""
    longest = run = 0
    for before, after in zip(texts, texts[size:], strict=False):
        run = run + 1 if before == after else 0
        longest = max(longest, run + size if run else 0)
    return longest
