"""Have a job done."""

from collections.abc import Mapping
from uuid import UUID

from service.domain.delivery import Queue
from service.store.jobs import MAX_ATTEMPTS
from service.store.store import Unit
from service.usecases.line import Line


def enqueue(
    line: Line,
    unit: Unit,
    kind: str,
    payload: Mapping[str, str],
    unique_key: str,
    *,
    queue: Queue = Queue.FAST,
    max_attempts: int = MAX_ATTEMPTS,
) -> UUID:
    """Keep a job in the ledger, once for each unique key, and hand its id to the workers after the commit."""
    job_id = unit.jobs.add(kind, queue, payload, unique_key, max_attempts=max_attempts)
    unit.after_commit(lambda: line.kick(queue, job_id))
    return job_id
