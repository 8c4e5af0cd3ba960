"""What is done in a job of each kind, and which jobs come back by themselves."""

from collections.abc import Callable, Mapping

from service.domain.delivery import Job
from service.usecases import delete_audio, delete_recording, fetch_recording, forget_jobs, keep_abandoned, send_message
from service.usecases.line import Line

Handler = Callable[[Line, Job], None]

HANDLERS: Mapping[str, Handler] = {
    fetch_recording.KIND: fetch_recording.fetch_recording,
    delete_recording.KIND: delete_recording.delete_recording,
    send_message.KIND: send_message.send_message,
    delete_audio.KIND: delete_audio.delete_audio,
    forget_jobs.KIND: forget_jobs.forget_jobs,
    "keep_abandoned": keep_abandoned.keep_abandoned,
}
"""Fast jobs by kind. A handler may run twice, also after it succeeded, and must bear it.

It ends well, or raises GiveUp, TryAgain, or anything else, which means: again after the usual time.
"""

RECURRING: Mapping[str, str] = {
    delete_audio.KIND: "%Y-%m-%dT%H",
    forget_jobs.KIND: "%Y-%m-%d",
}
"""Kinds that come back: once for each value of this form of the time in UTC."""
