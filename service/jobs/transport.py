"""Carries the ids of jobs to those who do them. The ledger is the truth: an id lost or carried twice costs time."""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import structlog
from huey import Huey, RedisHuey, SqliteHuey
from huey.api import TaskWrapper
from huey.consumer import Consumer
from huey.exceptions import HueyException
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import make_url

from service.domain.delivery import Queue
from service.settings import Settings

_WAIT = 1  # seconds that a kick, and so a webhook, waits at most for a transport that is busy or away
_ANSWER = 3  # seconds for an answer of Redis: more than the second for which a consumer's question waits for an id
_POLL = 0.2  # seconds between two looks into SQLite, at most

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


class _Threads(Consumer):  # type: ignore[misc]
    """A consumer within a process that has signal handlers of its own."""

    def _set_signal_handlers(self) -> None:
        pass


class _Carrier:
    """One queue: a huey with the one task there is, which runs what is handed over."""

    def __init__(self, url: str, queue: Queue, run: Callable[[UUID], None]) -> None:
        self.huey = _huey(url, f"buurtlijn{queue}")
        self.task: TaskWrapper = self.huey.task(name="job")(lambda job_id: run(UUID(job_id)))


def _huey(url: str, name: str) -> Huey:
    known = make_url(url)
    if known.get_backend_name() == "sqlite":
        Path(str(known.database)).parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(name, results=False, serializer=_Json(), filename=known.database, timeout=_WAIT)
    pool = ConnectionPool.from_url(
        url, socket_connect_timeout=_WAIT, socket_timeout=_ANSWER, retry=Retry(NoBackoff(), 0), health_check_interval=30
    )
    return RedisHuey(name, results=False, serializer=_Json(), connection_pool=pool)


class Transport:
    """The transport of the settings: SQLite in a file of its own, or Redis. Opened when first used; thread-safe."""

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.queue)
        if url.get_backend_name() not in {"redis", "rediss"} and not (
            url.get_backend_name() == "sqlite" and url.database
        ):
            raise ValueError("BUURTLIJN_QUEUE_URL: sqlite:///… with a file, or redis://…")
        self._url = settings.queue
        self._carriers: dict[Queue, _Carrier] = {}
        self._opening = threading.Lock()

    def kick(self, queue: str, job_id: UUID) -> None:
        """Hand an id over, or log that it failed: the sweeper does it again. Never raises."""
        try:
            self.put(Queue(queue), job_id)
        except Exception as error:  # noqa: BLE001 - what was committed before the kick stands, whatever happens here
            _log.warning("job.kick_lost", job_id=str(job_id), queue=queue, reason=repr(error))

    def put(self, queue: Queue, job_id: UUID) -> None:
        """Hand an id over. Raises TransportDown."""
        with _translated():
            carrier = self._carrier(queue)
            carrier.huey.enqueue(carrier.task.s(str(job_id)))

    def take(self, queue: Queue) -> UUID | None:
        """The next id; None when there is none (on Redis: within a second). Raises TransportDown."""
        with _translated():
            task = self._carrier(queue).huey.dequeue()
            return None if task is None else UUID(task.args[0])

    def waiting(self, queue: Queue) -> frozenset[UUID]:
        """The ids that nobody has taken yet. Raises TransportDown."""
        with _translated():
            return frozenset(UUID(task.args[0]) for task in self._carrier(queue).huey.pending())

    def consumer(self, queue: Queue, run: Callable[[UUID], None], threads: int) -> Consumer:
        """Threads that run what is handed over, to be started and stopped. Raises TransportDown."""
        with _translated():
            huey = _Carrier(self._url, queue, run).huey
        return _Threads(
            huey, workers=threads, periodic=False, max_delay=_POLL, scheduler_interval=60, shutdown_timeout=5
        )

    def close(self) -> None:
        """Close the connections; the next use opens others."""
        with self._opening:
            for carrier in self._carriers.values():
                close(carrier.huey)
            self._carriers.clear()

    def _carrier(self, queue: Queue) -> _Carrier:
        with self._opening:
            if queue not in self._carriers:
                self._carriers[queue] = _Carrier(self._url, queue, _nobody)
            return self._carriers[queue]


def close(huey: Huey) -> None:
    """Close a huey's connections."""
    if isinstance(huey, RedisHuey):
        huey.storage.pool.disconnect()
    else:
        huey.storage.close()


def _nobody(job_id: UUID) -> None:
    raise RuntimeError(f"nobody consumes job {job_id} here")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (HueyException, RedisError, sqlite3.Error, OSError, ValueError, TypeError, AttributeError) as error:
        raise TransportDown(str(error)) from error
