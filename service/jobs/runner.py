"""Does one fast job: takes its lease, has its handler work, and keeps how it ended."""

import os
import socket
import time
from collections.abc import Mapping
from functools import partial
from uuid import UUID

import structlog

from ivr.gateways.gateway import SendError
from service.domain.delivery import Job, Queue
from service.domain.job import GiveUp, TryAgain
from service.jobs.handlers import HANDLERS, Handler
from service.jobs.heartbeat import heartbeat
from service.store.jobs import LeaseLost
from service.usecases.fail_job import fail_job
from service.usecases.line import Line

LEASE = 15.0
"""Seconds after which a job whose worker is gone may be done by another. A heartbeat comes three times as often."""

_log = structlog.get_logger(__name__)


def worker_name() -> str:
    """This process, as the ledger calls it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def run_job(
    line: Line, job_id: UUID | None, *, handlers: Mapping[str, Handler] = HANDLERS, lease_seconds: float = LEASE
) -> bool:
    """Do a fast job, or the longest due one. Raises StoreUnavailable.

    False when there was nothing to do: the job isn't due, is done, or is in somebody's hands. Whatever a handler raises
    ends here and is kept in the ledger.
    """
    with line.store.begin() as unit:
        job = unit.jobs.claim(job_id, Queue.FAST, worker_name(), lease_seconds)
    if job is None:
        return False
    log = _log.bind(job_id=str(job.id), kind=job.kind, attempt=job.attempts)
    started = time.monotonic()
    try:
        with heartbeat(partial(_extend, line, job, lease_seconds), lease_seconds / 3):
            _work(line, job, handlers)
        with line.store.begin() as unit:
            unit.jobs.complete(job.id, job.lease)
        log.info("job.done", seconds=round(time.monotonic() - started, 3))
    except LeaseLost:
        log.warning("job.lease_lost")
    except GiveUp as error:
        _fail(line, job, str(error), retryable=False)
    except TryAgain as error:
        _fail(line, job, str(error), seconds=error.seconds)
    except SendError as error:
        _fail(line, job, str(error), retryable=error.retryable)
    except Exception as error:
        log.exception("job.handler_failed")
        _fail(line, job, type(error).__name__)  # its message might quote a resident
    return True


def _work(line: Line, job: Job, handlers: Mapping[str, Handler]) -> None:
    handler = handlers.get(job.kind)
    if handler is None:
        raise GiveUp("there is no handler of this kind")
    handler(line, job)


def _extend(line: Line, job: Job, lease_seconds: float) -> None:
    with line.store.begin() as unit:
        unit.jobs.extend(job.id, job.lease, lease_seconds)


def _fail(line: Line, job: Job, reason: str, *, retryable: bool = True, seconds: float | None = None) -> None:
    try:
        with line.store.begin() as unit:
            fail_job(line, unit, job.id, job.lease, reason, retryable=retryable, seconds=seconds)
    except LeaseLost:
        _log.warning("job.lease_lost", job_id=str(job.id), kind=job.kind, reason=reason)
