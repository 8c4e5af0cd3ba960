"""How well the line hears: word and character error rates, and what is understood of what was heard."""

import csv
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.speech.audio import AudioError, decode
from ivr.speech.recogniser import Recogniser
from service.usecases.evaluate_text import place_and_category

_NEEDED = {"file", "lang", "text"}
_UNDERSTOOD = ("category", "street", "number")


class ManifestError(ValueError):
    """The list of recordings can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: its file, language and true words; and, where known, what should be understood of them."""

    file: Path
    language: str
    text: str
    expected: dict[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """Errors of one clip, counted in words and characters, and what was understood rightly."""

    language: str
    words: int
    word_errors: int
    characters: int
    character_errors: int
    seconds: float
    spent: float
    right: dict[str, bool]


def read_manifest(file: Path) -> tuple[Clip, ...]:
    """The clips of a tab-separated list without quoting (columns file, lang, text; category, street, number if known).

    Files are beside the list. Raises ManifestError when columns or recordings are missing.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        columns = set(reader.fieldnames or ())
        if missing := _NEEDED - columns:
            raise ManifestError(f"{file} has no column {', '.join(sorted(missing))}")
        known = [column for column in _UNDERSTOOD if column in columns]
        clips = tuple(
            Clip(file.parent / row["file"], row["lang"], row["text"] or "", {name: row[name] or "" for name in known})
            for row in reader
        )
    if absent := [clip.file.name for clip in clips if not clip.file.is_file()]:
        raise ManifestError(f"{file} lists recordings that are not beside it: {', '.join(absent)}")
    return clips


def evaluate_speech(
    clips: Iterable[Clip], recogniser: Recogniser, extractor: Extractor, streets: Sequence[str], now: datetime
) -> dict[str, object]:
    """Recognise every clip and count. Rates are errors over true words or characters, of all clips together.

    Raises ManifestError for a recording that can't be read, SpeechModelError for a missing model.
    """
    gazetteer = Gazetteer(streets)
    scores: list[Score] = []
    for clip in clips:
        try:
            pcm = decode(clip.file.read_bytes())
        except AudioError as error:
            raise ManifestError(f"{clip.file}: {error}") from error
        started = time.perf_counter()
        heard = recogniser.transcribe(pcm, clip.language)
        spent = time.perf_counter() - started
        understood = extractor.understand(heard.text, gazetteer, now, clip.language)
        right = place_and_category(understood, clip.expected, with_streets=bool(streets))
        scores.append(_score(clip, heard.text, pcm.seconds, spent, right))
    return _summary(scores)


def normalised(text: str) -> str:
    """Casefolded and without punctuation; digits as given."""
    letters = unicodedata.normalize("NFC", text).casefold()
    kept = "".join(character for character in letters if not unicodedata.category(character).startswith("P"))
    return " ".join(kept.split())


def _score(clip: Clip, heard: str, seconds: float, spent: float, right: dict[str, bool]) -> Score:
    true, said = normalised(clip.text), normalised(heard)
    return Score(
        clip.language,
        len(true.split()),
        Levenshtein.distance(true.split(), said.split()),
        len(true),
        Levenshtein.distance(true, said),
        seconds,
        spent,
        right,
    )


def _summary(scores: Sequence[Score]) -> dict[str, object]:
    by_language = {
        language: _rates([score for score in scores if score.language == language])
        for language in dict.fromkeys(score.language for score in scores)
    }
    seconds = sum(score.seconds for score in scores)
    found: dict[str, object] = {
        **_rates(scores),
        "by_language": by_language,
        "real_time_factor": round(sum(score.spent for score in scores) / seconds, 4) if seconds else 0.0,
    }
    for name in ("category", "street", "street_top3", "number"):
        answers = [score.right[name] for score in scores if name in score.right]
        if answers:
            found[name] = round(sum(answers) / len(answers), 4)
    return found


def _rates(scores: Sequence[Score]) -> dict[str, float]:
    return {
        "n": len(scores),
        "wer": _rate(sum(score.word_errors for score in scores), sum(score.words for score in scores)),
        "cer": _rate(sum(score.character_errors for score in scores), sum(score.characters for score in scores)),
    }


def _rate(errors: int, of: int) -> float:
    return round(errors / of, 4) if of else float(errors > 0)
