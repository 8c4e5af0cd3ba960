"""The job threads of the web process."""

import time
from collections.abc import Mapping
from functools import partial

import structlog

from service.jobs.consumer import Consumer
from service.jobs.handlers import HANDLERS, Handler
from service.jobs.runner import LEASE, run_job
from service.jobs.sweeper import Duty, Sweeper, kick_due, schedule
from service.jobs.transport import Transport
from service.usecases.line import Line
from service.usecases.take_turn import replay_spooled

THREADS = 4
"""Fast jobs done at once: they wait for carriers most of the time."""

_END_WITHIN = 2.0
"""Seconds that jobs in hand get to end; most of those that don't are waiting for a carrier that is slow anyway."""

_log = structlog.get_logger(__name__)


class Jobs:
    """Running job threads."""

    def __init__(self, transport: Transport, consumer: Consumer, sweeper: Sweeper) -> None:
        self._transport = transport
        self._consumer = consumer
        self._sweeper = sweeper

    def stop(self) -> None:
        """End them. Jobs in hand get two seconds to end; one that takes longer is done again after its lease."""
        deadline = time.monotonic() + _END_WITHIN
        self._consumer.ask_to_stop()
        self._sweeper.stop(_END_WITHIN)
        self._consumer.stop(max(0.0, deadline - time.monotonic()))
        self._transport.close()
        _log.info("jobs.stopped")


def start_jobs(
    line: Line, *, handlers: Mapping[str, Handler] = HANDLERS, threads: int = THREADS, lease_seconds: float = LEASE
) -> Jobs:
    """Start doing fast jobs, and sweeping, in threads of this process, whether the transport is there or not."""
    transport = Transport(line.settings)
    consumer = Consumer(transport, partial(run_job, line, handlers=handlers, lease_seconds=lease_seconds), threads)
    sweeper = Sweeper(
        (
            Duty("kick due jobs", partial(kick_due, line, transport), 1.0),
            Duty("schedule recurring jobs", partial(schedule, line), 60.0),
            Duty("replay the spool", partial(line.spool.replay, partial(replay_spooled, line)), 1.0),
        )
    )
    consumer.start()
    sweeper.start()
    _log.info("jobs.started", threads=threads)
    return Jobs(transport, consumer, sweeper)
