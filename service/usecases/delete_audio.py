"""Delete our own recordings whose time is over."""

from datetime import UTC, datetime, timedelta

import structlog

from service.domain.delivery import Job
from service.usecases.line import Line

KIND = "delete_audio"

UNCLAIMED = timedelta(days=1)
"""Age at which a file that no conversation names is deleted: what a crash left behind."""

_log = structlog.get_logger(__name__)


def delete_audio(line: Line, job: Job) -> None:
    """Job: delete the audio whose days are over or whose resident was erased, and files that belong to nothing.

    The rows stay and say so. The file goes first: should we end in between, the next time finds the row again.
    """
    with line.store.read() as unit:
        due = unit.media.due_for_deletion(line.clock.now())
    for media in due:
        if media.path:
            (line.settings.recordings / media.path).unlink(missing_ok=True)
        with line.store.begin() as unit:
            unit.media.mark_deleted(media.id)
    unclaimed = _delete_unclaimed(line)
    if due or unclaimed:
        _log.info("audio.deleted", job_id=str(job.id), recordings=len(due), unclaimed_files=unclaimed)


def _delete_unclaimed(line: Line) -> int:
    folder = line.settings.recordings
    before = line.clock.now() - UNCLAIMED
    files = folder.iterdir() if folder.is_dir() else ()
    old = [file for file in files if datetime.fromtimestamp(file.stat().st_mtime, UTC) < before]
    with line.store.read() as unit:
        named = unit.media.paths()
    unclaimed = [file for file in old if file.name not in named]
    for file in unclaimed:
        file.unlink(missing_ok=True)
    return len(unclaimed)
