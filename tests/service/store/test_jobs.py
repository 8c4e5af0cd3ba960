"""The job ledger: each job in one pair of hands, none lost, none tried for ever."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from service.domain.delivery import Job, JobState, Queue
from service.store.jobs import MAX_ATTEMPTS, Jobs, LeaseLost
from service.store.keys import Keys
from service.store.store import Store
from service.store.unit import Missing
from tests.service.store.conftest import Place


def add(place: Place, key: str = "k", max_attempts: int = MAX_ATTEMPTS) -> UUID:
    with place.store.begin() as unit:
        return unit.jobs.add("send_outbox", Queue.FAST, {"id": key}, key, max_attempts=max_attempts)


def claim(store: Store, job_id: UUID | None = None, queue: Queue = Queue.FAST) -> Job | None:
    with store.begin() as unit:
        return unit.jobs.claim(job_id, queue, "worker", 15)


def claimed(store: Store, job_id: UUID | None = None) -> tuple[Job, UUID]:
    job = claim(store, job_id)
    assert job is not None
    assert job.lease_token is not None
    return job, job.lease_token


def test_a_job_is_there_once_for_its_unique_key(place: Place) -> None:
    assert add(place) == add(place)
    with place.store.read() as unit:
        assert [job.payload for job in unit.jobs.list()] == [{"id": "k"}]


def test_two_stores_and_many_threads_claim_each_job_once(
    place: Place, open_store: Callable[[Keys | None], Store]
) -> None:
    ids = [add(place, str(number)) for number in range(40)]
    stores = [place.store, open_store(place.keys)]
    got: Counter[UUID] = Counter()
    start = threading.Barrier(8)

    def work(number: int) -> list[UUID]:
        start.wait()
        mine = []
        while (job := claim(stores[number % 2])) is not None:
            mine.append(job.id)
        return mine

    with ThreadPoolExecutor(8) as pool:
        for mine in pool.map(work, range(8)):
            got.update(mine)
    # On PostgreSQL a claimer skips rows locked by others, so that the last ones may find nothing while others are left.
    while (job := claim(place.store)) is not None:
        got.update([job.id])
    assert got == Counter(ids)


def test_one_named_job_is_claimed_by_one_of_many(place: Place) -> None:
    job_id = add(place)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: claim(place.store, job_id), range(16)))
    assert len([job for job in found if job is not None]) == 1


def test_a_lease_that_ran_out_is_claimed_again_and_the_first_holder_has_lost_it(place: Place) -> None:
    job_id = add(place)
    first, first_lease = claimed(place.store)
    assert first.leased_until == place.hand.at + timedelta(seconds=15)
    place.hand.move(seconds=14)
    assert claim(place.store) is None
    with place.store.begin() as unit:
        unit.jobs.extend(job_id, first_lease, 15)
    place.hand.move(seconds=14)
    assert claim(place.store) is None
    place.hand.move(seconds=1)
    with place.store.read() as unit:
        assert [job.id for job in unit.jobs.due(place.hand.at, Queue.FAST)] == [job_id]
    second, second_lease = claimed(place.store)
    assert second.attempts == 2
    attempts: tuple[Callable[[Jobs], object], ...] = (
        lambda jobs: jobs.extend(job_id, first_lease, 15),
        lambda jobs: jobs.complete(job_id, first_lease),
        lambda jobs: jobs.fail(job_id, first_lease, "late"),
    )
    for attempt in attempts:
        with place.store.begin() as unit, pytest.raises(LeaseLost):
            attempt(unit.jobs)
    with place.store.begin() as unit:
        unit.jobs.complete(job_id, second_lease)
    with place.store.read() as unit:
        assert unit.jobs.get(job_id).state is JobState.DONE


def test_a_lost_lease_undoes_what_the_job_did(place: Place) -> None:
    job_id = add(place)
    claimed(place.store)

    def do_and_complete(lease: UUID) -> None:
        with place.store.begin() as unit:
            unit.audit.add("worker", "did", "it")
            unit.jobs.complete(job_id, lease)

    with pytest.raises(LeaseLost):
        do_and_complete(uuid4())
    with place.store.read() as unit:
        assert unit.audit.list() == ()


def test_failures_back_off_and_end_in_the_dead_letters(place: Place) -> None:
    job_id = add(place, max_attempts=3)
    waits = []
    for _ in range(3):
        job, lease = claimed(place.store)
        with place.store.begin() as unit:
            job = unit.jobs.fail(job_id, lease, "busy")
        waits.append((job.due_at - place.hand.at).total_seconds())
        if job.state is JobState.DUE:
            place.hand.move(seconds=waits[-1] - 1)
            assert claim(place.store) is None
            place.hand.move(seconds=1)
    assert 5 <= waits[0] <= 6
    assert 10 <= waits[1] <= 12
    assert (job.state, job.last_error, job.attempts) == (JobState.DEAD, "busy", 3)
    place.hand.move(days=1)
    assert claim(place.store) is None
    with place.store.begin() as unit:
        assert unit.jobs.requeue(job_id).state is JobState.DUE
        with pytest.raises(ValueError, match="not dead"):
            unit.jobs.requeue(job_id)
    assert claimed(place.store)[0].attempts == 1


def test_what_cannot_be_retried_is_dead_at_once(place: Place) -> None:
    job_id = add(place)
    _, lease = claimed(place.store)
    with place.store.begin() as unit:
        assert unit.jobs.fail(job_id, lease, "refused", retryable=False).state is JobState.DEAD


def test_a_job_that_kills_its_workers_is_dead_in_the_end(place: Place) -> None:
    poison, good = add(place, "poison", max_attempts=2), add(place, "good")
    for _ in range(2):
        claimed(place.store, poison)
        place.hand.move(seconds=15)
    assert claim(place.store, poison) is None
    assert claimed(place.store)[0].id == good
    with place.store.begin() as unit:
        assert unit.jobs.due(place.hand.at, Queue.FAST) == ()
        assert unit.jobs.abandoned(place.hand.at) == (poison,)
        assert unit.jobs.bury(good) is None
        dead = unit.jobs.bury(poison)
        assert unit.jobs.bury(poison) is None
        assert dead is not None
    assert (dead.state, dead.finished_at) == (JobState.DEAD, place.hand.at)


def test_queues_and_due_times_are_kept_apart(place: Place) -> None:
    with place.store.begin() as unit:
        unit.jobs.add("transcribe", Queue.SPEECH, {}, "s")
        later = unit.jobs.add("delete_audio", Queue.FAST, {}, "l", place.hand.at + timedelta(hours=1))
    assert claim(place.store) is None
    place.hand.move(hours=1)
    assert claimed(place.store)[0].id == later
    speech = claim(place.store, queue=Queue.SPEECH)
    assert speech is not None
    assert speech.kind == "transcribe"


def test_a_waiting_job_is_hastened_and_one_in_hand_left_alone(place: Place) -> None:
    with place.store.begin() as unit:
        job_id = unit.jobs.add("fetch_recording", Queue.FAST, {}, "f", place.hand.at + timedelta(hours=1))
        unit.jobs.hasten(job_id)
    assert claimed(place.store)[0].id == job_id
    with place.store.begin() as unit:
        unit.jobs.hasten(job_id)
        assert unit.jobs.get(job_id).state is JobState.LEASED


def test_done_jobs_are_forgotten_and_dead_ones_stay(place: Place) -> None:
    done, dead = add(place, "done"), add(place, "dead")
    for job_id in (done, dead):
        _, lease = claimed(place.store, job_id)
        with place.store.begin() as unit:
            if job_id == done:
                unit.jobs.complete(job_id, lease)
            else:
                unit.jobs.fail(job_id, lease, "no", retryable=False)
    with place.store.begin() as unit:
        assert unit.jobs.forget(place.hand.at) == 0
        assert unit.jobs.forget(place.hand.at + timedelta(seconds=1)) == 1
        assert unit.jobs.get(dead).state is JobState.DEAD
        with pytest.raises(Missing):
            unit.jobs.get(done)


def test_a_job_may_ask_for_its_own_wait(place: Place) -> None:
    job_id = add(place)
    _, lease = claimed(place.store)
    with place.store.begin() as unit:
        job = unit.jobs.fail(job_id, lease, "not yet", seconds=0.5)
    assert 0.5 <= (job.due_at - place.hand.at).total_seconds() <= 0.6


def test_jobs_are_counted_by_queue_and_state(place: Place) -> None:
    add(place, "one")
    add(place, "two")
    claimed(place.store)
    with place.store.read() as unit:
        assert unit.jobs.counts() == {(Queue.FAST, JobState.DUE): 1, (Queue.FAST, JobState.LEASED): 1}


def test_a_clock_that_is_put_back_holds_up_no_job_that_is_due_at_once(place: Place) -> None:
    job_id = add(place)
    with place.store.begin() as unit:
        unit.jobs.add("keep_abandoned", Queue.FAST, {}, "later", place.hand.at + timedelta(minutes=1))
    place.hand.move(hours=-1)
    with place.store.read() as unit:
        assert [job.id for job in unit.jobs.due(place.hand.at)] == [job_id]
    _, lease = claimed(place.store)
    assert claim(place.store) is None
    with place.store.begin() as unit:
        unit.jobs.fail(job_id, lease, "busy")
    assert claim(place.store) is None
    place.hand.move(seconds=10)
    assert claimed(place.store)[0].id == job_id
