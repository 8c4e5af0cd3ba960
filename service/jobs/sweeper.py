"""Finds what the transport lost, and has done what nobody asks for: recurring jobs and the spool."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from service.domain.delivery import Job, Queue
from service.jobs.handlers import RECURRING
from service.jobs.seldom import Seldom
from service.jobs.transport import Transport, TransportDown
from service.usecases.fail_job import bury_abandoned
from service.usecases.line import Line

_SLOWEST = 10.0  # seconds between two tries of a duty that keeps failing

_log = structlog.get_logger(__name__)


@dataclass
class Duty:
    """Something to do every so many ``seconds``; after failures in a row less often, doubling up to ten seconds."""

    name: str
    do: Callable[[], object]
    seconds: float
    due: float = 0.0
    failures: int = 0
    fault: Seldom = field(default_factory=Seldom)

    def take_turn(self, now: float) -> None:
        """Do it if it is time (``now`` in seconds of a steady clock). Never raises: what fails is logged."""
        if now < self.due:
            return
        try:
            self.do()
            self.failures = 0
            if self.fault.is_over():
                _log.info("sweeper.works_again", duty=self.name)
        except Exception:  # noqa: BLE001 - the other duties go on
            if self.fault.is_due():
                _log.exception("sweeper.failed", duty=self.name)
            self.failures += 1
        self.due = now + min(self.seconds * 2**self.failures, max(_SLOWEST, self.seconds))


def kick_due(line: Line, transport: Transport) -> None:
    """Hand over the jobs that could be done now and are not on their way. Raises StoreUnavailable.

    While the transport is down, those who do jobs ask the ledger themselves. It is asked each time: that tells them.
    """
    bury_abandoned(line)
    for queue in Queue:
        with line.store.read() as unit:
            due = unit.jobs.due(line.clock.now(), queue)
        try:
            _hand_over(transport, queue, due)
        except TransportDown:
            return  # it has been logged


def _hand_over(transport: Transport, queue: Queue, due: Iterable[Job]) -> None:
    waiting = transport.waiting(queue)
    for job in due:
        if job.id not in waiting:
            transport.put(queue, job.id)


def schedule(line: Line, recurring: Mapping[str, str] = RECURRING) -> None:
    """Add the recurring jobs of this hour and day, once. Raises StoreUnavailable."""
    now = line.clock.now()
    with line.store.begin() as unit:
        for kind, form in recurring.items():
            unit.jobs.add(kind, Queue.FAST, {}, f"{kind}:{now.strftime(form)}")


class Sweeper:
    """A thread that goes round its duties until stopped."""

    def __init__(self, duties: tuple[Duty, ...], pause: float = 0.25) -> None:
        self._duties = duties
        self._pause = pause
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go_round, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, within: float) -> None:
        """End, and wait for it at most so many seconds."""
        self._stopped.set()
        self._thread.join(within)

    def _go_round(self) -> None:
        while not self._stopped.is_set():
            for duty in self._duties:
                duty.take_turn(time.monotonic())
            self._stopped.wait(self._pause)
