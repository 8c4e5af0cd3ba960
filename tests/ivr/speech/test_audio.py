import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.speech.audio import AudioError, Pcm, decode, resample, to_wav

from .conftest import CLIPS, hum, silence


def tone(seconds: float = 1.0, rate: int = 16_000) -> Pcm:
    time = np.arange(int(seconds * rate)) / rate
    return Pcm((10_000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16), rate)


def encoded(container: str, codec: str, pcm: Pcm, rate: int) -> bytes:
    """``pcm`` as a file that FFmpeg wrote."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, AudioStream)
        source = resample(pcm, rate)
        frame = av.AudioFrame.from_ndarray(source.samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="mono", rate=rate, frame_size=stream.codec_context.frame_size
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file.getvalue()


def loudest_frequency(pcm: Pcm) -> float:
    return float(np.abs(np.fft.rfft(pcm.samples)).argmax()) * pcm.rate / len(pcm.samples)


FORMATS = [
    ("wav", "pcm_s16le", 8_000),
    ("wav", "pcm_mulaw", 8_000),
    ("wav", "pcm_alaw", 8_000),
    ("wav", "pcm_s16le", 44_100),
    ("flac", "flac", 16_000),
    ("ogg", "libopus", 48_000),
    ("webm", "libopus", 48_000),
    ("mp3", "libmp3lame", 22_050),
]


@pytest.mark.parametrize(("container", "codec", "rate"), FORMATS)
def test_a_tone_comes_through_each_format(container: str, codec: str, rate: int) -> None:
    pcm = decode(encoded(container, codec, tone(), rate))
    assert pcm.rate == 16_000
    assert pcm.samples.dtype == np.int16
    assert pcm.seconds == pytest.approx(1.0, abs=0.1)
    assert loudest_frequency(pcm) == pytest.approx(440, abs=3)


def test_a_wav_comes_back_sample_for_sample() -> None:
    assert np.array_equal(decode(to_wav(tone())).samples, tone().samples)


def test_mp3_without_tags_is_known_by_its_first_frame() -> None:
    data = encoded("mp3", "libmp3lame", tone(), 22_050)
    assert decode(data[data.index(b"\xff\xf3") :]).seconds == pytest.approx(1.0, abs=0.1)


def test_the_rate_is_the_callers_choice() -> None:
    assert decode(to_wav(tone()), rate=8_000).rate == 8_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "no audio file"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret\n", "no audio file"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "no audio file"),
        (b"RIFF", "damaged"),
        (b"RIFF\x00\x00\x00\x00WAVE", "damaged"),
        (b"fLaC" + b"\x00" * 100, "damaged|empty"),
        (b"\x1a\x45\xdf\xa3" + b"\xff" * 100, "damaged"),
        (to_wav(Pcm(np.zeros(0, np.int16), 8_000)), "empty"),
    ],
)
def test_what_is_no_audio_is_refused_in_plain_words(data: bytes, reason: str) -> None:
    with pytest.raises(AudioError, match=reason):
        decode(data)


def test_too_long_is_refused_and_just_long_enough_is_not() -> None:
    wav = to_wav(silence(3))
    assert decode(wav, longest=3).seconds == 3
    with pytest.raises(AudioError, match="longer than 2 seconds"):
        decode(wav, longest=2)


def test_five_minutes_pack_into_little_but_are_still_too_long() -> None:
    with pytest.raises(AudioError, match="longer than 330 seconds"):
        decode(encoded("flac", "flac", silence(331), 8_000))


@pytest.mark.parametrize("rate", [1, 100, 2_000_000_000])
def test_an_absurd_rate_is_refused(rate: int) -> None:
    with pytest.raises(AudioError):
        decode(to_wav(Pcm(np.zeros(1_000, np.int16), rate)))


def test_a_recording_cut_short_keeps_what_there_is() -> None:
    wav = to_wav(tone())
    assert decode(wav[: len(wav) // 2]).seconds == pytest.approx(0.5, abs=0.05)


SEEDS = [encoded(container, codec, tone(0.2), rate) for container, codec, rate in FORMATS]
SEEDS.append((CLIPS / "amiable.wav").read_bytes()[:4_000])
MAGICS = (b"RIFF", b"RIFF\xff\xff\xff\xffWAVEfmt ", b"fLaC", b"OggS", b"\x1a\x45\xdf\xa3", b"ID3", b"\xff\xfb", b"")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real file with bytes overwritten, and cut off."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 12))):
        at = draw(st.integers(0, min(len(data) - 1, draw(st.sampled_from([64, 100_000])))))
        data[at] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(1, len(data)))])


def takes_or_refuses(data: bytes) -> None:
    try:
        pcm = decode(data, longest=5)
    except AudioError:
        return
    assert pcm.rate == 16_000
    assert 0 < pcm.seconds <= 5


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_damaged_files_are_taken_or_refused(data: bytes) -> None:
    takes_or_refuses(data)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MAGICS), st.binary(max_size=400))
def test_hostile_bytes_are_taken_or_refused(magic: bytes, rest: bytes) -> None:
    takes_or_refuses(magic + rest)


def test_resampling_keeps_pitch_and_length() -> None:
    there = resample(tone(), 8_000)
    assert there.seconds == pytest.approx(1.0, abs=0.01)
    assert loudest_frequency(there) == pytest.approx(440, abs=2)
    back = resample(hum(1), 16_000)
    assert back.rate == 16_000
    assert len(resample(Pcm(np.zeros(0, np.int16), 8_000), 16_000).samples) == 0


def test_the_clips_are_telephone_audio() -> None:
    for name in ("young_man.wav", "amiable.wav"):
        assert decode(Path(CLIPS / name).read_bytes(), rate=8_000).seconds > 2
