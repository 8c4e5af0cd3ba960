"""Real servers for tests, each started once a session on a free port of 127.0.0.1 and stopped by its own pid."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis

_START = 30.0  # seconds


def free_port() -> int:
    """A TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str, package: str, *folders: Path) -> str:
    """The path of a server's program; the test fails, saying what to install, when it is missing."""
    path = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    if path is None:
        pytest.fail(f"{name} is missing: apt-get install --no-install-recommends {package}")
    return path


def _await(process: subprocess.Popen[bytes], ready: Callable[[], object], *errors: type[Exception]) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + _START
    while True:
        try:
            ready()
        except errors:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def _stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    process.send_signal(how)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server's own database, for making others."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    initdb = _program("initdb", "postgresql", *versions)
    postgres = _program("postgres", "postgresql", *versions)
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="buurtlijn-postgresql-") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        subprocess.run(
            [initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
            "fsync": "off",
            "timezone": "Europe/Amsterdam",
        }
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [postgres, "-D", data, *(part for key, value in options.items() for part in ("-c", f"{key}={value}"))],
                stdout=log,
                stderr=log,
                user=user,
                cwd=folder,
            )
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        try:
            _await(process, lambda: psycopg.connect(url, connect_timeout=2).close(), psycopg.OperationalError)
            yield url
        finally:
            _stop(process, signal.SIGINT)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty database of the test's own on the session's PostgreSQL server."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgresql_server.removesuffix("postgres") + name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis server of the session's own. Tests keep apart by the names of their keys."""
    with redis_server(free_port()) as url:
        yield url


@contextmanager
def redis_server(port: int) -> Iterator[str]:
    """A Redis server on a port while the block runs, and its URL."""
    program = _program("redis-server", "redis-server")
    with tempfile.TemporaryDirectory(prefix="buurtlijn-redis-") as folder:
        process = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"redis://127.0.0.1:{port}/0"
        try:
            with redis.Redis.from_url(url) as client:
                _await(process, client.ping, redis.ConnectionError)
            yield url
        finally:
            _stop(process, signal.SIGTERM)
