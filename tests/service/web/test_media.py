"""The web phone's socket on a real server: who gets in, and what ends a connection."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
import websocket
from flask import Flask
from simple_websocket import Server
from werkzeug.serving import make_server

from ivr.messages import TurnKind
from ivr.rendering.page import AwaitKeys, HangUp, Spoken, VoicePage
from service.clock import Clock
from service.settings import Settings
from service.web import media, voice_player
from service.web.media import BACKLOG, Backlog, MediaService, SocketReader, open_media
from service.web.media_messages import BadMessage
from service.web.room import Room
from tests.servers import free_port

pytestmark = pytest.mark.server

WEB = "http://127.0.0.1:8000"


@dataclass
class Web:
    """The web process's side: tickets, and turns of every call."""

    tickets: set[str] = field(default_factory=lambda: {"good"})
    turns: list[tuple[int, TurnKind]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)


@dataclass
class Media:
    url: str
    web: Web
    opened: list[websocket.WebSocket] = field(default_factory=list)

    def open(self, origin: str | None = WEB) -> websocket.WebSocket:
        socket = websocket.create_connection(self.url, timeout=10, origin=origin, suppress_origin=origin is None)
        self.opened.append(socket)
        return socket


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Media]:
    web = Web()
    settings = Settings.model_validate({"data_dir": tmp_path, "demo": True, "PORT": 8000, "media_sockets": 2})

    def admit(self: MediaService, ticket: str) -> media.Call | None:
        if ticket not in web.tickets:
            return None
        web.tickets.remove(ticket)
        return media.Call("c1", "+31610012345", "+31850000001")

    def turn(self: media.WebTurns, number: int, kind: TurnKind, keys: str, recording_id: str) -> VoicePage:
        web.turns.append((number, kind))
        if kind is TurnKind.HANG_UP:
            web.hung_up.set()
        return VoicePage((Spoken("Dag", "nl"),), HangUp() if keys == "9" else AwaitKeys(timeout=8))

    monkeypatch.setattr(MediaService, "admit", admit)
    monkeypatch.setattr(media.WebTurns, "turn", turn)
    monkeypatch.setattr(media, "START_WITHIN", 0.5)
    app = Flask(__name__)
    calls = Room(settings.media_sockets, each=settings.media_sockets)
    service = MediaService(settings, Clock(), "token", lambda spoken: b"\xff" * 1600, Room(3, each=3), calls)
    open_media(app, service)
    port = free_port()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    media_server = Media(f"ws://127.0.0.1:{port}/phone/media", web)
    yield media_server
    for socket in media_server.opened:
        socket.shutdown()  # type: ignore[no-untyped-call]
    server.shutdown()
    thread.join()
    server.server_close()


def start(ticket: str) -> str:
    audio = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    fields = {"streamSid": "s", "callSid": "c", "customParameters": {"ticket": ticket}, "mediaFormat": audio}
    return json.dumps({"event": "start", "start": fields})


def closed(socket: websocket.WebSocket) -> int:
    """The code that the socket is closed with; what comes before it is left out. 0: cut off without one."""
    while True:
        try:
            opcode, data = socket.recv_data()
        except websocket.WebSocketException:
            return 0
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:9000", "http://127.0.0.1", "https://127.0.0.1:8000", "null", None],
)
def test_a_page_of_others_cannot_open_the_socket(running: Media, origin: str | None) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        running.open(origin)
    assert refused.value.status_code == 403


@pytest.mark.parametrize("origin", [WEB, "http://localhost:8000"])
def test_a_call_is_played(running: Media, origin: str) -> None:
    socket = running.open(origin)
    socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
    socket.send(start("good"))
    events = [json.loads(socket.recv())["event"] for _ in range(3)]
    assert events == ["state", "caption", "media"]
    socket.send(json.dumps({"event": "dtmf", "dtmf": {"digit": "9"}}))
    assert closed(socket) == 1000
    assert running.web.turns == [(0, TurnKind.START), (1, TurnKind.KEYS)]


@pytest.mark.parametrize("ticket", ["", "unknown"])
def test_without_a_valid_ticket_there_is_no_call(running: Media, ticket: str) -> None:
    socket = running.open()
    socket.send(start(ticket))
    assert closed(socket) == media.NOT_ADMITTED
    assert running.web.turns == []


