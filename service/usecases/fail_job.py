"""A job that did not succeed: try it again later, or give it up and let go of who waits for it."""

from uuid import UUID

import structlog

from service.domain.delivery import Job, JobState
from service.store.store import Unit
from service.usecases.line import Line
from service.usecases.transcribe import transcription_failed

_AWAITED = frozenset({"fetch_recording", "transcribe"})
"""Kinds whose result a caller waits for: without one there is no transcript, and the recording is the report."""

_log = structlog.get_logger(__name__)


def fail_job(
    line: Line,
    unit: Unit,
    job_id: UUID,
    lease: UUID,
    reason: str,
    *,
    retryable: bool = True,
    seconds: float | None = None,
) -> None:
    """Have a job tried again, ``seconds`` from now or after the usual time, or give it up as a dead letter.

    ``reason`` is kept and logged: it quotes no resident. Raises LeaseLost.
    """
    failed = unit.jobs.fail(job_id, lease, reason, retryable=retryable, seconds=seconds)
    if failed.state is JobState.DEAD:
        _let_go(line, unit, failed)
    else:
        _log.warning(
            "job.failed",
            job_id=str(job_id),
            kind=failed.kind,
            attempt=failed.attempts,
            reason=reason,
            again_at=failed.due_at.isoformat(),
        )


def bury_abandoned(line: Line) -> None:
    """Give up the jobs whose last attempt ended with its worker: they may be what killed it."""
    with line.store.read() as unit:
        abandoned = unit.jobs.abandoned(line.clock.now())
    for job_id in abandoned:
        with line.store.begin() as unit:
            buried = unit.jobs.bury(job_id)
            if buried is not None:
                _let_go(line, unit, buried)


def _let_go(line: Line, unit: Unit, job: Job) -> None:
    _log.error("job.dead", job_id=str(job.id), kind=job.kind, attempt=job.attempts, reason=job.last_error)
    if job.kind not in _AWAITED:
        return
    media_id = UUID(str(job.payload["media_id"]))
    if unit.media.get(media_id).transcript is None:
        transcription_failed(line, unit, media_id)
