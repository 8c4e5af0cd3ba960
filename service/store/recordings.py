"""The recordings' audio: one file each, named by the id of its row, readable by the service only."""

import os
import secrets
from pathlib import Path
from uuid import UUID

from service.settings import Settings
from service.store.keys import sync_folder


def save_recording(settings: Settings, media_id: UUID, audio: bytes) -> str:
    """Write a recording's file, whole and safe from a power cut, or not at all. Gives its path below the folder."""
    folder = settings.recordings
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{media_id}.wav"
    draft = folder / f".{name}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(audio)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return name


def recording_file(settings: Settings, path: str) -> Path:
    """The file of a recording whose row has ``path``."""
    return settings.recordings / path
