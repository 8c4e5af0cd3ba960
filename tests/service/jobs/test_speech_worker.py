"""Speech workers: real processes, a real web server, a scripted recogniser."""

import io
import itertools
import json
import os
import signal
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import requests
from structlog.testing import capture_logs

from ivr.messages import Channel, Transcript
from service.domain.delivery import JobState, Queue
from service.jobs.ledger_client import LedgerClient, NotOurs, RefusedByWeb, WebAway
from service.jobs.model_messages import Answer
from service.jobs.model_process import ModelProcess
from service.jobs.speech_worker import SpeechWorker
from service.jobs.transport import Transport
from service.usecases.delegate_transcription import Assignment
from service.usecases.keep_recording import keep_recording
from tests.servers import free_port
from tests.service.jobs.conftest import Place, until

HEARD = "er brandt een container"


def wav(seconds: float = 1.0) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(8000)
        audio.writeframes(b"\x10\x20" * int(seconds * 8000))
    return file.getvalue()


def script(place: Place, delay: float = 0.0) -> Path:
    models = place.line.settings.models
    models.mkdir(parents=True, exist_ok=True)
    (models / "scripted.json").write_text(json.dumps({"default": HEARD, "delay": delay}), encoding="utf-8")
    return models


def record(place: Place, *, kicked: bool = True) -> tuple[UUID, UUID]:
    """A recording and its job."""
    media_id = keep_recording(place.line, wav())
    with place.line.store.begin() as unit:
        unit.media.add(
            place.group_id, None, None, f"{media_id}.wav", 1.0, created=place.line.clock.now(), media_id=media_id
        )
    payload = {"media_id": str(media_id), "language": "nl"}
    if kicked:
        return media_id, place.enqueue("transcribe", str(media_id), Queue.SPEECH, **payload)
    with place.line.store.begin() as unit:
        return media_id, unit.jobs.add("transcribe", Queue.SPEECH, payload, str(media_id))


def transcript(place: Place, media_id: UUID) -> Transcript | None:
    with place.line.store.read() as unit:
        return unit.media.get(media_id).transcript


def client(place: Place, lease_seconds: float = 5.0, url: str = "") -> LedgerClient:
    return LedgerClient(url or place.line.settings.internal_url, place.line.keys.internal_token, "test", lease_seconds)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def gone(pid: int) -> bool:
    try:
        return " Z " in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return True


@contextmanager
def model(models: Path) -> Iterator[ModelProcess]:
    process = ModelProcess(models, "scripted")
    try:
        yield process
    finally:
        process.stop()


@pytest.mark.server
def test_a_worker_transcribes_also_what_it_was_not_told_of_and_ends_when_asked(web: Place) -> None:
    script(web)
    with web.process("speech_process") as worker:
        first, job = record(web)
        web.until(job, JobState.DONE)
        (child,) = children(worker.pid)
        second, job = record(web, kicked=False)
        web.until(job, JobState.DONE, within=10)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
        until(lambda: gone(child), 5)
    for media_id in (first, second):
        heard = transcript(web, media_id)
        assert heard is not None
        assert (heard.text, heard.language, heard.engine) == (HEARD, "nl", "scripted")


@pytest.mark.server
def test_a_killed_worker_takes_its_model_along_and_the_next_one_does_its_job(web: Place) -> None:
    script(web, delay=60)
    media_id, job = record(web)
    with web.process("speech_process", "--lease", "1") as worker:
        web.until(job, JobState.LEASED)
        (child,) = children(worker.pid)
        until(lambda: os.getpriority(os.PRIO_PROCESS, child) == 19)  # it has started, and is at the recording next
        worker.kill()
        worker.wait()
        until(lambda: gone(child), 5)
    script(web)
    with web.process("speech_process", "--lease", "1"):
        assert web.until(job, JobState.DONE).attempts == 2
    heard = transcript(web, media_id)
    assert heard is not None
    assert heard.text == HEARD


@pytest.mark.server
def test_a_worker_that_is_stopped_hands_back_what_takes_longer(web: Place) -> None:
    script(web, delay=60)
    _, job = record(web)
    with web.process("speech_process") as worker:
        web.until(job, JobState.LEASED)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    assert (web.job(job).state, web.job(job).last_error) == (JobState.DUE, "the speech worker was stopped")


