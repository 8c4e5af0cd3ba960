"""What a speech worker and its model process say to each other: JSON over a socket that only they have."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from ivr.messages import Transcript


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one recording: its transcript, or why there is none and whether another try may give one."""

    transcript: Transcript | None = None
    reason: str = ""
    retryable: bool = False


ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
