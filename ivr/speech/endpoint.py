"""Hearing where an utterance begins and ends."""

from enum import StrEnum

import webrtcvad

FRAME_SECONDS = 0.02


class Endpoint(StrEnum):
    """What a frame of audio decided."""

    SPEECH_STARTED = "speech_started"
    SPEECH_ENDED = "speech_ended"
    NO_INPUT = "no_input"  # nothing was said for as long as we wait
    TOO_LONG = "too_long"  # the utterance is as long as we take: it ends here


class Endpointer:
    """Follows one utterance, frame by frame.

    ``rate`` is 8000, 16000, 32000 or 48000 samples a second; the other numbers are seconds: ``silence`` after speech
    that ends it, ``no_input`` of leading silence that gives up, ``longest`` utterance. ``aggressiveness`` (0 to 3) is
    how readily webrtcvad calls sound noise. SPEECH_ENDED, NO_INPUT and TOO_LONG are the last event: after one of
    them ``feed`` answers None for ever.
    """

    def __init__(
        self,
        rate: int = 8_000,
        silence: float = 1.5,
        no_input: float = 8.0,
        longest: float = 120.0,
        aggressiveness: int = 2,
    ) -> None:
        if not webrtcvad.valid_rate_and_frame_length(rate, int(rate * FRAME_SECONDS)):
            raise ValueError(f"{rate} samples a second: 8000, 16000, 32000 or 48000 it must be")
        self._vad = webrtcvad.Vad(aggressiveness)
        self._rate = rate
        self._silence = _frames(silence)
        self._no_input = _frames(no_input)
        self._longest = _frames(longest)
        self._heard = 0  # frames since the start, or since speech started
        self._voiced = 0  # voiced frames in a row
        self._quiet = 0  # unvoiced frames in a row
        self._speaking = False
        self._done = False

    @property
    def frame_bytes(self) -> int:
        """Length of the frames that ``feed`` takes: 20 ms of 16-bit samples."""
        return int(self._rate * FRAME_SECONDS) * 2

    @property
    def speaking(self) -> bool:
        """Whether speech has started and not ended."""
        return self._speaking and not self._done

    def feed(self, frame: bytes) -> Endpoint | None:
        """Take the next 20 ms of 16-bit little-endian samples. Raises ValueError for a frame of another length."""
        if len(frame) != self.frame_bytes:
            raise ValueError(f"a frame has {self.frame_bytes} bytes, not {len(frame)}")
        if self._done:
            return None
        self._heard += 1
        if self._vad.is_speech(frame, self._rate):
            self._voiced, self._quiet = self._voiced + 1, 0
        else:
            self._voiced, self._quiet = 0, self._quiet + 1
        event = self._while_speaking() if self._speaking else self._before_speech()
        self._done = event in {Endpoint.SPEECH_ENDED, Endpoint.NO_INPUT, Endpoint.TOO_LONG}
        return event

    def _before_speech(self) -> Endpoint | None:
        if self._voiced >= _ONSET:
            self._speaking = True
            self._heard = 0
            return Endpoint.SPEECH_STARTED
        return Endpoint.NO_INPUT if self._heard >= self._no_input else None

    def _while_speaking(self) -> Endpoint | None:
        if self._quiet >= self._silence:
            return Endpoint.SPEECH_ENDED
        return Endpoint.TOO_LONG if self._heard >= self._longest else None


_ONSET = 7  # voiced frames in a row: webrtcvad makes up to 6 of a click, 11 and more of the shortest word


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)
