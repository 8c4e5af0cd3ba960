"""The file of the SQLite transport: private, and replaced when it is no database (any more).

The ledger is the truth, so a queue's file is nothing that would have to be saved.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import structlog

from service.clock import utc_now
from service.store.files import file_lock, private_file, private_folder

_BESIDE = ("-wal", "-shm")  # before the file itself: a log left alone would be played into the new file
_BUSY = 1  # seconds to wait for another process that has the file

_log = structlog.get_logger(__name__)


def ready(path: Path) -> None:
    """Have a file there that SQLite can open, for nobody else to read. Raises OSError.

    One that is no database is set aside under a name with the time; safe from several processes at once.
    """
    private_folder(path.parent)
    with file_lock(path.with_name(f"{path.name}.lock")):
        if path.is_file() and _is_broken(path):
            _set_aside(path)
        private_file(path)


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one of its name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_broken(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.OperationalError:  # somebody has it, or it cannot be read: that says nothing about what is in it
        return False
    except sqlite3.DatabaseError:
        return True


def _set_aside(path: Path) -> None:
    aside = path.with_name(f"{path.name}.broken-{utc_now():%Y%m%dT%H%M%S.%fZ}")
    for ending in (*_BESIDE, ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    _log.error("queue.set_aside", file=str(path), kept_as=str(aside), hint="no job is lost: the database has them all")
