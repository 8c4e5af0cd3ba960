"""What the repositories stand on: one connection in one transaction, with clock, keys and settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, RowMapping, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

from service.clock import Clock
from service.settings import Settings
from service.store.keys import Keys

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_D = TypeVar("_D", bound="DataclassInstance")


class StoreUnavailable(Exception):
    """The database is down, locked for too long, or not migrated. Nothing of the block was kept."""


class AlreadyTaken(Exception):
    """A name, number or message id that has to be unique is there already."""


class Missing(Exception):
    """There is no such row."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction and what the repositories need beside it."""

    connection: Connection
    clock: Clock
    keys: Keys
    settings: Settings
    writes: bool
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    def insert_new(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert a row unless a unique value of it is taken; says whether it was inserted."""
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
        return self.connection.execute(statement).first() is not None


class Repository:
    """A part of the store within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._clock = transaction.clock
        self._keys = transaction.keys

    def _lock(self, query: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
        """The query, locking its rows until the transaction's end when this is one that writes.

        SQLite needs no such lock: whoever writes there is alone.
        """
        return query.with_for_update(skip_locked=skip_locked) if self._transaction.writes else query

    def _one(self, query: Select[Any]) -> RowMapping | None:
        """The one row that a query finds, or None."""
        return self._connection.execute(query).mappings().one_or_none()


def as_domain(kind: type[_D], row: Mapping[Any, Any], **more: Any) -> _D:
    """A dataclass from the columns named like its fields; ``more`` gives the fields that are no columns."""
    return kind(**{f.name: row[f.name] for f in fields(kind) if f.name not in more}, **more)
