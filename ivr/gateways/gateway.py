"""What every gateway can do, whoever the carrier is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.messages import Outbound
from ivr.rendering.reply import Body, Reply


class SendError(Exception):
    """A message was not accepted. ``retryable`` says whether a later try may succeed; ``code`` is the provider's."""

    def __init__(self, reason: str, *, retryable: bool, code: str = "") -> None:
        super().__init__(reason)
        self.retryable = retryable
        self.code = code


class RecordingMissing(Exception):
    """The provider does not have the recording, or not yet."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A provider took an outbound message and calls it ``provider_id``."""

    provider_id: str


class Gateway(Protocol):
    """The border to one carrier: renders answers, sends messages, fetches recordings."""

    @property
    def name(self) -> str:
        """What inbox, outbox and jobs call this gateway."""
        ...

    def render(self, reply: Reply) -> Body:
        """The answer in the carrier's wire form."""
        ...

    def send(self, message: Outbound) -> Accepted:
        """Send a message we start ourselves. Raises SendError."""
        ...

    def sent_since(self, message: Outbound, since: datetime) -> tuple[str, ...]:
        """The provider's ids of messages like this one that it took since, oldest first. Raises SendError.

        Asked before sending again when it is unknown what became of the first try.
        """
        ...

    def fetch_recording(self, url: str) -> bytes:
        """The recording's audio file. Raises RecordingMissing (try again), SendError for anything else."""
        ...

    def delete_recording(self, url: str) -> None:
        """Remove the recording at the carrier once copied. Raises SendError."""
        ...
