"""The threads of the web process that do fast jobs."""

import threading
import time
from collections.abc import Callable
from uuid import UUID

import structlog

from service.domain.delivery import Queue
from service.jobs.seldom import Seldom
from service.jobs.transport import Transport, TransportDown
from service.store.unit import StoreUnavailable

_POLL = 0.1  # seconds between two looks for an id
_ASK_EVERY = 1.0  # seconds between two looks into the ledger, and after a failure

_log = structlog.get_logger(__name__)


class Consumer:
    """Does the jobs whose ids come, and while the transport is down, those that are due in the ledger.

    ``run`` does the job of an id, or the longest due one, and says whether there was one to do.
    """

    def __init__(self, transport: Transport, run: Callable[[UUID | None], bool], threads: int) -> None:
        self._transport = transport
        self._run = run
        self._stopped = threading.Event()
        self._away = Seldom()
        self._threads = tuple(
            threading.Thread(target=self._work, name=f"jobs-{number}", daemon=True) for number in range(threads)
        )

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Begin no job any more."""
        self._stopped.set()

    def stop(self, within: float) -> None:
        """End, and wait for jobs in hand at most so many seconds."""
        self.ask_to_stop()
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                self._do_next()
            except StoreUnavailable as error:  # the sweeper hands the job over again
                if self._away.is_due():
                    _log.warning("job.store_unavailable", reason=str(error))
                self._stopped.wait(_ASK_EVERY)
            except Exception:  # noqa: BLE001 - the thread goes on
                _log.exception("job.failed")
                self._stopped.wait(_ASK_EVERY)

    def _do_next(self) -> None:
        try:
            job_id = self._transport.take(Queue.FAST)
        except TransportDown:
            job_id = None
        if job_id is not None:
            self._do(job_id)
        elif not self._transport.down:
            self._stopped.wait(_POLL)
        elif not self._do(None):
            self._stopped.wait(_ASK_EVERY)

    def _do(self, job_id: UUID | None) -> bool:
        done = self._run(job_id)
        if self._away.is_over():
            _log.info("job.store_back")
        return done
