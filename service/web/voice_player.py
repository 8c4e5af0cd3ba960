"""Plays the voice pages of one call of the web phone: says the prompts, then awaits keys, speech or a transcript.

It knows neither sockets nor HTTP nor the time of day: those are given to it. It waits only by receiving.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.catalogue import catalogue
from ivr.locale import locales
from ivr.messages import TurnKind
from ivr.rendering.page import AwaitKeys, AwaitTranscript, AwaitUtterance, HangUp, Spoken, VoicePage
from service.web import media_messages as messages
from service.web.media_messages import (
    FRAME,
    RATE,
    SILENT,
    BadMessage,
    Connected,
    Key,
    Mark,
    Media,
    Message,
    Start,
    Stop,
)
from service.web.utterance import Utterance, beep

LEAD = 0.4
"""Seconds that audio is sent ahead of being played; what a key interrupts has been sent already by that much."""

LATE = 1.5
"""Seconds that a phone may be late in telling that it has played everything."""

POLL = 0.25
"""Seconds between looks for a transcript."""

LONGEST_CALL = 600.0
"""Seconds."""

MOST_TURNS = 200
MOST_KEYS = 20
"""Keys of one entry; the rest of the house numbers, codes and street names of this world are shorter."""

log = logging.getLogger(__name__)


class Gone(Exception):
    """The phone has hung up."""


class TooLong(Exception):
    """The call has lasted for too long, or taken too many turns."""


class WebDown(Exception):
    """The web process gives no answer, or none that can be used."""


class Phone(Protocol):
    """The browser's end of the socket."""

    def send(self, message: Mapping[str, object]) -> None:
        """Send a message. Raises Gone."""
        ...

    def receive(self, seconds: float) -> Message | None:
        """The next message, None when none comes within ``seconds``. Raises Gone, BadMessage."""
        ...


class WebProcess(Protocol):
    """The web process, which has the database and the conversation."""

    def turn(self, number: int, kind: TurnKind, keys: str, recording_id: str) -> VoicePage:
        """Take the call's turn of that number and give the next page. Raises WebDown."""
        ...

    def keep(self, sound: bytes) -> str:
        """Keep an utterance (mu-law, 8 kHz) and give its id. Raises WebDown."""
        ...

    def transcribed(self, recording_id: str) -> bool:
        """Whether its transcript is there. Raises WebDown."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller did on a page."""

    kind: TurnKind
    keys: str = ""
    recording_id: str = ""


