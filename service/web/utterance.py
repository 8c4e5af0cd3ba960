"""One utterance of a caller: what is heard between the beep and the silence after it."""

from functools import cache

import numpy as np

from ivr.speech import mulaw
from ivr.speech.endpoint import Endpoint, Endpointer
from service.web.media_messages import FRAME, RATE

SILENCE = 1.5
"""Seconds of silence that end an utterance."""

LEADING_SILENCE = 8.0
"""Seconds within which a caller has to begin."""

_OVER = frozenset({Endpoint.SPEECH_ENDED, Endpoint.TOO_LONG, Endpoint.NO_INPUT})


@cache
def beep() -> bytes:
    """A fifth of a second of 1 kHz, with soft ends, as mu-law."""
    seconds = np.arange(RATE // 5) / RATE
    ends = np.clip(np.minimum(seconds, seconds[::-1]) / 0.01, 0, 1)
    return mulaw.encode((8000 * ends * np.sin(2 * np.pi * 1000 * seconds)).astype(np.int16))


class Utterance:
    """At most ``longest`` seconds of speech. Moments are seconds of a clock that never goes back."""

    def __init__(self, longest: float) -> None:
        self.heard = False
        self.over = False
        self._audio = bytearray()
        self._fed = 0
        self._longest = longest
        self._endpointer = Endpointer(RATE, SILENCE, LEADING_SILENCE, longest)
        self._began = self._last = 0.0

    @property
    def audio(self) -> bytes:
        """All that was heard, as mu-law."""
        return bytes(self._audio)

    def begin(self, now: float) -> None:
        """From here the caller may speak."""
        self._began = self._last = now

    def hear(self, sound: bytes, now: float) -> None:
        """A piece of mu-law audio of any length. What comes after the end is not kept."""
        if self.over:
            return
        self._last = now
        self._audio += sound
        while not self.over and self._fed + FRAME <= len(self._audio):
            frame = mulaw.decode(bytes(self._audio[self._fed : self._fed + FRAME]))
            event = self._endpointer.feed(frame.tobytes())
            self._fed += FRAME
            self.heard = self.heard or event is Endpoint.SPEECH_STARTED
            self.over = event in _OVER

    def patience(self, now: float) -> float:
        """Seconds that may still pass without audio: a microphone that sends nothing is silent too.

        One that sends a little now and then is not waited for longer than for one that sends all.
        """
        silent = self._last + SILENCE if self.heard else self._began + LEADING_SILENCE
        return min(silent, self._began + LEADING_SILENCE + self._longest) - now
