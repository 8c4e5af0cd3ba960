"""The speech models that there are, and those that are installed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ivr.locale import locales
from ivr.speech.recogniser import SpeechModelError
from ivr.speech.vosk import is_vosk_model, load_vosk_model
from ivr.speech.weights import sha256_of, verify_whisper, whisper_installed
from ivr.speech.whisper import load_whisper

VOSK_BASE = "https://alphacephei.com/vosk/models/"
SUMS = ".sha256.json"
"""In the folder of an installed Vosk model: the SHA-256 of each of its files when it was installed."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model for one language. ``megabytes`` to fetch; ``wer`` (word error rate in %, or a range) with its origin."""

    language: str
    engine: str
    name: str
    megabytes: int
    licence: str
    wer: str

    @property
    def url(self) -> str:
        """Where its makers offer it; empty for Whisper, which comes with `make setup`."""
        return f"{VOSK_BASE}{self.name}.zip" if self.engine == "vosk" else ""


@dataclass(frozen=True, slots=True)
class Installed:
    """A model, whether it is installed, and whether it is the one that hears its language."""

    model: Model
    installed: bool
    used: bool


_VOSK = (
    ("nl", "vosk-model-small-nl-0.22", 39, "22.5"),
    ("en", "vosk-model-small-en-us-0.15", 40, "9.9"),
    ("tr", "vosk-model-small-tr-0.3", 35, ""),
    ("ar", "vosk-model-ar-mgb2-0.4", 318, "16.4"),
    ("pl", "vosk-model-small-pl-0.22", 50, "18.4"),
    ("uk", "vosk-model-small-uk-v3-small", 133, ""),
    ("de", "vosk-model-small-de-0.15", 45, "13.8"),
    ("fr", "vosk-model-small-fr-0.22", 41, "24"),
    ("es", "vosk-model-small-es-0.42", 39, "16"),
    ("it", "vosk-model-small-it-0.22", 48, "16.9"),
    ("pt", "vosk-model-small-pt-0.3", 31, ""),
    ("ru", "vosk-model-small-ru-0.22", 45, ""),
    ("fa", "vosk-model-small-fa-0.42", 53, ""),
)
_WHISPER_WER = {
    "nl": "19.0 (14 clips of people, by phone)",
    "de": "19.3 (7 clips of people, by phone)",
    "fr": "7.1 (3 clips of people, by phone)",
    "en": "28.4 (6 clips of people, by phone; mostly digits written otherwise)",
    "uk": "59-70 (synthetic voices, measured elsewhere)",
    "pl": "42 and more (synthetic voices, measured elsewhere)",
}


def vosk_models() -> dict[str, Model]:
    """The Vosk model we suggest for each language."""
    return {
        language: Model(language, "vosk", name, size, "Apache-2.0", f"{wer} (published)" if wer else "")
        for language, name, size, wer in _VOSK
    }


def whisper_model(language: str) -> Model:
    """Whisper base, as the model of one language."""
    return Model(language, "whisper-base", "whisper-base", 145, "MIT", _WHISPER_WER.get(language, ""))


def vosk_folder(models: Path, language: str) -> Path:
    """Where the Vosk model of a language is installed."""
    return models / "vosk" / language


def whisper_folder(models: Path) -> Path:
    """Where the weights of Whisper base are joined."""
    return models / "whisper-base"


def list_models(models: Path) -> tuple[Installed, ...]:
    """Each language of the line, and each other one with a Vosk model, by engine."""
    suggested = vosk_models()
    installed = installed_languages(models)
    whisper = whisper_installed(whisper_folder(models))
    rows: list[Installed] = []
    for language in dict.fromkeys([*locales(), *suggested, *installed]):
        vosk = suggested.get(language, Model(language, "vosk", f"vosk/{language}", 0, "", ""))
        rows.append(Installed(vosk, language in installed, language in installed))
        rows.append(Installed(whisper_model(language), whisper, language not in installed))
    return tuple(rows)


def installed_languages(models: Path) -> tuple[str, ...]:
    """The languages whose Vosk model is installed."""
    folder = models / "vosk"
    return tuple(sorted(path.name for path in folder.iterdir() if is_vosk_model(path))) if folder.is_dir() else ()


def verify_models(models: Path) -> dict[str, str]:
    """Every model by name ("whisper-base", "vosk/nl") with what is wrong with it (empty: it is sound).

    Compares SHA-256 sums and loads each, which takes seconds. Whisper is always one: every line falls back on it.
    """
    found = {"whisper-base": _fault(_verify_whisper, whisper_folder(models))}
    for language in installed_languages(models):
        found[f"vosk/{language}"] = _fault(_verify_vosk, vosk_folder(models, language))
    return found


def write_sums(folder: Path) -> None:
    """Note the SHA-256 of each file in ``folder``, for ``verify_models``."""
    sums = {str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    (folder / SUMS).write_text(json.dumps(sums, indent=0), encoding="utf-8")


def _fault(verify: Callable[[Path], None], folder: Path) -> str:
    try:
        verify(folder)
    except SpeechModelError as error:
        return str(error)
    return ""


def _verify_whisper(folder: Path) -> None:
    verify_whisper(folder)
    load_whisper(folder)


def _verify_vosk(folder: Path) -> None:
    again = f"run `flask --app wsgi models install {folder.name}` again"
    try:
        sums = json.loads((folder / SUMS).read_text(encoding="utf-8"))
    except FileNotFoundError:  # copied here by hand: nothing to compare with
        sums = {}
    except ValueError as error:
        raise SpeechModelError(f"{folder / SUMS} is damaged: {again}") from error
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file() or sha256_of(path) != expected:
            raise SpeechModelError(f"{path} is missing or damaged: {again}")
    load_vosk_model(folder)