@pytest.mark.server
def test_a_worker_that_is_stopped_ends_what_takes_no_longer(web: Place) -> None:
    script(web, delay=0.3)
    media_id, job = record(web)
    with web.process("speech_process") as worker:
        web.until(job, JobState.LEASED)
        (child,) = children(worker.pid)
        until(lambda: os.getpriority(os.PRIO_PROCESS, child) == 19)  # it has started, and is at the recording next
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    assert web.job(job).state is JobState.DONE
    assert transcript(web, media_id) is not None


def run_worker(place: Place, models: Path, grace: float, lease_seconds: float, until_done: UUID) -> None:
    """A worker in this thread, stopped once a job is done."""
    stopped = threading.Event()

    def watch() -> None:
        try:
            place.until(until_done, JobState.DONE)
        finally:
            stopped.set()

    watching = threading.Thread(target=watch)
    watching.start()
    with model(models) as process:
        SpeechWorker(client(place, lease_seconds), Transport(place.line.settings), process, stopped, grace).run()
    watching.join()


@pytest.mark.server
def test_a_model_that_hangs_is_killed_and_the_job_goes_on(web: Place) -> None:
    models = script(web, delay=60)
    _, job = record(web)
    with model(models) as process:
        hung = process.pid
        started = time.monotonic()
        answer = process.recognise(wav(), "nl", within=2)
        assert 2 <= time.monotonic() - started < 6
        assert answer == Answer(reason="no answer within 2 s", retryable=True)
        assert gone(hung)
        assert process.pid != hung
    assignment = client(web).claim(job)
    assert assignment is not None
    client(web).failed(assignment, answer.reason, retryable=answer.retryable)
    assert (web.job(job).state, web.job(job).last_error) == (JobState.DUE, "no answer within 2 s")
    script(web)
    with web.line.store.begin() as unit:
        unit.jobs.hasten(job)
    run_worker(web, models, grace=30, lease_seconds=5, until_done=job)


@pytest.mark.server
def test_a_model_that_dies_is_replaced(web: Place) -> None:
    with model(script(web, delay=60)) as process:
        killer = threading.Timer(1, os.kill, (process.pid, signal.SIGKILL))
        killer.start()
        assert process.recognise(wav(), "nl", within=30) == Answer(reason="the model process died", retryable=True)
        script(web)
        os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.2)
        answer = process.recognise(wav(), "nl", within=30)
        assert answer.transcript is not None


@pytest.mark.server
def test_heartbeats_hold_a_job_longer_than_its_lease(web: Place) -> None:
    models = script(web, delay=2.5)
    _, job = record(web)
    run_worker(web, models, grace=30, lease_seconds=1, until_done=job)
    assert web.job(job).attempts == 1


@pytest.mark.server
def test_a_damaged_recording_is_not_tried_again_and_nobody_waits_for_it(web: Place) -> None:
    media_id, job = record(web)
    (web.line.settings.recordings / f"{media_id}.wav").write_bytes(b"RIFF????WAVE, or so it says")
    script(web)
    with web.process("speech_process"):
        assert web.until(job, JobState.DEAD).attempts == 1
    heard = transcript(web, media_id)
    assert heard is not None
    assert (heard.text, heard.engine) == ("", "none")


def test_a_transcript_is_taken_in_once(web: Place) -> None:
    media_id, job = record(web)
    ledger = client(web)
    assignment = ledger.claim(None)
    assert assignment is not None
    assert (assignment.job_id, assignment.media_id, assignment.language, assignment.seconds) == (job, media_id, "nl", 1)
    assert ledger.claim(job) is None
    assert ledger.audio(media_id) == wav()
    ledger.extend(assignment)
    ledger.done(assignment, Transcript(HEARD, "nl", 1.0, "test", 1.0))
    with pytest.raises(NotOurs):
        ledger.done(assignment, Transcript("something else", "nl", 1.0, "test", 1.0))
    with pytest.raises(NotOurs):
        ledger.extend(assignment)
    heard = transcript(web, media_id)
    assert heard is not None
    assert heard.text == HEARD


