"""Keeps a lease while work goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

_log = structlog.get_logger(__name__)


@contextmanager
def heartbeat(beat: Callable[[], None], every: float) -> Iterator[None]:
    """Call ``beat`` every so many seconds while the block runs, on a thread of its own.

    A beat that fails is logged, and the work goes on: whether the lease was lost shows when it ends.
    """
    done = threading.Event()

    def keep() -> None:
        while not done.wait(every):
            try:
                beat()
            except Exception as error:  # noqa: BLE001 - the next beat may succeed
                _log.warning("job.heartbeat_failed", reason=repr(error))

    thread = threading.Thread(target=keep, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
