"""A person who rings or texts the line, and their conversation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ivr.messages import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A resident of one group, known by a pseudonym; the number is asked for by ``unit.residents.phone`` only.

    ``recording_consent`` is None until asked. ``opted_out``: sends STOP, gets nothing unprompted any more.
    """

    id: UUID
    group_id: UUID
    pseudonym: str
    locale: str | None = None
    recording_consent: bool | None = None
    recording_consent_at: datetime | None = None
    opted_out: bool = False
    opted_out_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A conversation as kept between turns.

    ``state`` is the conversation's own JSON, ``step`` its current step, ``version`` counts saves from 1.
    ``practice`` is set at the start and for good. ``resident_id`` is None for a caller without a number.
    """

    id: UUID
    group_id: UUID
    resident_id: UUID | None
    channel: Channel
    conversation_id: str
    number: str
    practice: bool
    state: str
    step: str
    version: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None
