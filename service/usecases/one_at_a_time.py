"""Turns of one conversation in the order in which they came, within this process."""

import threading

_WAYS = 256


class OneAtATime:
    """A lock for each conversation (shared by some): whoever has several turns at once gets them taken one by one."""

    def __init__(self) -> None:
        self._locks = tuple(threading.Lock() for _ in range(_WAYS))

    def of(self, *names: str) -> threading.Lock:
        """The lock of the conversation that these names tell from others."""
        return self._locks[hash(names) % _WAYS]
