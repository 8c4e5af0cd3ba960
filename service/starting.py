"""How a process that cannot start says so: in words, never with a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from service.settings import BadSettings
from service.store.keys import KeysError

NOT_AGAIN = 4
"""The exit code after which gunicorn doesn't try again."""


@contextmanager
def in_words() -> Iterator[None]:
    """End the process with a message when the block finds that it cannot start as it is set up."""
    try:
        yield
    except (BadSettings, KeysError, OSError) as error:
        sys.stderr.write(f"Buurtlijn cannot start.\n{error}\n")
        sys.exit(NOT_AGAIN)
