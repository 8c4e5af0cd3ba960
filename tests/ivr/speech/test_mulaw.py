import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from ivr.speech import mulaw

EVERY_SAMPLE = np.arange(-32_768, 32_768).astype(np.int16)
EVERY_CODE = bytes(range(256))


def ffmpeg_codes() -> bytes:
    codec = AudioCodecContext.create("pcm_mulaw", "w")
    codec.sample_rate, codec.layout, codec.format = 8_000, "mono", "s16"
    frame = av.AudioFrame.from_ndarray(EVERY_SAMPLE.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = 8_000
    return b"".join(bytes(packet) for packet in codec.encode(frame))


def ffmpeg_samples() -> NDArray[np.int16]:
    codec = AudioCodecContext.create("pcm_mulaw", "r")
    codec.sample_rate, codec.layout = 8_000, "mono"
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in codec.decode(av.Packet(EVERY_CODE))])


def test_every_code_means_what_ffmpeg_takes_it_for() -> None:
    assert np.array_equal(mulaw.decode(EVERY_CODE), ffmpeg_samples())


def test_every_sample_gets_ffmpegs_code_or_its_neighbour() -> None:
    # Where two segments meet, the standard decides at the segment's edge and FFmpeg halfway between two codes.
    ours = np.frombuffer(mulaw.encode(EVERY_SAMPLE), np.uint8).astype(int)
    theirs = np.frombuffer(ffmpeg_codes(), np.uint8).astype(int)
    different = ours != theirs
    assert np.abs(ours - theirs).max() <= 1
    assert different.sum() == 512
    for sample in np.abs(EVERY_SAMPLE[different].astype(int)):
        assert any(-4 < sample - 4 * (2**k - 33) < 2 ** (k - 5) + 4 for k in range(6, 13))


def test_every_code_survives_decoding_and_encoding() -> None:
    again = mulaw.encode(mulaw.decode(EVERY_CODE))
    assert again == bytes(0xFF if code == 0x7F else code for code in EVERY_CODE)  # minus nought is nought


def test_silence_is_silent() -> None:
    assert mulaw.encode(np.zeros(1, np.int16))[0] == mulaw.SILENCE
    assert mulaw.decode(bytes([mulaw.SILENCE]))[0] == 0
