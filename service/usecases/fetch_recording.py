"""Copy a caller's recording from the carrier, and have it transcribed."""

from functools import partial
from uuid import UUID

from ivr.gateways.gateway import RecordingMissing, SendError
from ivr.speech.audio import AudioError, decode
from service.domain.delivery import Job, JobState, Queue
from service.domain.job import GiveUp, TryAgain
from service.usecases.delete_recording import delete_recording_later
from service.usecases.enqueue import enqueue
from service.usecases.keep_recording import keep_recording, recording_path
from service.usecases.line import Line
from service.usecases.transcribe import transcription_failed

KIND = "fetch_recording"

_FIRST_WAIT = 0.5
"""Seconds, doubled with each attempt: a caller is waiting for the transcript."""


def recording_ready(line: Line, gateway: str, url: str) -> None:
    """The carrier says that a recording's file is there: have it fetched now, if we are waiting for it."""
    with line.store.begin() as unit:
        for job in unit.jobs.list(state=JobState.DUE, kind=KIND):
            if (job.payload["gateway"], job.payload["url"]) == (gateway, url):
                unit.jobs.hasten(job.id)
                unit.after_commit(partial(line.kick, job.queue, job.id))


def fetch_recording(line: Line, job: Job) -> None:
    """Job: copy the recording of the payload {gateway, url, media_id, language} into the media row of that id.

    Raises TryAgain while the file isn't there or its host fails, GiveUp when it is no use.
    """
    gateway, url = str(job.payload["gateway"]), str(job.payload["url"])
    media_id = UUID(str(job.payload["media_id"]))
    with line.store.read() as unit:
        media = unit.media.get(media_id)
    if not media.path and media.deleted_at is None:
        audio, seconds = _fetch(line, job, media_id, gateway, url)
        keep_recording(line, audio, media_id)
        with line.store.begin() as unit:
            unit.media.set_audio(media_id, recording_path(line, media_id).name, seconds)
            enqueue(
                line,
                unit,
                "transcribe",
                {"media_id": str(media_id), "language": str(job.payload["language"])},
                f"transcribe:{media_id}",
                queue=Queue.SPEECH,
            )
            delete_recording_later(line, unit, gateway, url)


def _fetch(line: Line, job: Job, media_id: UUID, gateway: str, url: str) -> tuple[bytes, float]:
    """The audio and its length in seconds."""
    try:
        audio = line.gateways[gateway].fetch_recording(url)
        pcm = decode(audio)
    except (RecordingMissing, SendError, AudioError) as error:
        may_come = isinstance(error, RecordingMissing) or (isinstance(error, SendError) and error.retryable)
        if may_come and job.attempts < job.max_attempts:
            raise TryAgain(str(error), _FIRST_WAIT * 2 ** (job.attempts - 1)) from error
        with line.store.begin() as unit:
            transcription_failed(line, unit, media_id)
        raise GiveUp(str(error)) from error
    return audio, len(pcm.samples) / pcm.rate
