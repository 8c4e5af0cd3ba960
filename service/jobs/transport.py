"""Carries the ids of jobs to those who do them. The ledger is the truth: an id lost or carried twice costs time."""

import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import structlog
from huey import Huey, RedisHuey, SqliteHuey
from huey.api import TaskWrapper
from huey.exceptions import HueyException
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import make_url

from service.domain.delivery import Queue
from service.jobs import queue_file
from service.jobs.seldom import Seldom
from service.settings import Settings

_WAIT = 1  # seconds that a kick, and so a webhook, waits at most for a transport that is busy or away
_ANSWER = 3  # seconds for an answer of Redis: more than the second for which a consumer's question waits for an id

_log = structlog.get_logger(__name__)
logging.getLogger("huey").setLevel(logging.WARNING)  # it reports each id three times


class TransportDown(Exception):
    """The transport could not be used, or what it gave made no sense."""


class _Json(Serializer):  # type: ignore[misc]
    """huey's messages as JSON: a pickle that somebody else left there could make us run anything."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(bytes(data)))


class _Carrier:
    """One queue: a huey with the one task there is, which names a job. huey does nothing but carry it."""

    def __init__(self, url: str, queue: Queue) -> None:
        self._file = _file(url)
        self.huey = _huey(url, self._file, f"buurtlijn{queue}")
        self.task: TaskWrapper = self.huey.task(name="job")(_nobody)
        self._opened = None if self._file is None else queue_file.identity(self._file)

    def stands(self) -> bool:
        """Whether this is still the file that everybody else opens."""
        return self._file is None or queue_file.identity(self._file) == self._opened

    def close(self) -> None:
        """Close the connections."""
        if isinstance(self.huey, RedisHuey):
            self.huey.storage.pool.disconnect()
        else:
            self.huey.storage.close()


def _file(url: str) -> Path | None:
    known = make_url(url)
    return Path(str(known.database)) if known.get_backend_name() == "sqlite" else None


def _huey(url: str, file: Path | None, name: str) -> Huey:
    if file is not None:
        queue_file.ready(file)
        return SqliteHuey(name, results=False, serializer=_Json(), filename=str(file), timeout=_WAIT)
    pool = ConnectionPool.from_url(
        url, socket_connect_timeout=_WAIT, socket_timeout=_ANSWER, retry=Retry(NoBackoff(), 0), health_check_interval=30
    )
    return RedisHuey(name, results=False, serializer=_Json(), connection_pool=pool)


class Transport:
    """The transport of the settings: SQLite in a file of its own, or Redis. Opened when first used; thread-safe.

    It may be down when it is first used or later, and comes back by itself. That it is down is logged once a minute.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.queue
        self._carriers: dict[Queue, _Carrier] = {}
        self._opening = threading.Lock()
        self._down = False
        self._refuses = False  # what is handed over, though it can be read, as on a full disk
        self._fault = Seldom()

    @property
    def down(self) -> bool:
        """Whether it failed when it was last used, so that ids may not come."""
        return self._down

    def kick(self, queue: str, job_id: UUID) -> None:
        """Hand an id over, or don't: the sweeper does it again. Never raises."""
        try:
            self.put(Queue(queue), job_id)
        except TransportDown as error:
            _log.debug("job.kick_lost", job_id=str(job_id), queue=queue, reason=str(error))
        except Exception as error:  # noqa: BLE001 - what was committed before the kick stands, whatever happens here
            _log.warning("job.kick_lost", job_id=str(job_id), queue=queue, reason=repr(error))

    def put(self, queue: Queue, job_id: UUID) -> None:
        """Hand an id over. Raises TransportDown."""
        try:
            with self._carrier(queue) as carrier:
                carrier.huey.enqueue(carrier.task.s(str(job_id)))
        except TransportDown:
            self._refuses = True
            raise
        self._refuses = False
        self._works()

    def take(self, queue: Queue) -> UUID | None:
        """The next id; None when there is none (on Redis: within a second). Raises TransportDown."""
        with self._carrier(queue) as carrier:
            task = carrier.huey.dequeue()
            return None if task is None else UUID(task.args[0])  # None tells nothing: so it is where Redis is silent

    def waiting(self, queue: Queue) -> frozenset[UUID]:
        """The ids that nobody has taken yet. Raises TransportDown."""
        with self._carrier(queue) as carrier:
            ids = frozenset(UUID(task.args[0]) for task in carrier.huey.pending())
        if not self._refuses:
            self._works()
        return ids

    def close(self) -> None:
        """Close the connections; the next use opens others."""
        with self._opening:
            for carrier in self._carriers.values():
                carrier.close()
            self._carriers.clear()

    @contextmanager
    def _carrier(self, queue: Queue) -> Iterator[_Carrier]:
        try:
            yield self._opened(queue)
        except (HueyException, RedisError, sqlite3.Error, OSError, ValueError, TypeError, AttributeError) as error:
            self._fails(error)
            raise TransportDown(f"{type(error).__name__}: {error}") from error

    def _opened(self, queue: Queue) -> _Carrier:
        with self._opening:
            carrier = self._carriers.get(queue)
            if carrier is not None and not carrier.stands():
                carrier.close()
                carrier = None
            if carrier is None:
                carrier = self._carriers[queue] = _Carrier(self._url, queue)
            return carrier

    def _works(self) -> None:
        self._down = False
        if self._fault.is_over():
            _log.info("transport.back")

    def _fails(self, error: Exception) -> None:
        if isinstance(error, sqlite3.DatabaseError):
            self.close()  # and look at the file when it is opened again
        self._down = True
        if self._fault.is_due():
            reason = f"{type(error).__name__}: {error}"
            _log.warning("transport.down", reason=reason, meanwhile="jobs are taken from the database")


def _nobody(job_id: str) -> None:
    raise RuntimeError(f"huey carries job {job_id} and does not do it")
