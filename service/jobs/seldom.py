"""Keeps the log readable while something stays wrong."""

import threading
import time
from collections.abc import Callable

EVERY = 60.0
"""Seconds between two lines in the log about what is still wrong."""


class Seldom:
    """One thing that may be wrong: it is told at once, and then once a minute until it is over. Thread-safe."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._told_at: float | None = None

    def is_due(self) -> bool:
        """It is wrong; whether that is to be told now."""
        with self._lock:
            now = self._monotonic()
            if self._told_at is not None and now < self._told_at + EVERY:
                return False
            self._told_at = now
            return True

    def is_over(self) -> bool:
        """It is right; whether that is news."""
        with self._lock:
            news = self._told_at is not None
            self._told_at = None
            return news
