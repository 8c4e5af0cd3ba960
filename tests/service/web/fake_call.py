"""A phone, a web process and a clock of the test's own, for playing voice pages: nothing here waits."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ivr.messages import TurnKind
from ivr.rendering.page import Awaited, AwaitUtterance, HangUp, Spoken, VoicePage
from ivr.speech import mulaw
from service.web.media_messages import FRAME, RATE, SILENT, Message, parse
from service.web.voice_player import Gone, VoicePlayer, WebDown

SECOND = SILENT * RATE


def key(digit: str) -> Message:
    return parse(f'{{"event": "dtmf", "dtmf": {{"digit": "{digit}"}}}}')


def sound(frame: bytes) -> Message:
    return parse(f'{{"event": "media", "media": {{"payload": "{base64.b64encode(frame).decode()}"}}}}')


def mark(name: str) -> Message:
    return parse(f'{{"event": "mark", "mark": {{"name": "{name}"}}}}')


STOP = parse('{"event": "stop"}')


def loud(seconds: float) -> bytes:
    """A buzz with a voice's harmonics, which webrtcvad takes for speech."""
    at = np.arange(int(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * 140 * n * at) / n for n in range(1, 20)) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))
    return mulaw.encode((6000 * wave).astype(np.int16))


@dataclass
class FakePhone:
    """A browser that plays at once what it gets; ``events`` come at their moments. Receiving moves the clock."""

    now: float = 0.0
    events: list[tuple[float, Message]] = field(default_factory=list)
    sent: list[Mapping[str, object]] = field(default_factory=list)
    on_state: dict[str, Callable[[], None]] = field(default_factory=dict)
    echoes: bool = True
    gone_at: float = float("inf")

    def monotonic(self) -> float:
        return self.now

    def send(self, message: Mapping[str, object]) -> None:
        if self.now >= self.gone_at:
            raise Gone
        self.sent.append(message)
        if message["event"] == "mark" and self.echoes:
            self.at(self.played, mark(message["mark"]["name"]))  # type: ignore[index]
        if message["event"] == "state" and (hook := self.on_state.pop(str(message["state"]), None)):
            hook()

    @property
    def played(self) -> float:
        return max(self.now, sum(1 for message in self.sent if message["event"] == "media") * 0.02)

    def receive(self, seconds: float) -> Message | None:
        until = min(self.now + seconds, self.gone_at)
        if self.events and self.events[0][0] <= until:
            moment, message = self.events.pop(0)
            self.now = max(self.now, moment)
            return message
        self.now = until
        if self.now >= self.gone_at:
            raise Gone
        return None

    def at(self, moment: float, *messages: Message) -> None:
        self.events += [(moment, message) for message in messages]
        self.events.sort(key=lambda event: event[0])

    def soon(self, *messages: Message) -> Callable[[], None]:
        return lambda: self.at(self.now + 0.1, *messages)

    def speak(self, audio: bytes) -> None:
        for n in range(0, len(audio), FRAME):
            self.at(self.now + (n + FRAME) / RATE, sound(audio[n : n + FRAME]))

    def count(self, event: str) -> int:
        return sum(1 for message in self.sent if message["event"] == event)

    def states(self) -> list[object]:
        return [message["state"] for message in self.sent if message["event"] == "state"]


@dataclass
class FakeWeb:
    """Gives its pages in order, then hangs up."""

    pages: list[VoicePage]
    turns: list[tuple[int, TurnKind, str, str]] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    looks: int = 0
    transcribed_after: int = 3
    down_at: int = -1

    def turn(self, number: int, kind: TurnKind, keys: str, recording_id: str) -> VoicePage:
        self.turns.append((number, kind, keys, recording_id))
        if number == self.down_at:
            raise WebDown("down")
        return self.pages.pop(0) if self.pages else page(HangUp())

    def keep(self, sound: bytes) -> str:
        self.kept.append(sound)
        return f"rec-{len(self.kept)}"

    def transcribed(self, recording_id: str) -> bool:
        assert recording_id == f"rec-{len(self.kept)}"
        self.looks += 1
        return self.looks > self.transcribed_after

    @property
    def answers(self) -> list[tuple[TurnKind, str, str]]:
        """The turns after the first one."""
        return [(kind, keys, recording) for _, kind, keys, recording in self.turns[1:]]


def page(then: Awaited, *texts: str, barge_in: bool = True) -> VoicePage:
    return VoicePage(tuple(Spoken(text, "nl") for text in texts), then, barge_in)


def play(phone: FakePhone, web: FakeWeb, voice: Callable[[Spoken], bytes] = lambda spoken: SECOND) -> None:
    VoicePlayer(phone, web, "s1", voice=voice, monotonic=phone.monotonic).play_call()


def recorded(speech: Sequence[bytes], *, longest: int = 60) -> tuple[FakePhone, FakeWeb]:
    phone, web = FakePhone(), FakeWeb([page(AwaitUtterance(longest=longest), "Zeg het maar")])
    phone.on_state["recording"] = lambda: phone.speak(b"".join(speech))
    play(phone, web)
    return phone, web
