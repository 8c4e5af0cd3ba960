"""Recordings as files: named by their id, readable by the service alone, on disk before anybody hears of them."""

import os
import wave
from pathlib import Path
from uuid import UUID

from service.store.files import sync_folder
from service.usecases.line import Line


class NotARecording(ValueError):
    """The audio is no WAV file."""


def keep_recording(line: Line, audio: bytes, media_id: UUID | None = None) -> UUID:
    """Write a recording (a WAV file's bytes) to disk, whole or not at all, and give its id. Raises NotARecording.

    It becomes part of a conversation by the turn that names it; a turn that may not be recorded deletes it.
    """
    media_id = media_id or line.clock.new_id()
    path = recording_path(line, media_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{line.clock.new_id()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(audio)
            file.flush()
            os.fsync(file.fileno())
        recording_seconds(draft)
        draft.rename(path)
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise NotARecording(str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return media_id


def recording_path(line: Line, media_id: UUID) -> Path:
    """Where the recording of that id lies, whether or not it is there."""
    return line.settings.recordings / f"{media_id}.wav"


def recording_seconds(path: Path) -> float:
    """Length of a WAV file in seconds. Raises wave.Error, EOFError or OSError when it is none."""
    with wave.open(str(path), "rb") as file:
        return file.getnframes() / file.getframerate()
