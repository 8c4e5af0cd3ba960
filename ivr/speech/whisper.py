"""Recognition by Whisper base: knows every language of the line and needs nothing installed beyond `make setup`."""

import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from ivr.messages import Transcript, Word
from ivr.speech.audio import Pcm, resample
from ivr.speech.phantoms import is_loop, is_phantom
from ivr.speech.recogniser import SpeechModelError
from ivr.speech.weights import install_whisper, whisper_installed

_RATE = 16_000
_TOKENS_PER_SECOND = 12  # fast speech in a script that the tokeniser splits finely
_LEAST_TOKENS, _MOST_TOKENS = 24, 400


class WhisperRecogniser:
    """Whisper base (int8, one thread) over ``folder``, where its weights are joined at the first use."""

    engine = "whisper-base"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading = threading.Lock()
        self._loaded: WhisperModel | None = None

    def transcribe(self, pcm: Pcm, language: str) -> Transcript:
        """The words of ``pcm``; none where there is no speech, or only what Whisper dreams up.

        Raises SpeechModelError when the weights are missing or damaged, or Whisper doesn't know the language.
        """
        model = self._model()
        if language not in model.supported_languages:
            raise SpeechModelError(f"Whisper does not know the language {language}")
        samples = resample(pcm, _RATE).samples.astype(np.float32) / 32_768
        segments: Iterable[Segment] = ()
        if len(samples):
            segments, _ = model.transcribe(
                samples,
                language=language,
                beam_size=5,
                vad_filter=True,
                word_timestamps=True,
                condition_on_previous_text=False,  # a loop in one window would go on in the next
                max_new_tokens=min(_MOST_TOKENS, _LEAST_TOKENS + int(pcm.seconds * _TOKENS_PER_SECOND)),
            )
        kept = [segment for segment in segments if not is_phantom(segment)]
        words = tuple(word for segment in kept for word in _words(segment))
        if is_loop(words):
            kept, words = [], ()
        return Transcript(
            text=" ".join(segment.text.strip() for segment in kept),
            language=language,
            confidence=sum(word.confidence for word in words) / len(words) if words else 0.0,
            engine=self.engine,
            duration=pcm.seconds,
            words=words,
        )

    def _model(self) -> WhisperModel:
        with self._loading:
            if self._loaded is None:
                self._loaded = load_whisper(self._folder)
            return self._loaded


def load_whisper(folder: Path) -> WhisperModel:
    """The model in ``folder``, joined there if need be. Reads that folder only, never a model hub."""
    if not whisper_installed(folder):
        install_whisper(folder)
    try:
        return WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, local_files_only=True
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise SpeechModelError(
            f"Whisper can't load {folder}: run `flask --app wsgi models verify`, which says what is wrong"
        ) from error


def _words(segment: Segment) -> list[Word]:
    """The words of a segment; what Whisper counts as a word but writes without a space belongs to the one before."""
    words: list[Word] = []
    for part in segment.words or ():
        text, end, sure = part.word, float(part.end), float(part.probability)
        if words and not text.startswith(" "):
            before = words.pop()
            words.append(Word(before.text + text, before.start, end, min(before.confidence, sure)))
        else:
            words.append(Word(text.strip(), float(part.start), end, sure))
    return words
