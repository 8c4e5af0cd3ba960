"""Time and randomness as the service gets them, so that tests can set both."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4


def utc_now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """``now()`` in UTC, ``new_id()`` a random UUID, ``below(n)`` a random whole number of 0 to n - 1."""

    now: Callable[[], datetime] = utc_now
    new_id: Callable[[], UUID] = uuid4
    below: Callable[[int], int] = secrets.randbelow
