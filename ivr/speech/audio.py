"""Audio as recognition and telephony want it: 16-bit mono samples, WAV and mu-law."""

import io
import wave
from collections.abc import Iterator
from dataclasses import dataclass

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

LONGEST_SECONDS = 330.0
_RATES = range(4_000, 192_001)

# The container is named by the file's first bytes and never guessed: FFmpeg's own guess includes playlists, which
# would make it read other files and addresses.
_CONTAINERS = (
    (b"RIFF", "wav"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"ID3", "mp3"),
)
_CODECS = frozenset(
    {"pcm_s16le", "pcm_u8", "pcm_mulaw", "pcm_alaw", "pcm_s24le", "pcm_s32le", "pcm_f32le"}
    | {"flac", "opus", "libopus", "vorbis", "mp3", "mp3float"}
)


class AudioError(ValueError):
    """The bytes are not audio that we take: no audio, damaged, empty or too long."""


@dataclass(frozen=True, slots=True, eq=False)
class Pcm:
    """Mono audio: ``samples`` are int16, ``rate`` of them a second."""

    samples: NDArray[np.int16]
    rate: int

    @property
    def seconds(self) -> float:
        """The length of the audio."""
        return len(self.samples) / self.rate


def decode(data: bytes, rate: int = 16_000, longest: float = LONGEST_SECONDS) -> Pcm:
    """The audio in a WAV (PCM, A-law, mu-law), FLAC, Ogg, WebM or MP3 file, as mono at ``rate`` samples a second.

    Raises AudioError for anything else, for damaged files and for audio that is empty or over ``longest`` seconds.
    """
    container = _container(data)
    most = int(longest * rate)
    parts: list[NDArray[np.int16]] = []
    taken = 0
    try:
        for part in _decoded(data, container, rate):
            taken += len(part)
            if taken > most:
                raise AudioError(f"the audio is longer than {longest:g} seconds")
            parts.append(part)
    except AudioError:
        raise
    except (av.FFmpegError, ValueError, OverflowError, IndexError, EOFError) as error:
        raise AudioError(f"the audio is damaged: {error}") from error
    if taken == 0:
        raise AudioError("the audio is empty")
    return Pcm(np.concatenate(parts), rate)


def _container(data: bytes) -> str:
    if not data:
        raise AudioError("the audio is empty")
    for magic, name in _CONTAINERS:
        if data.startswith(magic):
            return name
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:  # an MPEG frame without ID3 before it
        return "mp3"
    raise AudioError("this is no audio file that we know (WAV, FLAC, Ogg, WebM, MP3)")


def _decoded(data: bytes, container: str, rate: int) -> Iterator[NDArray[np.int16]]:
    resampler = AudioResampler(format="s16", layout="mono", rate=rate)
    with av.open(io.BytesIO(data), mode="r", format=container, metadata_errors="ignore") as source:
        if not source.streams.audio:
            raise AudioError("the file has no sound in it")
        stream = source.streams.audio[0]
        codec = stream.codec_context  # none where FFmpeg knows no decoder
        if codec is None or codec.name not in _CODECS or codec.sample_rate not in _RATES:
            raise AudioError("sound of this kind is not taken")
        for frame in source.decode(stream):
            if frame.sample_rate not in _RATES:
                raise AudioError(f"{frame.sample_rate} samples a second are not taken")
            yield from _samples(resampler.resample(frame))
    yield from _samples(resampler.resample(None))


def _samples(frames: list[AudioFrame]) -> Iterator[NDArray[np.int16]]:
    for frame in frames:
        yield frame.to_ndarray().reshape(-1).astype(np.int16, copy=False)


def resample(pcm: Pcm, rate: int) -> Pcm:
    """The same audio at ``rate`` samples a second."""
    if rate == pcm.rate or not len(pcm.samples):
        return Pcm(pcm.samples, rate)
    frame = AudioFrame.from_ndarray(pcm.samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = pcm.rate
    resampler = AudioResampler(format="s16", layout="mono", rate=rate)
    parts = [*_samples(resampler.resample(frame)), *_samples(resampler.resample(None))]
    return Pcm(np.concatenate(parts) if parts else np.zeros(0, np.int16), rate)


def to_wav(pcm: Pcm) -> bytes:
    """The audio as a WAV file of 16-bit PCM."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(pcm.rate)
        writer.writeframes(pcm.samples.astype("<i2").tobytes())
    return file.getvalue()
