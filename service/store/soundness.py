"""Whether a database can be gone on with: its file is sound, and the keys are those that it was written with."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url, select, union

from service.settings import Settings
from service.store.engine import connect
from service.store.keys import Keys, KeysError
from service.store.tables import residents, users


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


def check_keys(settings: Settings) -> None:
    """Load the keys, or make the first ones of a new line, and see that they open what the database holds.

    Other keys would know no resident again and read no number. Raises KeysError, which names the file to put back.
    """
    needed = _keys_in_use(settings)
    where = "BUURTLIJN_KEYS" if settings.keys else str(settings.keyring)
    if needed and not settings.keys and not settings.keyring.exists():
        raise KeysError(f"{where} is gone, and the database holds what only its keys open. Put its copy back.")
    lacking = needed - Keys.load(settings).ids
    if lacking:
        raise KeysError(
            f"The database holds what only the keys {', '.join(sorted(lacking))} open, and they are not in {where}. "
            "Add them behind the others, from the copy that was kept with this database's backups."
        )


def _keys_in_use(settings: Settings) -> set[str]:
    columns = (residents.c.key_id, users.c.totp_key_id)
    engine = connect(settings)
    try:
        with engine.connect() as connection:
            found = connection.scalars(union(*(select(column).where(column.is_not(None)) for column in columns)))
            return set(found)
    finally:
        engine.dispose()
