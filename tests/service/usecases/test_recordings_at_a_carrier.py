import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from ivr.gateways.gateway import SendError
from service.domain.delivery import Queue
from service.domain.job import GiveUp, TryAgain
from service.usecases.delete_recording import delete_recording, discard_recording
from service.usecases.fetch_recording import fetch_recording, recording_ready
from tests.carrier import Answer, Carrier, answer, reset, running_carrier
from tests.service.carrier_line import CarrierLine, carrier_line, wav


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with running_carrier() as carrier:
        yield carrier


@pytest.fixture
def at(tmp_path: Path, carrier: Carrier) -> Iterator[CarrierLine]:
    with carrier_line(tmp_path, carrier.url) as at:
        yield at


@pytest.fixture
def url(carrier: Carrier) -> str:
    return f"{carrier.url}/2010-04-01/Accounts/AC1/Recordings/RE1"


@pytest.fixture
def media_id(at: CarrierLine, url: str) -> UUID:
    media_id = at.add_recording()
    at.add_job("fetch_recording", {"gateway": "twilio", "url": url, "media_id": str(media_id), "language": "nl"})
    return media_id


def test_a_recording_is_kept_and_transcribed_and_deleted_at_the_carrier(
    at: CarrierLine, carrier: Carrier, media_id: UUID, url: str
) -> None:
    carrier.will(answer(200, wav(1.5)))
    fetch_recording(at.line, at.claim())
    file = at.line.settings.recordings / f"{media_id}.wav"
    assert file.read_bytes() == wav(1.5)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with at.line.store.read() as unit:
        media = unit.media.get(media_id)
    assert (media.path, media.seconds) == (file.name, 1.5)
    (transcribe,) = at.jobs("transcribe")
    (delete,) = at.jobs("delete_recording")
    assert (transcribe.queue, transcribe.payload) == (Queue.SPEECH, {"media_id": str(media_id), "language": "nl"})
    assert transcribe.unique_key == f"transcribe:{media_id}"
    assert delete.payload == {"gateway": "twilio", "url": url}
    assert at.kicked == [("speech", transcribe.id), ("fast", delete.id)]


def test_fetching_again_changes_nothing(at: CarrierLine, carrier: Carrier, media_id: UUID) -> None:
    carrier.will(answer(200, wav()))
    fetch_recording(at.line, at.claim())
    fetch_recording(at.line, at.claim())
    assert len(carrier.asked) == 1
    assert len(at.jobs("transcribe")) == len(at.jobs("delete_recording")) == 1


def test_a_recording_that_comes_late_is_asked_for_soon_again(at: CarrierLine, carrier: Carrier, media_id: UUID) -> None:
    carrier.will(answer(404), reset, answer(200, wav()))
    waits = []
    for _ in range(2):
        with pytest.raises(TryAgain) as caught:
            fetch_recording(at.line, at.claim())
        waits.append(caught.value.seconds)
    fetch_recording(at.line, at.claim())
    assert waits == [0.5, 1.0]
    assert at.jobs("transcribe")


@pytest.mark.parametrize(
    "given",
    [
        answer(200, b"<html><body>sign in</body></html>", Content_Type="audio/x-wav"),
        answer(200, b""),
        answer(200, wav()[:30]),
        answer(401),
        answer(302, b"", Location="http://127.0.0.1:1/RE1.wav"),
    ],
    ids=["html", "empty", "cut", "unauthorised", "redirect"],
)
def test_a_recording_of_no_use_ends_the_wait(at: CarrierLine, carrier: Carrier, media_id: UUID, given: Answer) -> None:
    carrier.will(given)
    with pytest.raises(GiveUp):
        fetch_recording(at.line, at.claim())
    with at.line.store.read() as unit:
        media = unit.media.get(media_id)
    assert media.transcript is not None
    assert (media.transcript.text, media.path) == ("", "")
    assert not at.jobs("transcribe")
    assert not list(at.line.settings.recordings.glob("*"))


def test_a_recording_that_never_comes_ends_the_wait(at: CarrierLine, carrier: Carrier, media_id: UUID) -> None:
    carrier.will(answer(404), answer(404), answer(404))
    for _ in range(2):
        with pytest.raises(TryAgain):
            fetch_recording(at.line, at.claim())
    with pytest.raises(GiveUp):
        fetch_recording(at.line, at.claim())
    with at.line.store.read() as unit:
        assert unit.media.get(media_id).transcript is not None


def test_a_recording_elsewhere_is_never_asked_for(at: CarrierLine, carrier: Carrier) -> None:
    media_id = at.add_recording()
    payload: dict[str, object] = {"gateway": "twilio", "url": "http://127.0.0.1:1/RE1", "media_id": str(media_id)}
    at.add_job("fetch_recording", payload | {"language": "nl"})
    with pytest.raises(GiveUp):
        fetch_recording(at.line, at.claim())
    assert not carrier.asked


def test_the_carriers_word_that_it_is_ready_hastens_the_fetch(at: CarrierLine, media_id: UUID, url: str) -> None:
    (job,) = at.jobs("fetch_recording")
    with at.line.store.begin() as unit:
        held = unit.jobs.claim(job.id, Queue.FAST, "test", lease_seconds=10)
        assert held
        assert held.lease_token
        unit.jobs.fail(job.id, held.lease_token, "not there yet")
    with at.line.store.read() as unit:
        assert not unit.jobs.due(at.line.clock.now(), Queue.FAST)
    recording_ready(at.line, "twilio", url + "0")
    assert not at.kicked
    recording_ready(at.line, "twilio", url)
    with at.line.store.read() as unit:
        assert [due.id for due in unit.jobs.due(at.line.clock.now(), Queue.FAST)] == [job.id]
    assert at.kicked == [("fast", job.id)]


def test_a_recording_that_is_no_utterance_is_deleted_at_the_carrier_once(
    at: CarrierLine, carrier: Carrier, url: str
) -> None:
    discard_recording(at.line, "twilio", url)
    discard_recording(at.line, "twilio", url)
    (job,) = at.jobs("delete_recording")
    carrier.will(answer(204))
    delete_recording(at.line, job)
    assert carrier.asked[0].method == "DELETE"


def test_with_the_database_down_an_unused_recording_stays_and_nobody_minds(at: CarrierLine, url: str) -> None:
    at.line.store.close()
    database = at.line.settings.data_dir / "buurtlijn.db"
    for file in database.parent.glob("buurtlijn.db*"):
        file.unlink()
    database.mkdir()
    with capture_logs() as logged:
        discard_recording(at.line, "twilio", url)
    assert [entry["event"] for entry in logged] == ["recording_left_at_carrier"]


def test_a_deletion_that_fails_is_tried_again_and_an_impossible_one_is_not(at: CarrierLine, carrier: Carrier) -> None:
    at.add_job("delete_recording", {"gateway": "twilio", "url": f"{carrier.url}/Recordings/RE1"})
    carrier.will(answer(503), answer(403, {"code": 20403, "message": "no", "status": 403}))
    with pytest.raises(SendError):
        delete_recording(at.line, at.claim())
    with pytest.raises(GiveUp):
        delete_recording(at.line, at.claim())
