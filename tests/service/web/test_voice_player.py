"""The player of voice pages, with a phone, a web process and a clock of the test's own: nothing here waits."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from ivr.messages import TurnKind
from ivr.rendering.page import Awaited, AwaitKeys, AwaitTranscript, AwaitUtterance, HangUp, Spoken, VoicePage
from ivr.speech import mulaw
from service.web.media_messages import FRAME, RATE, SILENT, BadMessage, Message, parse
from service.web.utterance import beep
from service.web.voice_player import LONGEST_CALL, MOST_KEYS, MOST_TURNS, Gone, VoicePlayer, WebDown

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


class TestSpeaking:
    def test_prompts_go_out_as_captions_and_frames_of_20_ms(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(HangUp(), "Dag", "Tot ziens")])
        play(phone, web)
        assert [message["text"] for message in phone.sent if message["event"] == "caption"] == ["Dag", "Tot ziens"]
        assert phone.count("media") == 100
        assert phone.states() == ["speaking", "ended"]
        assert web.turns == [(0, TurnKind.START, "", "")]

    def test_captions_name_their_language_and_direction(self) -> None:
        phone, web = FakePhone(), FakeWeb([VoicePage((Spoken("مرحبا", "ar"),), HangUp())])
        play(phone, web)
        assert {"event": "caption", "text": "مرحبا", "locale": "ar", "direction": "rtl"} in phone.sent

    def test_audio_is_sent_slightly_ahead_of_real_time(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(), "Eén", "Twee", "Drie")])
        phone.at(1.0, key("1"))
        play(phone, web)
        assert 50 <= phone.count("media") <= 72
        assert phone.count("clear") == 1

    def test_a_phone_that_never_says_that_it_has_played_is_not_waited_for_long(self) -> None:
        phone, web = FakePhone(echoes=False), FakeWeb([page(HangUp(), "Dag")])
        play(phone, web)
        assert phone.now == pytest.approx(2.5, abs=0.1)

    def test_a_prompt_without_a_voice_is_still_shown(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(HangUp(), "Dag")])
        play(phone, web, voice=lambda spoken: b"")
        assert phone.count("caption") == 1
        assert phone.count("media") == 0

    def test_the_last_frame_is_a_whole_one(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(HangUp(), "Dag")])
        play(phone, web, voice=lambda spoken: b"\x00" * (FRAME + 1))
        last = [message for message in phone.sent if message["event"] == "media"][-1]
        assert base64.b64decode(last["media"]["payload"]) == b"\x00" + SILENT * (FRAME - 1)  # type: ignore[index]


class TestKeys:
    def test_a_key_interrupts_and_counts(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(), "Kies")])
        phone.at(0.3, key("7"))
        play(phone, web)
        assert web.answers == [(TurnKind.KEYS, "7", "")]

    def test_keys_are_dropped_where_nothing_may_interrupt(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(), "Bel 112", barge_in=False)])
        phone.at(0.3, key("1"))
        phone.on_state["listening_keys"] = phone.soon(key("2"))
        play(phone, web)
        assert phone.count("clear") == 0
        assert phone.count("media") == 50
        assert web.answers == [(TurnKind.KEYS, "2", "")]

    @pytest.mark.parametrize(
        ("awaited", "pressed", "keys"),
        [
            (AwaitKeys(digits=1), "*", "*"),
            (AwaitKeys(digits=1), "#", "#"),
            (AwaitKeys(digits=3), "1#2", "1#2"),
            (AwaitKeys(digits=0), "12#", "12"),
            (AwaitKeys(digits=0), "#", ""),
            (AwaitKeys(digits=0), "12", "12"),
        ],
    )
    def test_entry(self, awaited: AwaitKeys, pressed: str, keys: str) -> None:
        phone, web = FakePhone(), FakeWeb([page(awaited)])
        phone.on_state["listening_keys"] = phone.soon(*map(key, pressed))
        play(phone, web)
        assert web.answers == [(TurnKind.KEYS, keys, "")]

    def test_no_key_within_the_timeout_is_no_input(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(timeout=8))])
        play(phone, web)
        assert web.answers == [(TurnKind.NO_INPUT, "", "")]
        assert phone.now == pytest.approx(8.0, abs=0.1)

    def test_the_timeout_runs_from_the_last_key(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(digits=0, timeout=8))])
        phone.at(7.0, key("1"))
        phone.at(14.0, key("2"))
        play(phone, web)
        assert web.answers == [(TurnKind.KEYS, "12", "")]
        assert phone.now == pytest.approx(22.0, abs=0.1)

    def test_an_entry_of_too_many_keys_is_cut(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(digits=0))])
        phone.on_state["listening_keys"] = phone.soon(*[key("5")] * 5000)
        play(phone, web)
        assert web.answers == [(TurnKind.KEYS, "5" * MOST_KEYS, "")]

    def test_a_storm_of_keys_ends_after_a_bounded_number_of_turns(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys())] * 5000)
        phone.at(0.0, *[key("1")] * 20_000)
        play(phone, web)
        assert len(web.turns) == MOST_TURNS + 1
        assert web.turns[-1][1] is TurnKind.HANG_UP


class TestUtterances:
    def test_silence_of_one_and_a_half_seconds_ends_what_was_said(self) -> None:
        phone, web = recorded([SECOND, loud(2), SECOND * 10])
        assert web.answers == [(TurnKind.RECORDING, "", "rec-1")]
        assert len(web.kept[0]) / RATE == pytest.approx(4.5, abs=0.3)
        assert phone.states() == ["speaking", "recording", "thinking", "speaking", "ended"]

    def test_a_beep_comes_first(self) -> None:
        phone, _ = recorded([loud(1), SECOND * 3])
        frames = [base64.b64decode(m["media"]["payload"]) for m in phone.sent if m["event"] == "media"]  # type: ignore[index]
        assert b"".join(frames).endswith(beep())

    def test_hash_ends_what_was_said_at_once(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitUtterance())])

        def speak() -> None:
            phone.speak(loud(2))
            phone.at(phone.now + 1.0, key("#"))

        phone.on_state["recording"] = speak
        play(phone, web)
        assert web.answers == [(TurnKind.RECORDING, "", "rec-1")]
        assert len(web.kept[0]) / RATE == pytest.approx(1.0, abs=0.05)

    @pytest.mark.parametrize(("speech", "recording"), [(b"", ""), (loud(2), "rec-1")])
    def test_another_key_counts_with_what_was_said_before_it(self, speech: bytes, recording: str) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitUtterance())])

        def speak() -> None:
            phone.speak(speech)
            phone.at(phone.now + 2.5, key("1"))

        phone.on_state["recording"] = speak
        play(phone, web)
        assert web.answers == [(TurnKind.KEYS, "1", recording)]

    @pytest.mark.parametrize("audio", [SECOND * 20, b""])
    def test_nothing_heard_for_eight_seconds_is_no_input(self, audio: bytes) -> None:
        phone, web = recorded([audio])
        assert web.answers == [(TurnKind.NO_INPUT, "", "")]
        assert web.kept == []
        assert phone.now < 10

    def test_a_microphone_that_stops_is_silent(self) -> None:
        phone, web = recorded([loud(2)])
        assert web.answers == [(TurnKind.RECORDING, "", "rec-1")]
        assert phone.now < 7

    def test_the_longest_utterance_ends_by_itself(self) -> None:
        _, web = recorded([loud(30)], longest=10)
        assert web.answers == [(TurnKind.RECORDING, "", "rec-1")]
        assert len(web.kept[0]) / RATE < 12

    def test_a_flood_of_audio_is_kept_no_longer_than_the_longest_utterance(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitUtterance(longest=10))])
        phone.on_state["recording"] = phone.soon(*[sound(loud(0.2))] * 5000)
        play(phone, web)
        assert len(web.kept[0]) / RATE < 12

    def test_odd_lengths_are_cut_into_frames(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitUtterance())])
        audio = loud(2) + SECOND * 3

        def speak() -> None:
            for n in range(0, len(audio), 77):
                phone.at(phone.now + n / RATE, sound(audio[n : n + 77]))

        phone.on_state["recording"] = speak
        play(phone, web)
        assert web.answers == [(TurnKind.RECORDING, "", "rec-1")]

    def test_nothing_is_kept_of_what_is_said_while_nobody_asked(self) -> None:
        phone = FakePhone()
        web = FakeWeb([page(AwaitKeys(), "Mogen wij opnemen?", barge_in=False), page(AwaitTranscript())])
        phone.speak(loud(5))
        play(phone, web)
        assert web.kept == []

    def test_a_key_during_the_prompt_counts_without_a_recording(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitUtterance(), "Zeg het maar")])
        phone.at(0.3, key("0"))
        play(phone, web)
        assert web.answers == [(TurnKind.KEYS, "0", "")]
        assert "recording" not in phone.states()


class TestTranscripts:
    def pages(self) -> FakeWeb:
        return FakeWeb([page(AwaitUtterance()), page(AwaitTranscript(pause=2))])

    def test_the_line_comes_back_as_soon_as_the_transcript_is_there(self) -> None:
        phone, web = FakePhone(), self.pages()
        phone.on_state["recording"] = lambda: phone.speak(loud(1) + SECOND * 2)
        before = []
        phone.on_state["thinking"] = lambda: before.append(phone.now)
        play(phone, web)
        assert web.answers == [(TurnKind.RECORDING, "", "rec-1"), (TurnKind.WAITING, "", "")]
        assert web.looks == 4

    def test_it_comes_back_after_the_pause_in_any_case(self) -> None:
        phone, web = FakePhone(), self.pages()
        web.transcribed_after = 1000
        phone.on_state["recording"] = lambda: phone.speak(loud(1) + SECOND * 2)
        play(phone, web)
        assert web.answers[-1] == (TurnKind.WAITING, "", "")
        assert web.looks == 8


class TestEnds:
    def test_hanging_up_is_told_with_the_next_number(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(), "Kies")])
        phone.at(0.5, STOP)
        play(phone, web)
        assert web.turns[1:] == [(1, TurnKind.HANG_UP, "", "")]

    def test_a_closed_socket_is_told(self) -> None:
        phone, web = FakePhone(gone_at=0.5), FakeWeb([page(AwaitKeys(), "Kies")])
        play(phone, web)
        assert web.turns[-1][1] is TurnKind.HANG_UP

    def test_the_longest_call_ends(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(timeout=60))] * 100)
        play(phone, web)
        assert phone.now == pytest.approx(LONGEST_CALL, abs=1)
        assert web.turns[-1][1] is TurnKind.HANG_UP

    def test_a_bad_message_ends_the_call_and_is_told(self) -> None:
        class Odd(FakePhone):
            def receive(self, seconds: float) -> Message | None:
                raise BadMessage("odd")

        web = FakeWeb([page(AwaitKeys())])
        with pytest.raises(BadMessage):
            play(Odd(), web)
        assert web.turns[-1][1] is TurnKind.HANG_UP

    def test_a_web_process_that_is_down_is_apologised_for_with_112(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitKeys(), "Kies")], down_at=1)
        play(phone, web)
        said = [str(message["text"]) for message in phone.sent if message["event"] == "caption"]
        assert "1 1 2" in said[-1]
        assert phone.states()[-1] == "ended"
