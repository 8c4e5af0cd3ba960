"""The web phone's socket, in the media process: who may open it, and what carries its messages.

The process has no database. Every turn, ticket and recording goes to the web process over HTTP.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import requests
from flask import Blueprint, Flask, Response, abort, current_app, request
from flask_sock import Sock
from pydantic import TypeAdapter, ValidationError
from simple_websocket import ConnectionClosed, Server

from ivr.messages import Channel, Inbound, TurnKind
from ivr.rendering.page import Spoken, VoicePage
from ivr.speech import mulaw
from ivr.speech.audio import Pcm, to_wav
from service.clock import Clock
from service.settings import Settings
from service.web.media_messages import LARGEST_MESSAGE, RATE, BadMessage, Connected, Message, Start, parse
from service.web.origin import our_origins
from service.web.room import Room
from service.web.visitor import visitor
from service.web.voice_player import Gone, TooLong, VoicePlayer, WebDown

BACKLOG = 2000
"""Messages that may lie unread while a turn is being taken: 40 seconds of audio."""

MESSAGES_A_SECOND = 75
"""Half as many again as there are frames of audio in a second."""

SEND_WITHIN = 10.0
START_WITHIN = 5.0
PING_EVERY = 20
ANSWER_WITHIN = 15.0
"""Seconds."""

TRIES = 2
"""A turn is repeated when it got no answer; its id makes sure that it counts once."""

BAD_MESSAGE, NOT_ADMITTED, TOO_LONG, BUSY = 4400, 4403, 4408, 4429
"""Codes that the socket is closed with; the page has a text for each."""

_PAGE: TypeAdapter[VoicePage] = TypeAdapter(VoicePage)
_INBOUND: TypeAdapter[Inbound] = TypeAdapter(Inbound)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """What a ticket admits to: a call of a number that we gave out to one of our lines."""

    call_id: str
    sender: str
    recipient: str


_CALL: TypeAdapter[Call] = TypeAdapter(Call)


@dataclass(frozen=True, slots=True)
class MediaService:
    """The parts of the media process. ``voice`` turns a prompt into mu-law audio at 8 kHz."""

    settings: Settings
    clock: Clock
    token: str = field(repr=False)
    voice: Callable[[Spoken], bytes]
    waiting: Room
    calls: Room

    def admit(self, ticket: str) -> Call | None:
        """The call of a ticket, which is used up by this. Raises WebDown."""
        answer = self.post("/internal/tickets/consume", json={"ticket": ticket}, tries=1)
        try:
            return None if answer.status_code == HTTPStatus.NOT_FOUND else _CALL.validate_json(_ok(answer).content)
        except ValidationError as error:
            raise WebDown("the ticket of no call") from error

    def get(self, path: str) -> requests.Response:
        """The answer to a GET. Raises WebDown when there is none."""
        return self._request("GET", path)

    def post(self, path: str, *, tries: int = TRIES, **body: object) -> requests.Response:
        """The answer to a POST, asked again after a fault. Raises WebDown when there is none."""
        for left in reversed(range(tries)):
            try:
                answer = self._request("POST", path, **body)
                if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR or not left:
                    return answer
            except WebDown:
                if not left:
                    raise
        raise AssertionError("at least one try")

    def _request(self, method: str, path: str, **body: object) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = self.settings.internal_url + path
        try:
            return requests.request(method, url, headers=headers, timeout=ANSWER_WITHIN, allow_redirects=False, **body)  # type: ignore[arg-type]
        except requests.RequestException as error:
            raise WebDown(type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class WebTurns:
    """The web process, as one call speaks with it."""

    service: MediaService
    call: Call

    def turn(self, number: int, kind: TurnKind, keys: str, recording_id: str) -> VoicePage:
        """Take the call's turn of that number and give the next page. Raises WebDown."""
        inbound = Inbound(
            provider="phone",
            provider_id=f"{self.call.call_id}:{number}",
            channel=Channel.VOICE,
            kind=kind,
            sender=self.call.sender,
            recipient=self.call.recipient,
            received_at=self.service.clock.now(),
            keys=keys,
            conversation_id=self.call.call_id,
            recording_id=recording_id,
        )
        answer = self.service.post("/internal/voice", data=_INBOUND.dump_json(inbound))
        try:
            return _PAGE.validate_json(_ok(answer).content)
        except ValidationError as error:
            raise WebDown("no voice page") from error

    def keep(self, sound: bytes) -> str:
        """Keep an utterance and give its id. Raises WebDown."""
        answer = self.service.post("/internal/recordings", data=to_wav(Pcm(mulaw.decode(sound), RATE)))
        return str(_ok(answer).json()["recording_id"])

    def transcribed(self, recording_id: str) -> bool:
        """Whether the transcript of a recording is there. Raises WebDown."""
        answer = self.service.get(f"/internal/recordings/{recording_id}")
        return bool(_ok(answer).json()["transcribed"])


def _ok(answer: requests.Response) -> requests.Response:
    if not answer.ok:
        raise WebDown(f"status {answer.status_code}")
    return answer


