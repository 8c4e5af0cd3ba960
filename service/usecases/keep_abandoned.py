"""A conversation that went silent: what was told is kept for a person, whether or not it was confirmed."""

from datetime import timedelta
from uuid import UUID

from ivr.conversation.session import load
from service.clock import Clock
from service.domain.delivery import Job, Queue
from service.store.store import Unit
from service.usecases.file_report import Filing, file_report
from service.usecases.line import Line

SILENCE = timedelta(hours=1)
"""Without a turn for this long, a draft is kept as an unconfirmed report. The conversation can still go on."""


def schedule_keeping(unit: Unit, clock: Clock, session_id: UUID) -> None:
    """Have a conversation's draft looked at after an hour. Nothing changes when that is arranged already."""
    unit.jobs.add(
        "keep_abandoned",
        Queue.FAST,
        {"session_id": str(session_id)},
        f"keep_abandoned:{session_id}",
        clock.now() + SILENCE,
    )


def keep_abandoned(line: Line, job: Job) -> None:
    """Job handler: file the draft unconfirmed if nobody has said anything for an hour, else look again later."""
    session_id = UUID(str(job.payload["session_id"]))
    with line.store.begin() as unit:
        stored = unit.sessions.get(session_id)
        session = load(stored.state)
        if stored.finished_at or session.draft.empty:
            return
        due = stored.updated_at + SILENCE
        if due > line.clock.now():
            unit.jobs.add(job.kind, Queue.FAST, job.payload, f"keep_abandoned:{session_id}:{stored.version}", due)
            return
        resident = unit.residents.by_id(stored.resident_id) if stored.resident_id else None
        file_report(unit, line.clock, Filing(stored, session, resident), confirmed=False)
