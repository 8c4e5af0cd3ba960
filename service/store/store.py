"""The store: short transactions on SQLite or PostgreSQL, with one repository for each kind of thing."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from alembic.runtime.migration import MigrationContext
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.clock import Clock
from service.settings import Settings
from service.store.accounts import Audit, SignIns, Tickets, Users
from service.store.counts import Counts
from service.store.engine import WRITES, connect
from service.store.erasure import Erasure
from service.store.groups import Groups
from service.store.jobs import Jobs
from service.store.keys import Keys
from service.store.mail import Inbox, Outbox
from service.store.media import MediaRows
from service.store.reports import Reports
from service.store.residents import Residents
from service.store.sessions import Sessions
from service.store.unit import StoreUnavailable, Transaction

_LOCK_WAIT = 4.0  # seconds: a webhook that waits for this and for the database must have answered within 15


class Unit:
    """The repositories within one transaction. Get one from ``Store.begin`` or ``Store.read``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def after_commit(self, action: Callable[[], None]) -> None:
        """Have an action done once the transaction is committed (never when it isn't), such as kicking a job."""
        self._transaction.after_commit.append(action)

    @cached_property
    def groups(self) -> Groups:
        """Groups, their numbers and streets."""
        return Groups(self._transaction)

    @cached_property
    def residents(self) -> Residents:
        """Residents and their numbers."""
        return Residents(self._transaction)

    @cached_property
    def sessions(self) -> Sessions:
        """Conversations between turns."""
        return Sessions(self._transaction)

    @cached_property
    def inbox(self) -> Inbox:
        """Inbound messages and their answers."""
        return Inbox(self._transaction)

    @cached_property
    def outbox(self) -> Outbox:
        """Messages that we start ourselves."""
        return Outbox(self._transaction)

    @cached_property
    def jobs(self) -> Jobs:
        """The job ledger."""
        return Jobs(self._transaction)

    @cached_property
    def reports(self) -> Reports:
        """Reports, their revisions and decisions."""
        return Reports(self._transaction)

    @cached_property
    def media(self) -> MediaRows:
        """Recordings (their rows; the audio lies in files)."""
        return MediaRows(self._transaction)

    @cached_property
    def users(self) -> Users:
        """Console accounts."""
        return Users(self._transaction)

    @cached_property
    def sign_ins(self) -> SignIns:
        """Who is signed in on which browsers."""
        return SignIns(self._transaction)

    @cached_property
    def tickets(self) -> Tickets:
        """Tokens that work once."""
        return Tickets(self._transaction)

    @cached_property
    def audit(self) -> Audit:
        """The audit trail."""
        return Audit(self._transaction)

    @cached_property
    def counts(self) -> Counts:
        """How much there is, for metrics."""
        return Counts(self._transaction)

    @cached_property
    def erasure(self) -> Erasure:
        """Forgetting residents."""
        return Erasure(self._transaction)


class Store:
    """The database. Blocks are short by design: no network call, recognition or sleep inside one."""

    def __init__(self, settings: Settings, clock: Clock, keys: Keys) -> None:
        self._settings = settings
        self._clock = clock
        self._keys = keys
        self.engine: Engine = connect(settings)
        self._writing = threading.Lock()
        self._inside = threading.local()

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        """One write transaction: committed at the block's end, rolled back when it raises.

        On SQLite one thread writes at a time. Raises StoreUnavailable when the database cannot be had; RuntimeError
        inside another block of the same thread, which would wait for itself.
        """
        with (
            self._block(),
            self._write_lock(),
            self._translated(),
            self.engine.connect().execution_options(**{WRITES: True}) as connection,
            connection.begin(),
        ):
            transaction = self._transaction(connection, writes=True)
            yield Unit(transaction)
        for action in transaction.after_commit:
            action()

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """One read-only transaction: a consistent view that waits for no writer. Raises StoreUnavailable."""
        with self._block(), self._translated(), self.engine.connect() as connection, connection.begin():
            yield Unit(self._transaction(connection, writes=False))

    def revision(self) -> str | None:
        """The migration that the database is at; None for an empty one. Raises StoreUnavailable."""
        with self._block(), self._translated(), self.engine.connect() as connection, connection.begin():
            return MigrationContext.configure(connection).get_current_revision()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _transaction(self, connection: Connection, *, writes: bool) -> Transaction:
        return Transaction(connection, self._clock, self._keys, self._settings, writes)

    @contextmanager
    def _block(self) -> Iterator[None]:
        if getattr(self._inside, "block", False):
            raise RuntimeError("a transaction inside a transaction of the same thread")
        self._inside.block = True
        try:
            yield
        finally:
            self._inside.block = False

    @contextmanager
    def _write_lock(self) -> Iterator[None]:
        if self.engine.dialect.name != "sqlite":
            yield
            return
        if not self._writing.acquire(timeout=_LOCK_WAIT):
            raise StoreUnavailable(f"another thread has been writing for {_LOCK_WAIT} s")
        try:
            yield
        finally:
            self._writing.release()

    @staticmethod
    @contextmanager
    def _translated() -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise StoreUnavailable(f"the database: {error}") from error
        except DBAPIError as error:
            if type(error.orig) is sqlite3.DatabaseError or isinstance(error.orig, ReadOnlySqlTransaction):
                raise StoreUnavailable(f"the database is damaged, or stands by: {error.orig}") from error
            raise
