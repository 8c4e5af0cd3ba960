"""Recognition by Vosk: fast, and as good as the model that the operator installed for a language."""

import json
import threading
from itertools import chain
from pathlib import Path

import vosk

from ivr.messages import Transcript, Word
from ivr.speech.audio import Pcm
from ivr.speech.recogniser import SpeechModelError

_CHUNK_SECONDS = 0.5


def is_vosk_model(folder: Path) -> bool:
    """Whether ``folder`` holds a Vosk model (those of every age have these two files)."""
    return (folder / "am" / "final.mdl").is_file() and (folder / "conf" / "model.conf").is_file()


class VoskRecogniser:
    """Vosk over a folder with one model folder a language, each loaded once, at its first utterance.

    Vosk takes telephone audio as it is. Several threads may transcribe at once.
    """

    engine = "vosk"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading = threading.Lock()
        self._models: dict[str, vosk.Model] = {}

    def transcribe(self, pcm: Pcm, language: str) -> Transcript:
        """The words of ``pcm``. Raises SpeechModelError when the language's model is missing or unusable."""
        recogniser = vosk.KaldiRecognizer(self._model(language), pcm.rate)
        recogniser.SetWords(True)
        samples = pcm.samples.astype("<i2").tobytes()
        step = int(pcm.rate * _CHUNK_SECONDS) * 2
        results = [
            recogniser.Result()
            for start in range(0, len(samples), step)
            if recogniser.AcceptWaveform(samples[start : start + step])
        ]
        results.append(recogniser.FinalResult())
        heard = chain.from_iterable(json.loads(result).get("result", []) for result in results)
        words = tuple(
            Word(text=word["word"], start=word["start"], end=word["end"], confidence=min(1.0, word["conf"]))
            for word in heard
        )
        return Transcript(
            text=" ".join(word.text for word in words),
            language=language,
            confidence=sum(word.confidence for word in words) / len(words) if words else 0.0,
            engine=self.engine,
            duration=pcm.seconds,
            words=words,
        )

    def _model(self, language: str) -> vosk.Model:
        with self._loading:
            if language not in self._models:
                self._models[language] = load_vosk_model(self._folder / language)
            return self._models[language]


def load_vosk_model(folder: Path) -> vosk.Model:
    """The model in ``folder``. Raises SpeechModelError when it isn't a complete one."""
    if not is_vosk_model(folder):
        raise SpeechModelError(f"{folder} holds no Vosk model: run `flask --app wsgi models install {folder.name}`")
    vosk.SetLogLevel(-1)
    try:
        return vosk.Model(model_path=str(folder))
    except Exception as error:  # vosk raises nothing narrower
        raise SpeechModelError(
            f"Vosk can't load {folder}: run `flask --app wsgi models install {folder.name}` again"
        ) from error
