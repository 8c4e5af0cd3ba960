"""Which recogniser hears which language."""

from pathlib import Path
from typing import Literal

from ivr.messages import Transcript
from ivr.speech.audio import Pcm
from ivr.speech.recogniser import Recogniser
from ivr.speech.scripted import ScriptedRecogniser
from ivr.speech.vosk import VoskRecogniser, is_vosk_model
from ivr.speech.whisper import WhisperRecogniser


class InstalledRecogniser:
    """Vosk for each language whose model is installed (``models/vosk/<language>``), Whisper for all others.

    A model installed while this runs is taken from the next utterance on.
    """

    engine = "auto"

    def __init__(self, models: Path) -> None:
        self._models = models
        self._vosk = VoskRecogniser(models / "vosk")
        self._whisper = WhisperRecogniser(models / "whisper-base")

    def transcribe(self, pcm: Pcm, language: str) -> Transcript:
        """The words of ``pcm``; ``Transcript.engine`` tells who heard them."""
        chosen: Recogniser = self._vosk if is_vosk_model(self._models / "vosk" / language) else self._whisper
        return chosen.transcribe(pcm, language)


def load_recogniser(models: Path, engine: Literal["auto", "scripted"]) -> Recogniser:
    """The recogniser over the folder ``models``. Loads no model yet: that happens at a language's first utterance."""
    if engine == "scripted":
        return ScriptedRecogniser.read(models / "scripted.json")
    return InstalledRecogniser(models)