class VoicePlayer:
    """One call. ``voice`` turns a prompt into mu-law audio; ``monotonic`` gives seconds."""

    def __init__(
        self,
        phone: Phone,
        web: WebProcess,
        stream_sid: str,
        *,
        voice: Callable[[Spoken], bytes],
        monotonic: Callable[[], float],
    ) -> None:
        self._phone = phone
        self._web = web
        self._stream_sid = stream_sid
        self._voice = voice
        self._monotonic = monotonic
        self._ends_at = monotonic() + LONGEST_CALL
        self._played_at = monotonic()  # when all that was sent will have been played
        self._turns = 0
        self._marks = 0
        self._locale = next(iter(locales()))
        self._recording_id = ""

    def play_call(self) -> None:
        """Play the call to its end. Whatever ends it before the last page, the line is told that it was hung up.

        Raises BadMessage when the phone sends what is no message, TooLong.
        """
        over = False
        try:
            page = self._turn(Answer(TurnKind.START))
            while True:
                key = self._say(page)
                if isinstance(page.then, HangUp):
                    over = True
                    self._send(messages.state("ended"))
                    return
                page = self._turn(self._await(page, key))
        except WebDown:
            log.exception("the web process does not answer")
            self._apologise()
        except Gone:
            log.info("the phone hung up")
        finally:
            if not over:
                self._hang_up()

    def _turn(self, answer: Answer) -> VoicePage:
        if self._turns >= MOST_TURNS:
            raise TooLong
        number, self._turns = self._turns, self._turns + 1
        return self._web.turn(number, answer.kind, answer.keys, answer.recording_id)

    def _hang_up(self) -> None:
        try:
            self._web.turn(self._turns, TurnKind.HANG_UP, "", "")
        except WebDown:
            log.exception("the web process was not told that a call ended")

    def _apologise(self) -> None:
        text = catalogue(self._locale).text("fault.voice")
        try:
            self._say(VoicePage((Spoken(text, self._locale),), HangUp()))
            self._send(messages.state("ended"))
        except Gone:
            log.info("the phone hung up")

    def _send(self, message: Mapping[str, object]) -> None:
        if self._monotonic() >= self._ends_at:  # a phone that takes slowly what it is sent is never received from
            raise TooLong
        self._phone.send(message)

    def _receive(self, seconds: float) -> Message | None:
        remaining = self._ends_at - self._monotonic()
        if remaining <= 0:
            raise TooLong
        message = self._phone.receive(max(0.0, min(seconds, remaining)))
        if isinstance(message, Stop):
            raise Gone
        if isinstance(message, Connected | Start):
            raise BadMessage("the call has started already")
        return message

    # Speaking.

    def _say(self, page: VoicePage) -> str:
        """Say the prompts; the key that interrupted them, if keys may."""
        self._send(messages.state("speaking"))
        interruptible = page.barge_in and isinstance(page.then, AwaitKeys | AwaitUtterance)
        for spoken in page.prompts:
            self._locale = spoken.locale
            self._send(messages.caption(spoken.text, spoken.locale, locales()[spoken.locale].direction))
            key = self._stream(self._voice(spoken), interruptible=interruptible)
            if key:
                return key
        return self._until_played(interruptible=interruptible)

    def _stream(self, mulaw: bytes, *, interruptible: bool) -> str:
        for at in range(0, len(mulaw), FRAME):
            ahead = max(self._played_at, self._monotonic())
            key = self._until(ahead - LEAD, interruptible=interruptible)
            if key:
                return key
            frame = mulaw[at : at + FRAME].ljust(FRAME, SILENT)
            self._played_at = ahead + FRAME / RATE
            self._send(messages.media(self._stream_sid, frame))
        return ""

    def _until(self, moment: float, *, interruptible: bool, mark: str = "") -> str:
        """Pass the time until a moment or until a mark comes back. The key that interrupted it is given."""
        while (remaining := moment - self._monotonic()) > 0:
            match self._receive(remaining):
                case Key(dtmf=pressed) if interruptible:
                    self._send(messages.clear(self._stream_sid))
                    self._played_at = self._monotonic()
                    return pressed.digit
                case Mark(mark=fields) if fields.name == mark:
                    return ""
        return ""

    def _until_played(self, *, interruptible: bool) -> str:
        self._marks += 1
        name = f"said-{self._marks}"
        self._send(messages.mark(self._stream_sid, name))
        late = max(self._played_at, self._monotonic()) + LATE
        return self._until(late, interruptible=interruptible, mark=name)

    # Listening.

    def _await(self, page: VoicePage, key: str) -> Answer:
        match page.then:
            case AwaitKeys() as keys:
                return self._keys(keys, key)
            case AwaitUtterance(longest=longest):
                return Answer(TurnKind.KEYS, key) if key else self._utterance(longest)
            case AwaitTranscript(pause=pause):
                return self._transcript(pause)
            case HangUp():
                raise AssertionError("nothing is awaited after the last page")

    def _keys(self, awaited: AwaitKeys, first: str) -> Answer:
        """Keys up to the number awaited, or up to #; after a pause those that were pressed."""
        self._send(messages.state("listening_keys"))
        pressed = first
        pause_ends = self._monotonic() + awaited.timeout
        while not self._complete(awaited, pressed):
            remaining = pause_ends - self._monotonic()
            if remaining <= 0:
                break
            message = self._receive(remaining)
            if isinstance(message, Key):
                pressed += message.dtmf.digit
                pause_ends = self._monotonic() + awaited.timeout
        if not pressed:
            return Answer(TurnKind.NO_INPUT)
        return Answer(TurnKind.KEYS, pressed if awaited.digits else pressed.removesuffix("#"))

    @staticmethod
    def _complete(awaited: AwaitKeys, pressed: str) -> bool:
        if awaited.digits:
            return len(pressed) >= awaited.digits
        return pressed.endswith("#") or len(pressed) >= MOST_KEYS

    def _utterance(self, longest: int) -> Answer:
        """Record after the beep. Only here is what the microphone hears looked at, and only this is kept."""
        self._stream(beep(), interruptible=False)
        self._until_played(interruptible=False)
        self._send(messages.state("recording"))
        utterance = Utterance(longest)
        utterance.begin(self._monotonic())
        pressed = ""
        while not (utterance.over or pressed) and (patience := utterance.patience(self._monotonic())) > 0:
            match self._receive(patience):
                case Media(media=sound):
                    utterance.hear(sound.payload, self._monotonic())
                case Key(dtmf=key):
                    pressed = key.digit
        self._send(messages.state("thinking"))
        return self._recorded(utterance, pressed)

    def _recorded(self, utterance: Utterance, pressed: str) -> Answer:
        """# ends what was said; any other key is an entry of its own, with what was said before it."""
        finished = pressed == "#" and utterance.audio
        if not (utterance.heard or finished):
            return Answer(TurnKind.KEYS, pressed) if pressed else Answer(TurnKind.NO_INPUT)
        self._recording_id = self._web.keep(utterance.audio)
        if pressed in ("", "#"):
            return Answer(TurnKind.RECORDING, recording_id=self._recording_id)
        return Answer(TurnKind.KEYS, pressed, self._recording_id)

    def _transcript(self, pause: int) -> Answer:
        """Come back after the pause, or as soon as the transcript is there."""
        self._send(messages.state("thinking"))
        ends = self._monotonic() + pause
        while (remaining := ends - self._monotonic()) > 0:
            if self._recording_id and self._web.transcribed(self._recording_id):
                break
            self._pass(min(POLL, remaining))
        return Answer(TurnKind.WAITING)

    def _pass(self, seconds: float) -> None:
        until = self._monotonic() + seconds
        while (remaining := until - self._monotonic()) > 0:
            self._receive(remaining)