class Backlog(list[str | bytes]):
    """Messages read from a socket and not yet looked at. Too many end the connection, so that none can fill memory."""

    def append(self, message: str | bytes) -> None:
        """Take a message. Raises ConnectionAbortedError, which ends the thread that reads the socket."""
        if len(self) >= BACKLOG:
            raise ConnectionAbortedError("more messages than anybody speaks")
        super().append(message)


class SocketReader(threading.Thread):
    """The thread that reads one socket, into a backlog of bounded length."""

    def __init__(self, target: Callable[[], None]) -> None:
        server: Server = target.__self__  # type: ignore[attr-defined]
        server.input_buffer = Backlog(server.input_buffer)
        super().__init__(target=target, daemon=True)


class SocketPhone:
    """A browser at the other end of a socket. ``monotonic`` gives seconds."""

    def __init__(self, socket: Server, monotonic: Callable[[], float]) -> None:
        self._socket = socket
        self._monotonic = monotonic
        self._pace = float(BACKLOG)  # messages that may come at this moment
        self._paced_at = monotonic()

    def send(self, message: Mapping[str, object]) -> None:
        """Send a message. Raises Gone, also when the browser does not read for SEND_WITHIN seconds."""
        try:
            self._socket.send(json.dumps(message, ensure_ascii=False))
        except (ConnectionClosed, OSError) as error:
            raise Gone from error

    def receive(self, seconds: float) -> Message | None:
        """The next message, None when none comes within ``seconds``. Raises Gone, BadMessage (also for a flood)."""
        try:
            text = self._socket.receive(timeout=seconds)
        except (ConnectionClosed, OSError) as error:
            raise Gone from error
        if text is None:
            return None
        self._keep_pace()
        return parse(text)

    def _keep_pace(self) -> None:
        """What lay unread may come at once, the rest as fast as somebody speaks. Raises BadMessage."""
        now = self._monotonic()
        self._pace = min(BACKLOG, self._pace + (now - self._paced_at) * MESSAGES_A_SECOND) - 1
        self._paced_at = now
        if self._pace < 0:
            raise BadMessage("more messages than anybody speaks")


sock = Sock()
blueprint = Blueprint("media", __name__)


def open_media(app: Flask, service: MediaService) -> None:
    """Give an application the web phone's socket."""
    app.extensions["buurtlijn.media"] = service
    app.config["SOCK_SERVER_OPTIONS"] = {
        "ping_interval": PING_EVERY,
        "max_message_size": LARGEST_MESSAGE,
        "thread_class": SocketReader,
    }
    sock.init_app(app)
    app.register_blueprint(blueprint)


def _service() -> MediaService:
    service: MediaService = current_app.extensions["buurtlijn.media"]
    return service


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


@blueprint.before_request
def _same_origin() -> None:
    """Refuse the socket to the pages of others, before it is opened."""
    if request.path == "/phone/media":
        origin = request.headers.get("Origin", "").lower()
        if origin not in our_origins(_service().settings):
            abort(HTTPStatus.FORBIDDEN)


@sock.route("/phone/media", bp=blueprint)  # type: ignore[untyped-decorator] # flask-sock has no types
def phone_media(socket: Server) -> None:
    """One call of the web phone. Closed with a code that says why, where it was not simply over."""
    socket.sock.settimeout(SEND_WITHIN)
    try:
        _play(_service(), socket, visitor())
    except BadMessage as error:
        log.warning("a phone sent what is no message: %s", error)
        _close(socket, BAD_MESSAGE, "not a media stream message")
    except TooLong:
        log.warning("a call lasted too long")
        _close(socket, TOO_LONG, "the call lasted too long")
    except WebDown:
        log.exception("the web process does not answer")
        _close(socket, BUSY, "try again later")
    except Gone:
        log.info("a phone left before its call began")


def _play(service: MediaService, socket: Server, who: str) -> None:
    phone = SocketPhone(socket, time.monotonic)
    with service.waiting.place(who) as free:  # a place of its own kind, so that no call lacks one for those that wait
        if not free:
            _refuse(socket)
            return
        start = _start(phone)
        call = service.admit(start.start.custom_parameters.get("ticket", ""))
    if call is None:
        _close(socket, NOT_ADMITTED, "the ticket is used or expired")
        return
    with service.calls.place(who) as free:
        if not free:
            _refuse(socket)
            return
        VoicePlayer(
            phone,
            WebTurns(service, call),
            start.start.stream_sid,
            voice=service.voice,
            monotonic=time.monotonic,
        ).play_call()


def _refuse(socket: Server) -> None:
    log.warning("a call found all lines busy")
    _close(socket, BUSY, "all lines are busy")


def _start(phone: SocketPhone) -> Start:
    """The start message, after at most one that says that the socket is open. Raises Gone, BadMessage."""
    until = time.monotonic() + START_WITHIN
    message = phone.receive(START_WITHIN)
    if isinstance(message, Connected):
        message = phone.receive(max(0.0, until - time.monotonic()))
    if not isinstance(message, Start):
        raise BadMessage("a call begins with start")
    return message


def _close(socket: Server, code: int, reason: str) -> None:
    try:
        socket.close(code, reason)
    except (ConnectionClosed, OSError):
        log.info("the phone had left already")
