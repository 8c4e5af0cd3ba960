"""Both transports carry ids, and neither can hurt who hands one over."""

import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis
from huey import SqliteHuey
from structlog.testing import capture_logs

from service.domain.delivery import Queue
from service.jobs.consumer import Consumer
from service.jobs.transport import Transport, TransportDown
from service.settings import Settings
from tests.servers import free_port
from tests.service.jobs.conftest import until


@pytest.fixture
def transport(queue_url: str, tmp_path: Path) -> Transport:
    return Transport(Settings(data_dir=tmp_path / "var", queue_url=queue_url))


def test_ids_come_out_in_order_each_from_its_queue(transport: Transport) -> None:
    first, second, spoken = uuid4(), uuid4(), uuid4()
    for job_id in (first, second):
        transport.kick("fast", job_id)
    transport.kick("speech", spoken)
    assert transport.waiting(Queue.FAST) == {first, second}
    assert [transport.take(Queue.FAST) for _ in range(3)] == [first, second, None]
    assert transport.take(Queue.SPEECH) == spoken
    transport.close()


def test_threads_run_each_id_once_while_many_hand_over(transport: Transport) -> None:
    ids = [uuid4() for _ in range(200)]
    ran: Counter[UUID | None] = Counter()

    def run(job_id: UUID | None) -> bool:
        ran.update([job_id])
        return True

    consumer = Consumer(transport, run, threads=4)
    consumer.start()

    def hand_over(part: int) -> None:
        for job_id in ids[part::4]:
            transport.kick("fast", job_id)

    handing = [threading.Thread(target=hand_over, args=(part,)) for part in range(4)]
    for thread in handing:
        thread.start()
    for thread in handing:
        thread.join()
    until(lambda: len(ran) == len(ids))
    consumer.stop(5)
    assert set(ran.values()) == {1}
    transport.close()


def test_what_is_carried_is_json_and_no_pickle(transport: Transport, queue_url: str) -> None:
    job_id = uuid4()
    transport.kick("fast", job_id)
    if queue_url.startswith("sqlite"):
        with sqlite3.connect(queue_url.removeprefix("sqlite:///")) as file:
            ((data,),) = file.execute("select data from task").fetchall()
        file.close()
    else:
        with redis.Redis.from_url(queue_url) as client:
            (data,) = client.lrange("huey.redis.buurtlijnfast", 0, -1)
    assert bytes(data).startswith(b"[")
    assert str(job_id).encode() in bytes(data)
    transport.close()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:{port}/0", "sqlite:////dev/null/queue.db"])
def test_a_transport_that_is_down_costs_a_kick_and_nothing_else(url: str, tmp_path: Path) -> None:
    transport = Transport(Settings(data_dir=tmp_path, queue_url=url.format(port=free_port())))
    transport.kick("fast", uuid4())
    with pytest.raises(TransportDown):
        transport.put(Queue.FAST, uuid4())
    assert transport.down


def test_a_transport_that_stays_down_is_told_once(tmp_path: Path) -> None:
    transport = Transport(Settings(data_dir=tmp_path, queue_url=f"redis://127.0.0.1:{free_port()}/0"))
    with capture_logs() as logs:
        for _ in range(5):
            transport.kick("fast", uuid4())
    told = [(entry["event"], entry["log_level"]) for entry in logs if entry["log_level"] != "debug"]
    assert told == [("transport.down", "warning")]


def test_a_transport_that_can_only_be_read_is_told_once_and_is_back_once_it_takes_an_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = Transport(Settings(data_dir=tmp_path))

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with capture_logs() as logs:
        with monkeypatch.context() as disk:
            disk.setattr(SqliteHuey, "enqueue", full)
            for _ in range(3):
                transport.kick("fast", uuid4())
                assert transport.waiting(Queue.FAST) == frozenset()
                assert transport.down
        transport.put(Queue.FAST, uuid4())
        assert not transport.down
    transport.close()
    assert [entry["event"] for entry in logs if entry["log_level"] != "debug"] == ["transport.down", "transport.back"]


def ruin(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(20_000))


def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "var" / "queue.db"
    file.parent.mkdir()
    ruin(file)
    garbage = file.read_bytes()
    transport, job_id = Transport(Settings(data_dir=file.parent)), uuid4()
    with capture_logs() as logs:
        transport.put(Queue.FAST, job_id)
    assert transport.take(Queue.FAST) == job_id
    transport.close()
    (aside,) = file.parent.glob("queue.db.broken-*")
    assert aside.read_bytes() == garbage
    (entry,) = logs
    assert (entry["event"], entry["log_level"]) == ("queue.set_aside", "error")
    assert (entry["file"], entry["kept_as"]) == (str(file), str(aside))


@pytest.mark.parametrize("spoil", [ruin, Path.unlink])
def test_a_file_that_is_spoilt_in_use_is_replaced(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    file = tmp_path / "var" / "queue.db"
    transports = [Transport(Settings(data_dir=file.parent)) for _ in range(2)]
    for transport in transports:
        transport.put(Queue.FAST, uuid4())
    spoil(file)
    for transport in transports:
        transport.kick("fast", uuid4())  # this one may be lost
    job_id = uuid4()
    transports[0].put(Queue.FAST, job_id)
    assert job_id in transports[1].waiting(Queue.FAST)
    for transport in transports:
        transport.close()


def test_a_file_that_is_only_busy_stays(tmp_path: Path) -> None:
    file = tmp_path / "var" / "queue.db"
    transport = Transport(Settings(data_dir=file.parent))
    transport.put(Queue.FAST, uuid4())
    with closing(sqlite3.connect(file, isolation_level=None)) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        transport.kick("fast", uuid4())
    transport.put(Queue.FAST, uuid4())
    assert len(transport.waiting(Queue.FAST)) == 2
    assert list(file.parent.glob("*.broken-*")) == []
    transport.close()


def test_nobody_else_reads_the_file(tmp_path: Path) -> None:
    file = tmp_path / "var" / "queue.db"
    transport = Transport(Settings(data_dir=file.parent))
    transport.put(Queue.FAST, uuid4())
    assert {path.stat().st_mode & 0o077 for path in file.parent.glob("queue.db*")} == {0}
    transport.close()
