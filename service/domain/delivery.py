"""Work and words that leave the webhook: jobs, unprompted messages and recordings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ivr.messages import Transcript


class Queue(StrEnum):
    """Which workers do a job."""

    FAST = "fast"
    SPEECH = "speech"


class JobState(StrEnum):
    """Where a job is: waiting, in somebody's hands, done, or given up (dead letter)."""

    DUE = "due"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the job ledger. ``payload`` is JSON and holds ids, never numbers or words of residents.

    ``lease_token`` proves to be the holder of the lease until ``leased_until``.
    """

    id: UUID
    kind: str
    queue: Queue
    payload: Mapping[str, object]
    unique_key: str
    state: JobState
    due_at: datetime
    attempts: int
    max_attempts: int
    created_at: datetime
    lease_token: UUID | None = None
    leased_until: datetime | None = None
    worker: str = ""
    last_error: str = ""
    finished_at: datetime | None = None

    @property
    def lease(self) -> UUID:
        """The lease of a job in hand. Raises ValueError when it is in nobody's."""
        if self.lease_token is None:
            raise ValueError(f"job {self.id} is in nobody's hands")
        return self.lease_token


class OutboxStatus(StrEnum):
    """What became of an unprompted message; receipts move it forward only, in this order."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A message that we start ourselves, from the number ``sender`` to a resident, through a gateway by name."""

    id: UUID
    group_id: UUID
    resident_id: UUID
    gateway: str
    sender: str
    text: str
    unique_key: str
    status: OutboxStatus
    created_at: datetime
    updated_at: datetime
    provider_id: str | None = None
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A recording. ``path`` is relative to the recordings folder, ``seconds`` its length.

    ``transcript`` is None until recognition has ended. The row outlives the audio: ``deleted_at`` says when it went.
    ``unwanted``: the resident was erased, and nothing more may be made of the recording.
    """

    id: UUID
    group_id: UUID
    report_id: UUID | None
    session_id: UUID | None
    path: str
    seconds: float
    created_at: datetime
    transcript: Transcript | None = None
    unwanted: bool = False
    deleted_at: datetime | None = None
