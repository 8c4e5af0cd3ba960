import numpy as np
import pytest

from ivr.speech.audio import Pcm, decode, resample
from ivr.speech.endpoint import FRAME_SECONDS, Endpoint, Endpointer

from .conftest import CLIPS, noise, silence


def speech() -> Pcm:
    return decode((CLIPS / "young_man.wav").read_bytes(), rate=8_000)


def joined(*parts: Pcm) -> Pcm:
    return Pcm(np.concatenate([part.samples for part in parts]), parts[0].rate)


def events(endpointer: Endpointer, pcm: Pcm) -> list[tuple[Endpoint, float]]:
    """Each event with the second in which it came."""
    data = pcm.samples.astype("<i2").tobytes()
    step = endpointer.frame_bytes
    frames = [data[at : at + step] for at in range(0, len(data) - step + 1, step)]
    return [
        (event, number * FRAME_SECONDS)
        for number, frame in enumerate(frames, start=1)
        if (event := endpointer.feed(frame)) is not None
    ]


def test_an_utterance_begins_and_ends() -> None:
    found = events(Endpointer(), joined(silence(1), speech(), silence(3)))
    assert [event for event, _ in found] == [Endpoint.SPEECH_STARTED, Endpoint.SPEECH_ENDED]
    started, ended = (second for _, second in found)
    assert 1.0 <= started <= 1.6
    assert 1 + speech().seconds + 0.5 <= ended <= 1 + speech().seconds + 1.6


@pytest.mark.parametrize("rate", [16_000, 32_000, 48_000])
def test_other_rates_hear_the_same(rate: int) -> None:
    found = events(Endpointer(rate=rate), resample(joined(silence(1), speech(), silence(3)), rate))
    assert [event for event, _ in found] == [Endpoint.SPEECH_STARTED, Endpoint.SPEECH_ENDED]


def test_a_breath_between_words_does_not_end_it() -> None:
    found = events(Endpointer(), joined(speech(), silence(1.0), speech(), silence(2)))
    assert [event for event, _ in found] == [Endpoint.SPEECH_STARTED, Endpoint.SPEECH_ENDED]
    assert found[1][1] > 2 * speech().seconds


def test_saying_nothing_gives_up_after_the_time_set() -> None:
    ((event, second),) = events(Endpointer(no_input=2), silence(5))
    assert event == Endpoint.NO_INPUT
    assert second == pytest.approx(2.0)


def test_a_faint_line_is_nothing_said() -> None:
    assert [event for event, _ in events(Endpointer(no_input=2), noise(5, 0.0005))] == [Endpoint.NO_INPUT]


def test_a_click_is_not_speech() -> None:
    click = Pcm(np.tile(np.array([30_000, -30_000], np.int16), 80), 8_000)
    found = events(Endpointer(no_input=3), joined(silence(1), click, silence(4)))
    assert [event for event, _ in found] == [Endpoint.NO_INPUT]


def test_an_endless_utterance_is_cut() -> None:
    endless = joined(*[speech()] * 4)
    found = events(Endpointer(longest=5), endless)
    assert [event for event, _ in found] == [Endpoint.SPEECH_STARTED, Endpoint.TOO_LONG]
    assert found[1][1] - found[0][1] == pytest.approx(5)


def test_after_the_end_there_is_nothing_more() -> None:
    endpointer = Endpointer(no_input=0.1)
    assert [event for event, _ in events(endpointer, silence(1))] == [Endpoint.NO_INPUT]
    assert not endpointer.speaking
    assert events(endpointer, speech()) == []


def test_speaking_is_between_start_and_end() -> None:
    endpointer = Endpointer()
    states = [endpointer.speaking]
    for heard in (speech(), silence(2)):
        events(endpointer, heard)
        states.append(endpointer.speaking)
    assert states == [False, True, False]


def test_frames_of_another_length_and_odd_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="320 bytes"):
        Endpointer().feed(b"\x00" * 100)
    with pytest.raises(ValueError, match="44100"):
        Endpointer(rate=44_100)
