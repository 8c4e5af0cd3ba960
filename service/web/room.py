"""How many may be in at once: all together, and of one visitor, who could shut out everybody else otherwise."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

WAITING = 32
"""Sockets that may be open without having said yet which call they are for."""


class Room:
    """So many ``places``, of which one visitor gets at most ``each``."""

    def __init__(self, places: int, each: int) -> None:
        self._places = places
        self._each = each
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, visitor: str) -> Iterator[bool]:
        """Whether there is a place for a visitor, who has it while the block runs."""
        has_place = self._take(visitor)
        try:
            yield has_place
        finally:
            if has_place:
                self._leave(visitor)

    def _take(self, visitor: str) -> bool:
        with self._lock:
            if self._taken.total() >= self._places or self._taken[visitor] >= self._each:
                return False
            self._taken[visitor] += 1
            return True

    def _leave(self, visitor: str) -> None:
        with self._lock:
            self._taken -= Counter((visitor,))  # and forgets whoever has none left