def test_the_words_of_an_erased_resident_do_not_come_back(web: Place) -> None:
    with web.line.store.begin() as unit:
        report_session = unit.sessions.start(
            web.group_id, web.resident_id, Channel.VOICE, "call", "+31850000001", practice=False, state="{}", step="x"
        )
    _, job = record(web)
    with web.line.store.begin() as unit:
        unit.media.add(web.group_id, None, report_session.id, "x.wav", 1.0, created=web.line.clock.now())
        owned = unit.media.for_session(report_session.id)[0].id
    waiting = web.enqueue("transcribe", "owned", Queue.SPEECH, media_id=str(owned), language="nl")
    ledger = client(web)
    assignment = ledger.claim(waiting)
    assert assignment is not None
    with web.line.store.begin() as unit:
        unit.erasure.resident(web.resident_id)
    with pytest.raises(NotOurs):
        ledger.audio(owned)
    ledger.done(assignment, Transcript(HEARD, "nl", 1.0, "test", 1.0))
    assert transcript(web, owned) is None
    assert web.job(waiting).state is JobState.DONE
    assert ledger.claim(job) is not None


def test_a_transcript_waits_until_the_web_service_is_back(place: Place) -> None:
    """Nothing listens at first; the worker keeps the transcript and asks again."""
    asked = []

    class Away(LedgerClient):
        def done(self, assignment: object, transcript: Transcript) -> None:
            asked.append(transcript.text)
            if len(asked) < 3:
                raise WebAway("refused")

    stopped = threading.Event()
    ledger = Away("http://127.0.0.1:1", "", "test", 5.0)
    worker = SpeechWorker(ledger, Transport(place.line.settings), None, stopped)  # type: ignore[arg-type]
    worker.give_back(None, Answer(Transcript(HEARD, "nl", 1.0, "test", 1.0)))  # type: ignore[arg-type]
    assert asked == [HEARD] * 3


def test_a_web_service_that_is_away_is_told_from_one_that_refuses(web: Place) -> None:
    with pytest.raises(WebAway):
        client(web, url=f"http://127.0.0.1:{free_port()}").claim(None)
    with pytest.raises(RefusedByWeb, match="403"):
        LedgerClient(web.line.settings.internal_url, "wrong", "test", 5).claim(None)
    with pytest.raises(RefusedByWeb, match="422"):
        client(web, lease_seconds=-1).claim(None)
    assert client(web).claim(uuid4()) is None


@pytest.mark.parametrize("path", ["jobs/next?queue=speech", f"jobs/{uuid4()}/claim", f"jobs/{uuid4()}/done"])
def test_strangers_and_proxies_are_refused(web: Place, path: str) -> None:
    url = f"{web.line.settings.internal_url}/internal/{path}"
    token = {"Authorization": f"Bearer {web.line.keys.internal_token}"}
    for headers in ({}, {"Authorization": "Bearer x"}, token | {"X-Forwarded-For": "192.0.2.1"}):
        assert requests.post(url, json={}, headers=headers, timeout=5).status_code == 403
    assert requests.post(url, json={}, headers=token, timeout=5).status_code == 422


def test_a_web_service_that_stays_away_is_asked_less_often_and_told_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.jobs.speech_worker._ASK_EVERY", 0.2)
    stopped, asked = threading.Event(), []

    class Away(LedgerClient):
        def claim(self, job_id: UUID | None) -> Assignment | None:
            asked.append(time.monotonic())
            if len(asked) == 4:
                stopped.set()
                return None
            raise WebAway("refused")

    ledger = Away("http://127.0.0.1:1", "", "test", 5.0)
    with capture_logs() as logs:
        SpeechWorker(ledger, Transport(place.line.settings), None, stopped).run()  # type: ignore[arg-type]
    first, second, third = (later - earlier for earlier, later in itertools.pairwise(asked))
    assert first < second < third
    assert [log["event"] for log in logs] == ["speech.started", "speech.web_away", "speech.web_back", "speech.stopped"]
