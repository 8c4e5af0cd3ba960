"""Recognition by workers of their own: hand a recording out, and take its transcript in."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from ivr.messages import Transcript
from service.domain.delivery import Job, Media, Queue
from service.store.store import Unit
from service.usecases.fail_job import fail_job
from service.usecases.line import Line
from service.usecases.transcribe import transcribed

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A recording to be recognised: ``seconds`` long, spoken in ``language``. ``lease`` proves who has it."""

    job_id: UUID
    lease: UUID
    media_id: UUID
    language: str
    seconds: float


def hand_out(line: Line, job_id: UUID | None, worker: str, lease_seconds: float) -> Assignment | None:
    """The recording of that job, or of the longest due one; None when there is none to be had.

    A recording that went meanwhile, because its time was over or the resident was erased, needs no transcript.
    """
    with line.store.begin() as unit:
        while (job := unit.jobs.claim(job_id, Queue.SPEECH, worker, lease_seconds)) is not None:
            media = _recording(unit, job)
            if not media.unwanted and media.deleted_at is None:
                return Assignment(job.id, job.lease, media.id, str(job.payload["language"]), media.seconds)
            unit.jobs.complete(job.id, job.lease)
    return None


def hold(line: Line, job_id: UUID, lease: UUID, lease_seconds: float) -> None:
    """Heartbeat: the worker is still at it. Raises LeaseLost, Missing."""
    with line.store.begin() as unit:
        unit.jobs.extend(job_id, lease, lease_seconds)


def take_in(line: Line, job_id: UUID, lease: UUID, transcript: Transcript) -> None:
    """Keep a transcript, once, and end its job with it. Raises LeaseLost, Missing."""
    with line.store.begin() as unit:
        unit.jobs.complete(job_id, lease)
        job = unit.jobs.get(job_id)
        transcribed(line, unit, _recording(unit, job).id, transcript)
    _log.info(
        "job.done",
        job_id=str(job_id),
        kind=job.kind,
        attempt=job.attempts,
        engine=transcript.engine,
        audio_seconds=round(transcript.duration, 2),
        took=round((line.clock.now() - job.created_at).total_seconds(), 3),
    )


def take_back(line: Line, job_id: UUID, lease: UUID, reason: str, *, retryable: bool) -> None:
    """A worker could not recognise a recording. Raises LeaseLost, Missing."""
    with line.store.begin() as unit:
        fail_job(line, unit, job_id, lease, reason, retryable=retryable)


def _recording(unit: Unit, job: Job) -> Media:
    return unit.media.get(UUID(str(job.payload["media_id"])))
