"""Fast jobs: each is done, none twice in effect, whatever is lost or killed."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from ivr.gateways.gateway import SendError
from ivr.messages import Channel, Inbound, TurnKind
from service.domain.delivery import Job, JobState, OutboxStatus, Queue
from service.domain.job import GiveUp, TryAgain
from service.jobs.handlers import HANDLERS, RECURRING, Handler
from service.jobs.runner import run_job
from service.jobs.start import start_jobs
from service.jobs.sweeper import Duty, kick_due, schedule
from service.jobs.transport import Transport
from service.settings import Settings
from service.usecases.line import Line
from service.usecases.send_message import send_message_later
from tests.servers import free_port, redis_server
from tests.service.jobs.building import NUMBER, PHONE
from tests.service.jobs.conftest import Place, placed, until


@contextmanager
def working(place: Place, handlers: dict[str, Handler], lease_seconds: float = 15.0) -> Iterator[None]:
    jobs = start_jobs(place.line, handlers={**HANDLERS, **handlers}, lease_seconds=lease_seconds)
    try:
        yield
    finally:
        jobs.stop()


def counting(ran: Counter[UUID]) -> Handler:
    return lambda line, job: ran.update([job.id])


def raising(error: Exception) -> Handler:
    def handler(line: Line, job: Job) -> None:
        raise error

    return handler


def test_a_job_that_is_kicked_runs_once(settings: Settings, queue_url: str) -> None:
    ran: Counter[UUID] = Counter()
    with placed(settings.model_copy(update={"queue_url": queue_url})) as place, working(place, {"x": counting(ran)}):
        job_id = place.enqueue("x")
        place.line.kick("fast", job_id)
        place.until(job_id, JobState.DONE)
        time.sleep(1.5)
    assert ran == {job_id: 1}


def test_a_lost_kick_is_swept(place: Place) -> None:
    ran: Counter[UUID] = Counter()
    with working(place, {"x": counting(ran)}):
        job_id = place.add("x")
        place.until(job_id, JobState.DONE, within=5)
    assert ran == {job_id: 1}


def test_the_sweeper_hands_over_only_what_is_not_on_its_way(place: Place) -> None:
    transport = Transport(place.line.settings)
    job_id = place.add("x")
    for _ in range(3):
        kick_due(place.line, transport)
    assert transport.take(Queue.FAST) == job_id
    assert transport.take(Queue.FAST) is None
    transport.close()


def test_a_poison_job_is_given_up_and_may_be_tried_again(place: Place) -> None:
    job_id = place.add("x", max_attempts=2)
    run = partial(run_job, place.line, job_id, handlers={"x": raising(ValueError("words of a resident"))})
    run()
    assert (place.job(job_id).state, place.job(job_id).last_error) == (JobState.DUE, "ValueError")
    with place.line.store.begin() as unit:
        unit.jobs.hasten(job_id)
    run()
    assert place.job(job_id).state is JobState.DEAD
    with place.line.store.begin() as unit:
        unit.jobs.requeue(job_id)
    run_job(place.line, job_id, handlers={"x": counting(Counter())})
    assert place.job(job_id).state is JobState.DONE


@pytest.mark.parametrize(
    ("error", "state", "reason", "wait"),
    [
        (GiveUp("no use"), JobState.DEAD, "no use", None),
        (SendError("refused", retryable=False), JobState.DEAD, "refused", None),
        (SendError("busy", retryable=True), JobState.DUE, "busy", 5),
        (TryAgain("not yet", 0.5), JobState.DUE, "not yet", 0.5),
    ],
)
def test_a_handler_says_what_comes_next(
    place: Place, error: Exception, state: JobState, reason: str, wait: float | None
) -> None:
    job_id = place.add("x")
    before = place.line.clock.now()
    run_job(place.line, job_id, handlers={"x": raising(error)})
    job = place.job(job_id)
    assert (job.state, job.last_error) == (state, reason)
    if wait is not None:
        assert wait <= (job.due_at - before).total_seconds() <= wait * 1.2 + 1


def test_a_job_of_an_unknown_kind_is_given_up(place: Place) -> None:
    job_id = place.add("nobody knows")
    run_job(place.line, job_id)
    assert place.job(job_id).state is JobState.DEAD


def test_a_heartbeat_keeps_a_long_job_in_its_hands(place: Place) -> None:
    job_id = place.add("x")
    others = []

    def slow(line: Line, job: Job) -> None:
        for _ in range(5):
            time.sleep(0.3)
            with line.store.begin() as unit:
                others.append(unit.jobs.claim(job.id, Queue.FAST, "another", 1))

    run_job(place.line, job_id, handlers={"x": slow}, lease_seconds=0.6)
    assert others == [None] * 5
    assert (place.job(job_id).state, place.job(job_id).attempts) == (JobState.DONE, 1)


@pytest.mark.server
def test_messages_are_sent_once_though_their_worker_is_killed(settings: Settings, queue_url: str) -> None:
    with placed(settings.model_copy(update={"queue_url": queue_url})) as place:
        messages = []
        for number in range(100):
            with place.line.store.begin() as unit:
                key = str(number)
                message = unit.outbox.add(place.group_id, place.resident_id, "post", NUMBER, text="Dag", unique_key=key)
                send_message_later(place.line, unit, message)
            messages.append(message)

        def sent() -> int:
            with place.line.store.read() as unit:
                return sum(unit.outbox.get(message).status is OutboxStatus.SENT for message in messages)

        def wait_for(number: int) -> None:
            until(lambda: sent() >= number, 30, lambda: f"{sent()} sent")

        for kill in range(1, 4):
            with place.process("web_process", "1") as worker:
                wait_for(25 * kill)
                worker.kill()
        with place.process("web_process", "1"):
            wait_for(100)
            until(lambda: all(job.state is JobState.DONE for job in listed(place)), 15, lambda: str(listed(place)))
        taken = Counter((place.line.settings.data_dir / "post").read_text(encoding="ascii").split())
    assert taken == Counter(map(str, messages))


def listed(place: Place) -> tuple[Job, ...]:
    with place.line.store.read() as unit:
        return unit.jobs.list(kind="send_outbox", limit=1000)


def test_recurring_jobs_come_once_an_hour_and_once_a_day(place: Place) -> None:
    for _ in range(2):
        schedule(place.line)
    with place.line.store.read() as unit:
        jobs = unit.jobs.list()
    assert sorted(job.kind for job in jobs) == sorted(RECURRING)
    assert set(RECURRING) <= set(HANDLERS)


def test_a_duty_that_fails_goes_on_later_and_less_often() -> None:
    did: list[float] = []

    def fail() -> None:
        did.append(1)
        raise RuntimeError

    duty = Duty("x", fail, 1.0)
    for second in range(8):
        duty.take_turn(float(second))
    assert len(did) == 3  # at 0, 2 and 6


def test_what_was_spooled_is_taken_up(place: Place) -> None:
    place.line.spool.append(
        Inbound(
            provider="simulator",
            provider_id="late",
            channel=Channel.SMS,
            kind=TurnKind.TEXT,
            sender=PHONE,
            recipient=NUMBER,
            received_at=place.line.clock.now() - timedelta(minutes=5),
            text="Er ligt vuil op de stoep",
        )
    )
    with working(place, {}):
        until(lambda: place.line.spool.waiting() == 0)
    with place.line.store.read() as unit:
        assert unit.inbox.find("simulator", "late") is not None


def test_jobs_are_done_while_the_transport_is_down(place: Place) -> None:
    ran: Counter[UUID] = Counter()
    settings = place.line.settings.model_copy(update={"queue_url": f"redis://127.0.0.1:{free_port()}/0"})
    line = replace(place.line, settings=settings, kick=Transport(settings).kick)
    with capture_logs() as logs, working(replace(place, line=line), {"x": counting(ran)}):
        job_ids = [place.add("x", f"k{number}") for number in range(6)]
        for job_id in job_ids:
            place.until(job_id, JobState.DONE, within=5)
        time.sleep(3)
    assert ran == dict.fromkeys(job_ids, 1)
    troubles = [entry["event"] for entry in logs if entry["log_level"] in {"warning", "error"}]
    assert troubles == ["transport.down"]


def test_jobs_go_on_when_redis_goes_and_comes_back(place: Place, tmp_path: Path) -> None:
    ran: Counter[UUID] = Counter()
    port = free_port()
    settings = place.line.settings.model_copy(update={"queue_url": f"redis://127.0.0.1:{port}/0"})
    transport = Transport(settings)
    line = replace(place.line, settings=settings, kick=transport.kick)
    place = replace(place, line=line)
    with working(place, {"x": counting(ran)}):
        for number in range(2):
            with redis_server(port):
                there = place.enqueue("x", f"there {number}")
                place.until(there, JobState.DONE, within=5)
            away = place.enqueue("x", f"away {number}")
            place.until(away, JobState.DONE, within=5)
        with redis_server(port):
            transport.put(Queue.SPEECH, away)
            until(lambda: transport.waiting(Queue.FAST) == frozenset())
    assert set(ran.values()) == {1}


def test_jobs_are_done_though_the_queues_file_is_no_database(place: Place) -> None:
    ran: Counter[UUID] = Counter()
    file = place.line.settings.data_dir / "queue.db"
    file.write_bytes(random.Random(1).randbytes(20_000))
    with working(place, {"x": counting(ran)}):
        place.until(place.enqueue("x", "at the start"), JobState.DONE, within=5)
        for number in range(2):
            file.write_bytes(random.Random(2).randbytes(20_000))
            place.until(place.enqueue("x", f"later {number}"), JobState.DONE, within=5)
    assert sum(ran.values()) == 3
    assert list(file.parent.glob("queue.db.broken-*"))


def test_jobs_are_done_once_the_database_is_back(place: Place) -> None:
    ran: Counter[UUID] = Counter()
    job_id = place.add("x")
    database = place.line.settings.data_dir / "buurtlijn.db"
    hidden = database.rename(database.with_name("hidden"))
    database.mkdir()
    place.line.store.close()
    with capture_logs() as logs, working(place, {"x": counting(ran)}):
        for _ in range(4):
            Transport(place.line.settings).kick("fast", job_id)
        time.sleep(2.5)
        database.rmdir()
        hidden.rename(database)
        place.until(job_id, JobState.DONE, within=8)
    told = [entry for entry in logs if entry["log_level"] in {"warning", "error"}]
    assert Counter((entry["event"], entry.get("duty")) for entry in told) == {
        ("job.store_unavailable", None): 1,
        ("sweeper.failed", "kick due jobs"): 1,
        ("sweeper.failed", "schedule recurring jobs"): 1,
    }


def test_stopping_leaves_no_thread(place: Place, tmp_path: Path) -> None:
    jobs = start_jobs(place.line)
    started = time.monotonic()
    jobs.stop()
    assert time.monotonic() - started < 3


def test_stopping_does_not_wait_for_a_job_that_hangs_and_does_not_lose_it(place: Place) -> None:
    goes_on = threading.Event()
    job_id = place.enqueue("x")

    def hang(line: Line, job: Job) -> None:
        goes_on.wait(30)

    jobs = start_jobs(place.line, handlers={**HANDLERS, "x": hang}, lease_seconds=2)
    place.until(job_id, JobState.LEASED)
    started = time.monotonic()
    jobs.stop()
    assert time.monotonic() - started < 4
    assert place.job(job_id).state is JobState.LEASED
    goes_on.set()
    place.until(job_id, JobState.DONE)
