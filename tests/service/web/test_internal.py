"""What our own processes ask of the web process, and that nobody else may."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ivr.messages import Channel, Inbound, Transcript, TurnKind
from service.web import internal
from tests.service.carrier_line import wav
from tests.service.web.phone_line import REAL, PhoneLine, Turns, phone_line

CALL = {"call_id": "c1", "sender": "+31610012345", "recipient": REAL}


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PhoneLine]:
    turns = Turns()
    monkeypatch.setattr(internal, "take_turn", turns)
    with phone_line(tmp_path, turns) as line:
        yield line


def turn(line: PhoneLine, **changes: object) -> str:
    inbound = Inbound(
        provider="phone",
        provider_id="c1:0",
        channel=Channel.VOICE,
        kind=TurnKind.START,
        sender="+31610012345",
        recipient=REAL,
        received_at=line.line.clock.now(),
        conversation_id="c1",
    )
    return json.dumps({**json.loads(internal.INBOUND.dump_json(inbound)), **changes})


def ticket(line: PhoneLine) -> str:
    with line.line.store.begin() as unit:
        return unit.tickets.add(internal.TICKET, CALL, timedelta(seconds=60))


ROUTES = (
    ("POST", "/internal/tickets/consume"),
    ("POST", "/internal/voice"),
    ("POST", "/internal/recordings"),
    ("GET", f"/internal/recordings/{uuid4()}"),
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Bearer é", "Basic x", "Bearer 00"])
def test_without_the_token_nothing_is_done(running: PhoneLine, method: str, path: str, token: str) -> None:
    headers = {"Authorization": token.encode("utf-8").decode("latin-1")} if token else {}
    assert running.app.test_client().open(path, method=method, headers=headers).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_through_a_proxy_nothing_is_done(running: PhoneLine, method: str, path: str, header: str) -> None:
    headers = {**running.token, header: "127.0.0.1"}
    assert running.app.test_client().open(path, method=method, headers=headers).status_code == 403


class TestTickets:
    def consume(self, line: PhoneLine, body: object) -> int:
        answer = line.app.test_client().post("/internal/tickets/consume", json=body, headers=line.token)
        return answer.status_code

    def test_gives_its_call_once(self, running: PhoneLine) -> None:
        body = {"ticket": ticket(running)}
        client = running.app.test_client()
        assert client.post("/internal/tickets/consume", json=body, headers=running.token).get_json() == CALL
        assert self.consume(running, body) == 404

    def test_is_void_after_a_minute(self, running: PhoneLine) -> None:
        body = {"ticket": ticket(running)}
        running.ahead[0] = timedelta(seconds=61)
        assert self.consume(running, body) == 404

    @pytest.mark.parametrize(("body", "status"), [({"ticket": "x"}, 404), ({}, 422), ([], 422), ({"ticket": 1}, 422)])
    def test_anything_else_is_refused(self, running: PhoneLine, body: object, status: int) -> None:
        assert self.consume(running, body) == status


class TestTurns:
    def post(self, line: PhoneLine, body: str) -> int:
        return line.app.test_client().post("/internal/voice", data=body, headers=line.token).status_code

    def test_a_turn_is_taken_and_answered_with_a_page(self, running: PhoneLine) -> None:
        answer = running.app.test_client().post("/internal/voice", data=turn(running), headers=running.token)
        assert answer.get_json()["prompts"][0]["text"] == "Dag"
        assert running.turns.taken[0].provider_id == "c1:0"

    @pytest.mark.parametrize("changes", [{"provider": "twilio"}, {"channel": "sms"}, {"kind": "odd"}, {"keys": 1}])
    def test_a_turn_that_is_not_a_web_phones_is_refused(self, running: PhoneLine, changes: dict[str, object]) -> None:
        assert self.post(running, turn(running, **changes)) == 422
        assert running.turns.taken == []

    def test_what_is_no_turn_is_refused(self, running: PhoneLine) -> None:
        assert self.post(running, "{") == 422

    def test_an_unknown_number_is_not_found(self, running: PhoneLine) -> None:
        assert self.post(running, turn(running, recipient="+31850000009")) == 404


class TestRecordings:
    def test_is_kept_and_its_transcript_awaited(self, running: PhoneLine) -> None:
        client = running.app.test_client()
        answer = client.post("/internal/recordings", data=wav(), headers=running.token)
        assert answer.status_code == 201
        media_id = UUID(answer.get_json()["recording_id"])
        assert (running.line.settings.recordings / f"{media_id}.wav").stat().st_mode & 0o777 == 0o600
        path = f"/internal/recordings/{media_id}"
        assert client.get(path, headers=running.token).status_code == 404
        with running.line.store.begin() as unit:
            unit.media.add(
                running.group.id, None, None, "x.wav", 1.5, created=running.line.clock.now(), media_id=media_id
            )
        assert client.get(path, headers=running.token).get_json() == {"transcribed": False}
        with running.line.store.begin() as unit:
            unit.media.set_transcript(media_id, Transcript("Brand", "nl", 0.9, "test", 1.5))
        assert client.get(path, headers=running.token).get_json() == {"transcribed": True}

    def test_too_long_a_recording_is_refused(self, running: PhoneLine) -> None:
        body = bytes(internal.LARGEST_RECORDING + 1)
        answer = running.app.test_client().post("/internal/recordings", data=body, headers=running.token)
        assert answer.status_code == 413
