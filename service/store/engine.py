"""The engine: how connections to SQLite and PostgreSQL are opened, and how transactions begin on them."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from service.settings import Settings
from service.store.files import private_file

WRITES = "buurtlijn_writes"
"""Execution option of a connection whose transactions write."""

_BUSY = 4000  # milliseconds to wait for another process' write


def connect(settings: Settings, *, migrating: bool = False) -> Engine:
    """The engine of the settings' database. Connects to nothing yet; makes a SQLite file. Raises OSError.

    ``migrating``: SQLite changes most of a table by copying and dropping it, which its watch over foreign keys forbids.
    That watch is off then; whoever migrates checks the keys afterwards.
    """
    url = make_url(settings.database)
    threads = settings.web_threads + 8  # the web service's and those of its consumers
    if url.get_backend_name() == "sqlite":
        private_file(Path(str(url.database)))
        engine = create_engine(url, pool_size=threads, max_overflow=0, pool_timeout=4, hide_parameters=True)
        event.listen(engine, "connect", _open_sqlite)
        if migrating:
            event.listen(engine, "connect", _leave_foreign_keys)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=threads,
        max_overflow=0,
        pool_timeout=4,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": f"-c lock_timeout={_BUSY}"},
    )
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _open_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says so, not where the driver guesses
    for pragma in (f"busy_timeout={_BUSY}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _leave_foreign_keys(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
