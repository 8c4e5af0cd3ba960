"""A recogniser that says what it was told to, for tests of the service without recognition."""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from ivr.messages import Transcript
from ivr.speech.audio import Pcm
from ivr.speech.recogniser import SpeechModelError


@dataclass(frozen=True)
class Script:
    """What to answer: ``answers`` by the digest of the samples, else ``default``; after ``delay`` seconds."""

    answers: Mapping[str, str] = Field(default_factory=dict)
    default: str = ""
    delay: float = 0.0


_SCRIPT = TypeAdapter(Script)


def digest(pcm: Pcm) -> str:
    """The name under which a script knows this audio: SHA-256 of its samples, in hexadecimal."""
    return hashlib.sha256(pcm.samples.astype("<i2").tobytes()).hexdigest()


class ScriptedRecogniser:
    """Answers from a script; audio that is wholly silent still has no words."""

    engine = "scripted"

    def __init__(self, script: Script) -> None:
        self._script = script

    @classmethod
    def read(cls, file: Path) -> Self:
        """The recogniser of a JSON script {"answers": {digest: text}, "default": text, "delay": seconds}.

        Without the file every answer is empty. Raises SpeechModelError when it isn't such a script.
        """
        try:
            return cls(_SCRIPT.validate_json(file.read_bytes()))
        except FileNotFoundError:
            return cls(Script())
        except ValidationError as error:
            raise SpeechModelError(f"{file} is not a script of answers: {error}") from error

    def transcribe(self, pcm: Pcm, language: str) -> Transcript:
        """The script's answer for ``pcm``."""
        time.sleep(self._script.delay)
        text = self._script.answers.get(digest(pcm), self._script.default) if pcm.samples.any() else ""
        return Transcript(
            text=text, language=language, confidence=1.0 if text else 0.0, engine=self.engine, duration=pcm.seconds
        )
