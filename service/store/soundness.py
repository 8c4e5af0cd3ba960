"""Whether a SQLite file is sound, looked at before anything is written into it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from service.settings import Settings


class DamagedDatabase(Exception):
    """The database's file is none, or damaged; the message says what to do. Nothing in it was changed."""


def check_sound(settings: Settings) -> None:
    """Look through a SQLite file without changing it, in about a second for each 100 MB. Raises DamagedDatabase.

    What keeps it from being looked at (a lock, missing rights) is left for those to find who use it.
    """
    url = make_url(settings.database)
    file = Path(str(url.database))
    if url.get_backend_name() != "sqlite" or not file.is_file():
        return
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            fault = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return
    except sqlite3.DatabaseError as error:
        fault = str(error)
    if fault != "ok":
        raise DamagedDatabase(
            f"The database {file} is damaged ({fault.splitlines()[-1]}). Nothing in it was changed.\n"
            f"Move it away with {file.name}-wal and {file.name}-shm, put the latest backup in its place "
            "(docs/operations.md, Backups), and start again. What came after that backup may still be got out of the "
            f"damaged file: `sqlite3 {file.name} .recover`."
        )
