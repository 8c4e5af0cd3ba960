"""The job ledger: the truth about what has to be done. Transports carry ids of its rows only."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from service.domain.delivery import Job, JobState, Queue
from service.store.tables import jobs
from service.store.unit import Missing, Repository, as_domain

MAX_ATTEMPTS = 8
_BACK_OFF = 5.0  # seconds after the first failure, doubled with each further one
_BACK_OFF_AT_MOST = 3600.0
_JITTER = 0.2  # at most this part of a wait on top, so that what failed together is not tried again together


class LeaseLost(Exception):
    """The job is not in this holder's hands any more: its lease ran out and it was claimed again, or it has ended."""


class Jobs(Repository):
    """The ledger. A job in hand has a lease; when that runs out, the job may be claimed again."""

    def add(
        self,
        kind: str,
        queue: Queue,
        payload: Mapping[str, object],
        unique_key: str,
        due_at: datetime | None = None,
        *,
        max_attempts: int = MAX_ATTEMPTS,
    ) -> UUID:
        """Keep a job to be done, at once or at ``due_at``; with a unique key that is there, that job's id is given."""
        now = self._clock.now()
        self._transaction.insert_new(
            jobs,
            {
                "id": self._clock.new_id(),
                "kind": kind,
                "queue": queue,
                "payload": payload,
                "unique_key": unique_key,
                "state": JobState.DUE,
                "due_at": due_at or now,
                "attempts": 0,
                "max_attempts": max_attempts,
                "worker": "",
                "last_error": "",
                "created_at": now,
            },
        )
        return cast(UUID, self._connection.scalar(select(jobs.c.id).where(jobs.c.unique_key == unique_key)))

    def hasten(self, job_id: UUID) -> None:
        """Make a job that waits for its time due now; one in hand or ended is left as it is."""
        self._connection.execute(
            update(jobs).where(jobs.c.id == job_id, jobs.c.state == JobState.DUE).values(due_at=self._clock.now())
        )

    def claim(self, job_id: UUID | None, queue: Queue, worker: str, lease_seconds: float) -> Job | None:
        """Take the job of that id, or the longest due one of the queue, into hand; None when there is none to take.

        Safe against others who claim at the same time. A job that was in hand as often as it may be is never claimed:
        it may be what killed its holders. ``bury`` ends it.
        """
        now = self._clock.now()
        where = [jobs.c.queue == queue, self._claimable(now), jobs.c.attempts < jobs.c.max_attempts]
        if job_id is not None:
            where.append(jobs.c.id == job_id)
        row = self._one(self._lock(select(jobs).where(*where).order_by(jobs.c.due_at).limit(1), skip_locked=True))
        if row is None:
            return None
        self._connection.execute(
            update(jobs)
            .where(jobs.c.id == row["id"])
            .values(
                state=JobState.LEASED,
                attempts=jobs.c.attempts + 1,
                lease_token=self._clock.new_id(),
                leased_until=now + timedelta(seconds=lease_seconds),
                worker=worker,
            )
        )
        return self.get(row["id"])

    def extend(self, job_id: UUID, lease_token: UUID, lease_seconds: float) -> None:
        """Prolong the lease from now on (a heartbeat). Raises LeaseLost."""
        self._held(job_id, lease_token)
        until = self._clock.now() + timedelta(seconds=lease_seconds)
        self._connection.execute(update(jobs).where(jobs.c.id == job_id).values(leased_until=until))

    def complete(self, job_id: UUID, lease_token: UUID) -> None:
        """End a job as done, in the same transaction as what it did. Raises LeaseLost, which undoes that."""
        self._held(job_id, lease_token)
        self._end(job_id, JobState.DONE)

    def fail(
        self, job_id: UUID, lease_token: UUID, reason: str, *, retryable: bool = True, seconds: float | None = None
    ) -> Job:
        """Put a job back until later, or give it up as dead. Raises LeaseLost.

        Later is after ``seconds``, else after 5 s, doubled with each attempt, an hour at most, and up to a fifth more
        by chance. It is dead when not ``retryable`` or tried as often as it may be.
        """
        job = self._held(job_id, lease_token)
        if not retryable or job.attempts >= job.max_attempts:
            self._end(job_id, JobState.DEAD, last_error=reason)
            return self.get(job_id)
        wait = min(_BACK_OFF * 2 ** (job.attempts - 1), _BACK_OFF_AT_MOST) if seconds is None else seconds
        wait *= 1 + _JITTER * self._clock.below(1000) / 1000
        self._connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(
                state=JobState.DUE,
                due_at=self._clock.now() + timedelta(seconds=wait),
                lease_token=None,
                leased_until=None,
                last_error=reason,
            )
        )
        return self.get(job_id)

    def due(self, now: datetime, queue: Queue | None = None, limit: int = 500) -> tuple[Job, ...]:
        """Jobs that a worker could take now: due ones and those whose lease ran out, the longest due first."""
        where = [self._claimable(now), jobs.c.attempts < jobs.c.max_attempts]
        if queue is not None:
            where.append(jobs.c.queue == queue)
        rows = self._connection.execute(select(jobs).where(*where).order_by(jobs.c.due_at).limit(limit)).mappings()
        return tuple(as_domain(Job, row) for row in rows)

    def abandoned(self, now: datetime) -> tuple[UUID, ...]:
        """Jobs whose last holder never came back and that were in hand as often as they may be."""
        where = (self._claimable(now), jobs.c.attempts >= jobs.c.max_attempts)
        return tuple(self._connection.scalars(select(jobs.c.id).where(*where)))

    def bury(self, job_id: UUID) -> Job | None:
        """Give an abandoned job up as dead; None when it isn't abandoned (any more)."""
        job = self.get(job_id)
        if job_id not in self.abandoned(self._clock.now()):
            return None
        self._end(job.id, JobState.DEAD, last_error="the lease ran out at the last attempt")
        return self.get(job_id)

    def counts(self) -> Mapping[tuple[Queue, JobState], int]:
        """How many jobs of each queue are in each state."""
        rows = self._connection.execute(
            select(jobs.c.queue, jobs.c.state, func.count()).group_by(jobs.c.queue, jobs.c.state)
        )
        return {(queue, state): number for queue, state, number in rows}

    def requeue(self, job_id: UUID) -> Job:
        """Have a dead job tried again from the start, now. Raises Missing; ValueError when it isn't dead."""
        job = self.get(job_id)
        if job.state is not JobState.DEAD:
            raise ValueError(f"job {job_id} is {job.state}, not dead")
        self._connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(state=JobState.DUE, due_at=self._clock.now(), attempts=0, finished_at=None)
        )
        return self.get(job_id)

    def list(
        self, state: JobState | None = None, queue: Queue | None = None, kind: str | None = None, limit: int = 100
    ) -> tuple[Job, ...]:
        """Jobs, the newest first."""
        filters = {jobs.c.state: state, jobs.c.queue: queue, jobs.c.kind: kind}
        where = [column == value for column, value in filters.items() if value is not None]
        rows = self._connection.execute(
            select(jobs).where(*where).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
        ).mappings()
        return tuple(as_domain(Job, row) for row in rows)

    def get(self, job_id: UUID) -> Job:
        """The job of that id; locked in ``begin``. Raises Missing."""
        row = self._one(self._lock(select(jobs).where(jobs.c.id == job_id)))
        if row is None:
            raise Missing(f"job {job_id}")
        return as_domain(Job, row)

    def forget(self, before: datetime) -> int:
        """Remove the rows of jobs done before a time; dead ones stay. Gives how many."""
        return self._connection.execute(
            delete(jobs).where(jobs.c.state == JobState.DONE, jobs.c.finished_at < before)
        ).rowcount

    @staticmethod
    def _claimable(now: datetime) -> ColumnElement[bool]:
        at_once = jobs.c.due_at == jobs.c.created_at  # whatever the clock says: it may have been put back since
        return or_(
            and_(jobs.c.state == JobState.DUE, or_(jobs.c.due_at <= now, at_once)),
            and_(jobs.c.state == JobState.LEASED, jobs.c.leased_until <= now),
        )

    def _held(self, job_id: UUID, lease_token: UUID) -> Job:
        """The job, when it is in the hands of that lease. One whose time ran out counts while nobody else took it."""
        job = self.get(job_id)
        if job.state is not JobState.LEASED or job.lease_token != lease_token:
            raise LeaseLost(f"job {job_id}")
        return job

    def _end(self, job_id: UUID, state: JobState, **values: object) -> None:
        self._connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(**values, state=state, lease_token=None, leased_until=None, finished_at=self._clock.now())
        )
