"""Speaking texts with espeak-ng, for the web phone and wherever nobody has recorded a prompt."""

import hashlib
import os
import re
import subprocess
import tempfile
from itertools import islice
from pathlib import Path

import numpy as np

from ivr.locale import locales
from ivr.speech.audio import AudioError, Pcm, decode, resample, to_wav

WORDS_A_MINUTE = 130  # at most
_SPEED = 150  # espeak-ng's own measure, by which languages of short words come out faster
_SLOWEST_SPEED = 80
_SECONDS_TO_SPEAK = 20.0
_NOTHING_SECONDS = 0.2
_MOST_CACHED = 2_000
# Control characters and [[…]] are commands to espeak-ng; text between < and > is markup left over.
_UNSPEAKABLE = re.compile(r"<[^<>]*>|\[\[|\]\]|[\x00-\x1f\x7f-\x9f]")


class SynthesisError(RuntimeError):
    """The text can't be spoken; the message says what to do."""


def synthesise(text: str, locale: str, rate: int = 8_000, cache: Path | None = None) -> Pcm:
    """``text`` spoken in the language ``locale`` (its code), at no more than 130 words a minute.

    With a folder ``cache`` a text is spoken once and kept there; the least recently used go when it grows over 2,000
    files. A text of nothing is a moment of silence. Raises SynthesisError when espeak-ng is missing or fails.
    """
    if locale not in locales():
        raise SynthesisError(f"there is no voice for the language {locale!r}")
    voice = locales()[locale].espeak
    words = " ".join(_UNSPEAKABLE.sub(" ", text.encode("utf-8", "ignore").decode()).split())
    if not words:
        return Pcm(np.zeros(int(_NOTHING_SECONDS * rate), np.int16), rate)
    if cache is None:
        return _spoken(words, voice, rate)
    name = hashlib.sha256(f"{voice}|{WORDS_A_MINUTE}|{rate}|{words}".encode()).hexdigest()
    file = cache / f"{name}.wav"
    try:
        pcm = decode(file.read_bytes(), rate)
        os.utime(file)
    except (FileNotFoundError, AudioError):
        pcm = _spoken(words, voice, rate)
        _keep(file, to_wav(pcm))
    return pcm


def _spoken(words: str, voice: str, rate: int) -> Pcm:
    speed = _SPEED
    pcm = _at_speed(words, voice, speed)
    while (pace := len(words.split()) * 60 / pcm.seconds) > WORDS_A_MINUTE and speed > _SLOWEST_SPEED:
        speed = max(_SLOWEST_SPEED, int(speed * WORDS_A_MINUTE / pace))
        pcm = _at_speed(words, voice, speed)
    return resample(pcm, rate)


def _at_speed(words: str, voice: str, speed: int) -> Pcm:
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-b", "1", "--stdin", "--stdout"]
    try:
        done = subprocess.run(command, input=words.encode(), capture_output=True, timeout=_SECONDS_TO_SPEAK, check=True)
        return decode(done.stdout)
    except FileNotFoundError as error:
        raise SynthesisError("espeak-ng is not installed: run `apt-get install espeak-ng`") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode("utf-8", "replace").strip()
        raise SynthesisError(f"espeak-ng has no voice {voice!r} or failed: {reason}") from error
    except (subprocess.TimeoutExpired, AudioError) as error:
        raise SynthesisError(f"espeak-ng spoke nothing: {error}") from error


def _keep(file: Path, data: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # it says back what residents told
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as temporary:
        temporary.write(data)
    Path(temporary.name).replace(file)
    oldest_last = sorted(file.parent.glob("*.wav"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in islice(oldest_last, _MOST_CACHED, None):
        old.unlink(missing_ok=True)
