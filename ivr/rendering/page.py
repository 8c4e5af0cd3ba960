"""What a caller hears and what is then awaited: the voice page, without any carrier's markup."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Spoken:
    """One prompt in one language. ``audio`` is the path below locales/ of a person's recording of it, if any."""

    text: str
    locale: str
    audio: str = ""


@dataclass(frozen=True, slots=True)
class AwaitKeys:
    """Await keypad entry: ``digits`` keys exactly, or (0) any number up to #. ``timeout`` in seconds."""

    digits: int = 1
    timeout: int = 8
    awaits: Literal["keys"] = "keys"


@dataclass(frozen=True, slots=True)
class AwaitUtterance:
    """Record until a key, a silence of ``silence`` seconds or ``longest`` seconds. A key counts as keypad entry."""

    silence: int = 3
    longest: int = 60
    awaits: Literal["utterance"] = "utterance"


@dataclass(frozen=True, slots=True)
class AwaitTranscript:
    """Come back after ``pause`` seconds: the transcript is being made."""

    pause: int = 2
    awaits: Literal["transcript"] = "transcript"


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call ends."""

    awaits: Literal["hang_up"] = "hang_up"


# ``awaits`` tells them apart where a page travels as JSON.
Awaited = AwaitKeys | AwaitUtterance | AwaitTranscript | HangUp


@dataclass(frozen=True, slots=True)
class VoicePage:
    """Prompts in order, then what is awaited. Keys may interrupt the prompts only when ``barge_in``."""

    prompts: tuple[Spoken, ...]
    then: Awaited
    barge_in: bool = True
