"""Whether what people tell can be kept: our folders can be written, and their disk has room."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from service.settings import Settings
from service.store.files import private_folder

LEAST_FREE = 64 << 20
"""Bytes that have to be free, for us, on the disk of each folder: some two hundred recordings and their reports."""

_PROBE = bytes(4096)


class NoRoom(Exception):
    """A folder's disk is full or nearly so."""


def check_folders(settings: Settings) -> None:
    """Write into each folder that inbound messages and recordings are kept in. Raises OSError, NoRoom."""
    for folder in _folders(settings):
        private_folder(folder)
        with tempfile.TemporaryFile(dir=folder) as probe:  # it has no name, so none is ever left behind
            probe.write(_PROBE)
            probe.flush()
        disk = os.statvfs(folder)
        free = disk.f_bavail * disk.f_frsize
        if disk.f_blocks and free < LEAST_FREE:
            raise NoRoom(f"{free >> 20} MiB free for {folder}, and {LEAST_FREE >> 20} MiB are needed")


def _folders(settings: Settings) -> Iterator[Path]:
    yield settings.data_dir
    yield settings.spool
    yield settings.recordings
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        yield Path(str(url.database)).parent
