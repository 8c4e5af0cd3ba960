"""What every speech recogniser is to the rest of the line."""

from typing import Protocol

from ivr.messages import Transcript
from ivr.speech.audio import Pcm


class SpeechModelError(RuntimeError):
    """A speech model is missing, incomplete or unusable; the message says what to do."""


class Recogniser(Protocol):
    """Turns one utterance into words.

    ``engine`` names it in transcripts. ``transcribe`` is told the language that the caller chose (ISO 639-1) and
    never guesses it; audio without speech gives a transcript whose text is empty. Models load at the first use of
    a language, so the first call may take seconds. Raises SpeechModelError where a model can't be loaded.
    """

    engine: str

    def transcribe(self, pcm: Pcm, language: str) -> Transcript:
        """The words of ``pcm``, spoken in ``language``."""
        ...
