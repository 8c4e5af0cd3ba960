"""Bringing the database to the newest form, at each start, before anything uses it."""

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection

from service.settings import ROOT, Settings
from service.store.engine import WRITES, connect
from service.store.files import file_lock
from service.store.store import Store

_LOCK = 0x6275757274  # "buurt": the PostgreSQL advisory lock under which one process migrates


class NewerDatabase(Exception):
    """The database was migrated by newer code than this, which does not know its form."""


def migrate(settings: Settings, revision: str = "head") -> None:
    """Upgrade the database to a revision, in one transaction. Safe at each start and from several processes at once.

    Raises NewerDatabase.
    """
    engine = connect(settings, migrating=True)
    try:
        with _alone(engine.url), engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            command.upgrade(alembic_config(connection), revision)
            check_references(connection)
    except CommandError as error:
        raise NewerDatabase(
            "The database was migrated by a newer version. Go back to that version, or restore a backup from before it."
        ) from error
    finally:
        engine.dispose()


def check_references(connection: Connection) -> None:
    """Refuse a migration after which rows of a SQLite database refer to nothing; PostgreSQL watches by itself."""
    if connection.dialect.name == "sqlite":
        broken = sorted({row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
        if broken:
            raise RuntimeError(f"after this migration rows would refer to nothing, in {', '.join(broken)}")


def is_migrated(store: Store) -> bool:
    """Whether the database has the newest form. Raises StoreUnavailable."""
    return store.revision() == _newest()


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(Config(ROOT / "migrations" / "alembic.ini")).get_current_head()


def _alone(url: URL) -> AbstractContextManager[object]:
    """Let one process at a time make a SQLite file: switching it to WAL waits for nobody, and fails instead."""
    return file_lock(Path(f"{url.database}.lock")) if url.get_backend_name() == "sqlite" else nullcontext()


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for commands on an open connection."""
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.attributes["connection"] = connection
    return config
