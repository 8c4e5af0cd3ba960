"""The player of voice pages, with a phone, a web process and a clock of the test's own."""

import base64
from collections.abc import Mapping

import pytest

from ivr.messages import TurnKind
from ivr.rendering.page import AwaitKeys, AwaitTranscript, AwaitUtterance, HangUp, Spoken, VoicePage
from service.web.media_messages import FRAME, RATE, SILENT, BadMessage, Message
from service.web.utterance import beep
from service.web.voice_player import LONGEST_CALL, MOST_KEYS, MOST_TURNS, TooLong
from tests.service.web.fake_call import SECOND, STOP, FakePhone, FakeWeb, key, loud, page, play, recorded, sound


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
        with pytest.raises(TooLong):
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

    def test_a_trickle_of_audio_is_waited_for_no_longer_than_for_the_longest_utterance(self) -> None:
        phone, web = FakePhone(), FakeWeb([page(AwaitUtterance(longest=10))])

        def trickle() -> None:
            phone.speak(loud(2))
            for n in range(100):
                phone.at(phone.now + 2 + n, sound(loud(0.02)))

        phone.on_state["recording"] = trickle
        play(phone, web)
        assert web.answers == [(TurnKind.RECORDING, "", "rec-1")]
        assert phone.now < 22

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
        with pytest.raises(TooLong):
            play(phone, web)
        assert phone.now == pytest.approx(LONGEST_CALL, abs=1)
        assert web.turns[-1][1] is TurnKind.HANG_UP

    def test_a_phone_that_takes_slowly_what_it_is_sent_has_no_longer_call(self) -> None:
        class Slow(FakePhone):
            def send(self, message: Mapping[str, object]) -> None:
                self.now += 9
                super().send(message)

        phone, web = Slow(), FakeWeb([page(AwaitKeys(), "Kies")])
        with pytest.raises(TooLong):
            play(phone, web, lambda spoken: SECOND * 60)
        assert phone.now < LONGEST_CALL + 10
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
