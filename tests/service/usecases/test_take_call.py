"""The road of a call on a real store: heard, filed as said, and nothing lost on the way."""

from dataclasses import replace

from ivr.gateways.simulator import SimulatorGateway
from ivr.messages import Channel, TurnKind
from ivr.rendering.page import AwaitTranscript, AwaitUtterance, HangUp
from service.domain.delivery import Queue
from service.usecases.keep_recording import keep_recording, recording_path
from service.usecases.line import Line
from service.usecases.take_turn import take_turn
from tests.service.carrier_line import wav
from tests.service.usecases.resident import (
    Resident,
    hear,
    line,
    reports,
    resident,
)

__all__ = ["line", "resident"]


def test_a_call_by_voice_files_a_report(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    assert isinstance(resident.presses("1").then, AwaitUtterance)
    media_id, page = resident.speaks()
    assert isinstance(page.then, AwaitTranscript)
    with line.store.read() as unit:
        (job,) = unit.jobs.list(queue=Queue.SPEECH)
    assert job.payload == {"media_id": str(media_id), "language": "nl"}
    assert isinstance(resident.calls(TurnKind.WAITING).then, AwaitTranscript)
    hear(line, media_id, "er is ingebroken op de molenweg nummer veertien")
    assert "Molenweg" in " ".join(prompt.text for prompt in resident.calls(TurnKind.WAITING).prompts)
    last = resident.presses("1")
    assert isinstance(last.then, HangUp)
    (report,) = reports(line)
    assert (report.place.street, report.place.number, report.media_ids) == ("Molenweg", "14", (media_id,))
    assert report.original == "er is ingebroken op de molenweg nummer veertien"
    assert isinstance(resident.calls(TurnKind.HANG_UP).then, HangUp)
    assert len(reports(line)) == 1


def test_a_hang_up_keeps_what_is_there_and_the_transcript_joins_later(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    resident.presses("1")
    media_id, _ = resident.speaks()
    resident.calls(TurnKind.HANG_UP)
    (kept,) = reports(line)
    assert (kept.confirmed, kept.original, kept.media_ids) == (False, "", (media_id,))
    hear(line, media_id, "er is ingebroken op de molenweg nummer veertien")
    (report,) = reports(line)
    assert (report.category, report.place.street, report.confirmed) == ("burglary", "Molenweg", False)
    assert report.original == "er is ingebroken op de molenweg nummer veertien"


def test_a_hang_up_without_a_word_leaves_nothing(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.calls(TurnKind.HANG_UP)
    assert reports(line) == ()


def test_a_recording_that_nobody_allowed_is_deleted(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    media_id, page = resident.speaks()
    assert not isinstance(page.then, AwaitTranscript)
    assert not recording_path(line, media_id).exists()


def test_a_recording_at_the_carrier_that_no_step_wanted_is_deleted_there(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    inbound = replace(
        resident.made,
        provider_id="unwanted",
        channel=Channel.VOICE,
        kind=TurnKind.KEYS,
        keys="1",
        recording_url="http://127.0.0.1:9/RE1",
        conversation_id=resident.call,
    )
    take_turn(line, inbound, SimulatorGateway())
    with line.store.read() as unit:
        assert [job.payload["url"] for job in unit.jobs.list(kind="delete_recording")] == ["http://127.0.0.1:9/RE1"]


def test_a_key_pressed_after_speaking_does_not_lose_the_words(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    resident.presses("1")
    media_id = keep_recording(line, wav())
    page = resident.calls(TurnKind.KEYS, "1", str(media_id))
    assert isinstance(page.then, AwaitTranscript)


def test_a_caller_without_a_number_is_anonymous(line: Line) -> None:
    caller = Resident(line, phone="")
    caller.calls()
    caller.presses("1")
    caller.presses("1")
    media_id, _ = caller.speaks()
    hear(line, media_id, "er is ingebroken op de molenweg nummer veertien")
    caller.calls(TurnKind.WAITING)
    caller.presses("1")
    (report,) = reports(line)
    assert (report.anonymous, report.resident_id) == (True, None)


def test_an_utterance_that_comes_after_the_end_of_the_call_is_kept(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    resident.presses("1")
    resident.calls(TurnKind.HANG_UP)
    assert reports(line) == ()
    media_id, page = resident.speaks()
    assert isinstance(page.then, HangUp)
    hear(line, media_id, "er is ingebroken op de molenweg nummer veertien")
    (report,) = reports(line)
    assert (report.category, report.place.street, report.media_ids) == ("burglary", "Molenweg", (media_id,))
    assert not report.confirmed
