"""Both transports carry ids, and neither can hurt who hands one over."""

import sqlite3
import threading
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis

from service.domain.delivery import Queue
from service.jobs.transport import Transport, TransportDown, close
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
    ran: Counter[UUID] = Counter()
    consumer = transport.consumer(Queue.FAST, lambda job_id: ran.update([job_id]), threads=4)
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
    consumer.stop(graceful=True)
    assert set(ran.values()) == {1}
    close(consumer.huey)
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


@pytest.mark.parametrize("url", ["amqp://host/1", "sqlite://"])
def test_another_transport_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="BUURTLIJN_QUEUE_URL"):
        Transport(Settings(data_dir=tmp_path, queue_url=url))