def test_a_ticket_works_once(running: Media) -> None:
    for code in (1000, media.NOT_ADMITTED):
        socket = running.open()
        socket.send(start("good"))
        if code == 1000:
            socket.send(json.dumps({"event": "dtmf", "dtmf": {"digit": "9"}}))
        assert closed(socket) == code


def test_a_phone_that_says_nothing_is_let_go(running: Media) -> None:
    assert closed(running.open()) == media.BAD_MESSAGE


@pytest.mark.parametrize("message", ["", "{", "null", '{"event": "media"}', '{"event": "unknown"}', start("good")])
def test_what_is_no_message_ends_the_call_and_is_told(running: Media, message: str) -> None:
    socket = running.open()
    socket.send(start("good"))
    socket.send(message)
    assert closed(socket) == media.BAD_MESSAGE
    assert running.web.hung_up.wait(10)


def test_a_huge_message_ends_the_call_and_is_told(running: Media) -> None:
    socket = running.open()
    socket.send(start("good"))
    socket.send("x" * 100_000)
    assert closed(socket) in (0, 1009)
    assert running.web.hung_up.wait(10)


def test_closing_the_page_is_told(running: Media) -> None:
    socket = running.open()
    socket.send(start("good"))
    socket.recv()
    socket.shutdown()  # type: ignore[no-untyped-call]
    assert running.web.hung_up.wait(10)


def test_no_more_calls_than_there_is_room_for(running: Media) -> None:
    running.web.tickets = {"one", "two", *map(str, range(1000))}
    sockets = [running.open() for _ in range(2)]
    for socket, ticket in zip(sockets, ("one", "two"), strict=True):
        socket.send(start(ticket))
        socket.recv()
    refused = running.open()
    refused.send(start("0"))
    assert closed(refused) == media.BUSY
    sockets[0].close()
    assert running.web.hung_up.wait(10)
    deadline = time.monotonic() + 10
    for another in range(1, 1000):
        assert time.monotonic() < deadline, "a call that ended left no room"
        late = running.open()
        late.send(start(str(another)))
        if late.recv_data()[0] == websocket.ABNF.OPCODE_TEXT:
            break


def test_sockets_without_a_call_keep_no_call_out(running: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "START_WITHIN", 5.0)
    silent = [running.open() for _ in range(2)]
    socket = running.open()
    socket.send(start("good"))
    assert json.loads(socket.recv())["event"] == "state"
    assert len(silent) == 2


def test_sockets_without_a_call_are_limited(running: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "START_WITHIN", 3.0)
    sockets = [running.open() for _ in range(4)]
    assert [closed(socket) for socket in sockets].count(media.BUSY) == 1  # whichever came last


def test_a_flood_of_messages_ends_the_call_and_is_told(running: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "BACKLOG", 100)
    socket = running.open()
    socket.send(start("good"))
    socket.recv()
    with suppress(OSError):
        for _ in range(2000):
            socket.send(json.dumps({"event": "mark", "mark": {"name": "said-0"}}))
    assert closed(socket) in (0, media.BAD_MESSAGE)
    assert running.web.hung_up.wait(10)


def test_a_call_that_lasts_too_long_is_told_so(running: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_player, "LONGEST_CALL", 0.5)
    socket = running.open()
    socket.send(start("good"))
    assert closed(socket) == media.TOO_LONG
    assert running.web.hung_up.wait(10)


class Socket:
    def receive(self, timeout: float) -> str:
        return json.dumps({"event": "mark", "mark": {"name": "said-0"}})


def test_messages_may_come_as_fast_as_somebody_speaks_and_no_faster() -> None:
    now = 0.0
    phone = media.SocketPhone(cast(Server, Socket()), lambda: now)
    for n in range(60 * 50):  # a minute of audio, the first half of which lay unread
        now = max(30.0, n / 50)
        assert phone.receive(1)
    with pytest.raises(BadMessage):
        list(map(phone.receive, [1.0] * BACKLOG))


def test_unread_messages_are_bounded() -> None:
    backlog = Backlog()
    for _ in range(BACKLOG):
        backlog.append("x")
    with pytest.raises(ConnectionAbortedError):
        backlog.append("x")


def test_a_socket_reads_into_a_bounded_backlog() -> None:
    socket = Server.__new__(Server)
    socket.input_buffer = ["already there"]
    SocketReader(socket._thread)
    assert isinstance(socket.input_buffer, Backlog)
    assert socket.input_buffer == ["already there"]
