"""Column types that behave the same on SQLite and PostgreSQL and give back the domain's own values."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

_E = TypeVar("_E", bound=StrEnum)


def _storable(value: Any) -> Any:
    """A text without NUL and lone surrogates; a JSON value with no such texts in it."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_storable(name): _storable(item) for name, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value


class Moment(TypeDecorator[datetime]):
    """A point in time, in UTC. Refuses naive datetimes."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Into the database, in UTC. Raises ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Out of the database: SQLite gives it naive, PostgreSQL in the connection's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Anybody's text. What PostgreSQL cannot hold (NUL, lone surrogates) becomes the replacement character on both."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Into the database."""
        return None if value is None else str(_storable(value))


class Choice(TypeDecorator[_E]):
    """A value of an enumeration, kept as its text."""

    impl = String(24)
    cache_ok = True

    def __init__(self, enumeration: type[_E]) -> None:
        super().__init__()
        self.enumeration = enumeration

    def process_bind_param(self, value: _E | str | None, _dialect: Dialect) -> str | None:
        """Into the database. Raises ValueError for what is no value of the enumeration."""
        return None if value is None else str(self.enumeration(value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> _E | None:
        """Out of the database."""
        return None if value is None else self.enumeration(value)


class Document(TypeDecorator[Any]):
    """A value of the domain, kept as JSON by pydantic."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        """Into the database."""
        return None if value is None else _storable(self._adapter.dump_python(value, mode="json"))

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        """Out of the database."""
        return None if value is None else self._adapter.validate_python(value)
