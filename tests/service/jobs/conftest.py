"""A line whose jobs are done for real, and the processes that do them."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import redis
from werkzeug.serving import make_server

from service.domain.delivery import Job, JobState, Queue
from service.domain.group import GroupNumber
from service.settings import ROOT, Settings
from service.store.migrate import migrate
from service.usecases.enqueue import enqueue
from service.usecases.line import Line
from service.web import internal_jobs
from tests.servers import free_port
from tests.service.jobs.building import NUMBER, PHONE, application, build_line


@dataclass(frozen=True)
class Place:
    """A line with a group and a resident."""

    line: Line
    group_id: UUID
    resident_id: UUID

    def enqueue(self, kind: str, key: str = "k", queue: Queue = Queue.FAST, **payload: str) -> UUID:
        with self.line.store.begin() as unit:
            return enqueue(self.line, unit, kind, payload, key, queue=queue)

    def add(self, kind: str, key: str = "k", max_attempts: int = 3) -> UUID:
        """A job whose kick was lost."""
        with self.line.store.begin() as unit:
            return unit.jobs.add(kind, Queue.FAST, {}, key, max_attempts=max_attempts)

    def job(self, job_id: UUID) -> Job:
        with self.line.store.read() as unit:
            return unit.jobs.get(job_id)

    def until(self, job_id: UUID, state: JobState, within: float = 20.0) -> Job:
        until(lambda: self.job(job_id).state is state, within, lambda: str(self.job(job_id)))
        return self.job(job_id)

    @contextmanager
    def process(self, module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process of a module with this line's settings, killed at the end if it is still there."""
        settings = self.line.settings
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BUURTLIJN_")} | {
            "PORT": str(settings.port),
            "BUURTLIJN_DATA_DIR": str(settings.data_dir),
            "BUURTLIJN_QUEUE_URL": settings.queue,
            "BUURTLIJN_SPEECH_ENGINE": "scripted",
        }
        command = [sys.executable, "-m", f"tests.service.jobs.{module}", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def until(true: Callable[[], bool], within: float = 20.0, tell: Callable[[], str] = str) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, tell()
        time.sleep(0.02)


@pytest.fixture(params=["sqlite", "redis"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Either transport, empty."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'queue.db'}"
    url = str(request.getfixturevalue("redis_url"))
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path / "var", "PORT": free_port(), "speech_engine": "scripted"})


@contextmanager
def placed(settings: Settings) -> Iterator[Place]:
    migrate(settings)
    line = build_line(settings)
    try:
        with line.store.begin() as unit:
            group = unit.groups.add("demo", "Demobuurt", ["nl", "en"], [GroupNumber(NUMBER)])
            resident = unit.residents.find_or_add(group.id, PHONE)
        yield Place(line, group.id, resident.id)
    finally:
        line.store.close()


@pytest.fixture
def place(settings: Settings) -> Iterator[Place]:
    with placed(settings) as place:
        yield place


@pytest.fixture
def web(place: Place) -> Iterator[Place]:
    """The place, with /internal/jobs served at the line's internal address."""
    app = application(place.line)
    app.register_blueprint(internal_jobs.blueprint)
    server = make_server("127.0.0.1", place.line.settings.port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield place
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
