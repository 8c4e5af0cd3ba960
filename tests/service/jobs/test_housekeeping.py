"""Audio goes when its time is over, the ledger stays small, and an operator sees and moves jobs."""

import json
import os
import time
from datetime import timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from service.cli.job import job as command
from service.clock import Clock, utc_now
from service.domain.delivery import Job, JobState, Queue
from service.jobs.runner import run_job
from service.settings import Settings
from service.usecases.delete_audio import delete_audio
from service.usecases.fail_job import bury_abandoned
from service.usecases.forget_jobs import forget_jobs
from service.usecases.line import Line
from service.usecases.measure_jobs import measure_jobs
from tests.service.jobs.building import application, build_line
from tests.service.jobs.conftest import Place


def kept(place: Place, name: str, age: timedelta = timedelta(0)) -> UUID:
    """A recording with its file."""
    file = place.line.settings.recordings / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"audio")
    with place.line.store.begin() as unit:
        return unit.media.add(place.group_id, None, None, name, 1.0, created=place.line.clock.now() - age)


def a_job(place: Place) -> Job:
    return place.job(place.add("delete_audio"))


def test_audio_goes_by_age_and_its_row_stays(place: Place) -> None:
    old, new = kept(place, "old.wav", timedelta(days=31)), kept(place, "new.wav", timedelta(days=29))
    for _ in range(2):
        delete_audio(place.line, a_job(place))
    folder = place.line.settings.recordings
    assert [file.name for file in folder.iterdir()] == ["new.wav"]
    with place.line.store.read() as unit:
        assert unit.media.get(old).deleted_at is not None
        assert unit.media.get(new).deleted_at is None


def test_a_file_that_went_before_its_row_said_so_is_no_hindrance(place: Place) -> None:
    old = kept(place, "old.wav", timedelta(days=31))
    (place.line.settings.recordings / "old.wav").unlink()
    delete_audio(place.line, a_job(place))
    with place.line.store.read() as unit:
        assert unit.media.get(old).deleted_at is not None


def test_what_a_crash_left_behind_goes_after_a_day(place: Place) -> None:
    kept(place, "named.wav")
    folder = place.line.settings.recordings
    for name in ("left.wav", "left.draft", "fresh.wav"):
        (folder / name).write_bytes(b"audio")
    long_ago = time.time() - 25 * 3600
    for name in ("named.wav", "left.wav", "left.draft"):
        os.utime(folder / name, (long_ago, long_ago))
    delete_audio(place.line, a_job(place))
    assert {file.name for file in folder.iterdir()} == {"named.wav", "fresh.wav"}


def test_done_jobs_are_forgotten_after_a_month(place: Place, settings: Settings) -> None:
    done, dead = place.add("x", "done"), place.add("nobody", "dead")
    run_job(place.line, done, handlers={"x": lambda line, job: None})
    run_job(place.line, dead)
    later = build_line(settings, Clock(now=lambda: utc_now() + timedelta(days=31)))
    forget_jobs(later, a_job(place))
    later.store.close()
    with place.line.store.read() as unit:
        assert {job.id for job in unit.jobs.list(state=JobState.DEAD)} == {dead}
        assert unit.jobs.list(state=JobState.DONE) == ()


def test_a_job_that_killed_its_last_worker_is_dead_and_nobody_waits(place: Place) -> None:
    media_id = kept(place, "x.wav")
    with place.line.store.begin() as unit:
        payload = {"media_id": str(media_id), "language": "nl"}
        job_id = unit.jobs.add("transcribe", Queue.SPEECH, payload, "t", max_attempts=1)
        unit.jobs.claim(job_id, Queue.SPEECH, "gone", lease_seconds=-1)
    bury_abandoned(place.line)
    assert place.job(job_id).state is JobState.DEAD
    with place.line.store.read() as unit:
        heard = unit.media.get(media_id).transcript
    assert heard is not None
    assert heard.text == ""


def test_metrics_count_jobs_and_tell_how_late_the_oldest_is(place: Place) -> None:
    place.add("x", "one")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in measure_jobs(place.line)
        for sample in metric.samples
    }
    assert samples["buurtlijn_jobs", "fast", "due"] == 1
    assert samples["buurtlijn_jobs", "speech", "dead"] == 0
    assert 0 <= samples["buurtlijn_oldest_due_job_seconds", "fast"] < 60
    assert samples["buurtlijn_oldest_due_job_seconds", "speech"] == 0


def run(line: Line, *arguments: str) -> Result:
    with application(line).app_context():
        return CliRunner().invoke(command, arguments)


def test_the_operator_lists_jobs_and_has_a_dead_one_tried_again(place: Place) -> None:
    dead = place.add("nobody knows", "dead")
    place.add("x", "due")
    run_job(place.line, dead)
    assert "there is no handler of this kind" in run(place.line, "list").output
    (listed,) = json.loads(run(place.line, "list", "--json", "--state", "dead").output)
    assert (listed["id"], listed["kind"], listed["attempts"]) == (str(dead), "nobody knows", 1)
    assert "lease_token" not in listed
    assert run(place.line, "requeue", str(dead)).exit_code == 0
    assert place.job(dead).state is JobState.DUE


@pytest.mark.parametrize("which", ["due", "missing"])
def test_only_a_dead_job_is_tried_again(place: Place, which: str) -> None:
    due = place.add("x")
    asked = run(place.line, "requeue", str(due if which == "due" else UUID(int=0)))
    assert asked.exit_code == 1
    assert "Error" in asked.output
