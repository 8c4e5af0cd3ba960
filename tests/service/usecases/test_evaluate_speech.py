from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ivr.categories import Category
from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import CategoryGuess, PlaceFound, Slot, StreetMatch, Understanding
from ivr.speech.audio import Pcm, decode, to_wav
from ivr.speech.scripted import Script, ScriptedRecogniser, digest
from service.usecases.evaluate_speech import ManifestError, evaluate_speech, normalised, read_manifest

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


class Scripted(Extractor):
    """Understands what it was told to."""

    def __init__(self, answers: Mapping[str, Understanding]) -> None:
        self.answers = answers
        self.languages: list[str | None] = []

    def understand(
        self, text: str, gazetteer: Gazetteer, now: datetime, language: str | None = None, awaiting: Slot = Slot.REPORT
    ) -> Understanding:
        self.languages.append(language)
        return self.answers.get(text, Understanding())


def place(*streets: str, number: str = "", suffix: str = "") -> PlaceFound:
    return PlaceFound(tuple(StreetMatch(street, 0.9) for street in streets), number, suffix)


def category(which: Category, *, sure: bool = True, streets: PlaceFound | None = None) -> Understanding:
    guess = CategoryGuess(which, 0.9)
    if sure:
        return Understanding(category=guess, place=streets or PlaceFound())
    return Understanding(category_options=(guess,), place=streets or PlaceFound())


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Recordings 1.wav to 4.wav of a second each, all different."""
    for number in range(1, 5):
        (tmp_path / f"{number}.wav").write_bytes(to_wav(Pcm(np.full(16_000, number * 100, np.int16), 16_000)))
    return tmp_path


def manifest(clips: Path, columns: str, *rows: str) -> Path:
    file = clips / "manifest.tsv"
    file.write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    return file


def says(clips: Path, *texts: str) -> ScriptedRecogniser:
    recordings = (decode((clips / f"{number}.wav").read_bytes()) for number in range(1, len(texts) + 1))
    return ScriptedRecogniser(Script({digest(pcm): text for pcm, text in zip(recordings, texts, strict=True)}))


def test_rates_are_errors_over_all_true_words_and_characters(clips: Path) -> None:
    rows = read_manifest(
        manifest(
            clips,
            "file\tlang\ttext",
            "1.wav\tnl\tDe lamp is stuk.",  # as it is
            "2.wav\tnl\tEr brandt een auto",  # a word wrong, a word lost
            "3.wav\tde\tDas Licht",  # nothing heard
            "4.wav\tde\tja",  # a word too many
        )
    )
    found = evaluate_speech(rows, says(clips, "de lamp is stuk", "Er brand auto", "", "ja ja"), Scripted({}), [], NOW)
    assert found["n"] == 4
    assert found["wer"] == round((0 + 2 + 2 + 1) / (4 + 4 + 2 + 1), 4)
    assert found["cer"] == round((0 + 5 + 9 + 3) / (15 + 18 + 9 + 2), 4)
    assert found["by_language"] == {
        "nl": {"n": 2, "wer": round(2 / 8, 4), "cer": round(5 / 33, 4)},
        "de": {"n": 2, "wer": 1.0, "cer": round(12 / 11, 4)},
    }
    assert isinstance(found["real_time_factor"], float)
    assert set(found) == {"n", "wer", "cer", "by_language", "real_time_factor"}


def test_understanding_is_scored_where_the_list_knows_better(clips: Path) -> None:
    rows = read_manifest(
        manifest(
            clips,
            "file\tlang\ttext\tcategory\tstreet\tnumber",
            "1.wav\tnl\teen\tburglary\tKerkstraat\t31 A",
            "2.wav\tnl\ttwee\tnoise\tMolenweg\t",
            "3.wav\tnl\tdrie\tlitter\t\t",
            "4.wav\tnl\tvier\tfire\tDorpsweg\t9",
        )
    )
    extractor = Scripted(
        {
            "een": category(Category.BURGLARY, streets=place("Kerkstraat", number="31", suffix="a")),
            "twee": category(Category.NOISE, sure=False, streets=place("Molenlaan", "Molenweg")),
            "drie": category(Category.OTHER),
            "vier": Understanding(place=place(number="8")),
        }
    )
    streets = ["Kerkstraat", "Molenweg", "Molenlaan", "Dorpsweg"]
    found = evaluate_speech(rows, says(clips, "een", "twee", "drie", "vier"), extractor, streets, NOW)
    assert (found["category"], found["street"], found["street_top3"], found["number"]) == (0.5, 0.5, 0.75, 0.75)
    assert extractor.languages == ["nl"] * 4


def test_without_streets_nothing_is_said_of_them(clips: Path) -> None:
    rows = read_manifest(manifest(clips, "file\tlang\ttext\tstreet", "1.wav\tnl\teen\tKerkstraat"))
    found = evaluate_speech(rows, says(clips, "een"), Scripted({}), [], NOW)
    assert "street" not in found
    assert "street_top3" not in found


def test_an_empty_list_gives_zeros(clips: Path) -> None:
    found = evaluate_speech(read_manifest(manifest(clips, "file\tlang\ttext")), says(clips), Scripted({}), [], NOW)
    assert found == {"n": 0, "wer": 0.0, "cer": 0.0, "by_language": {}, "real_time_factor": 0.0}


def test_quotes_are_only_text(clips: Path) -> None:
    (row,) = read_manifest(manifest(clips, "file\tlang\ttext", '1.wav\tnl\t"Hij zei'))
    assert row.text == '"Hij zei'


@pytest.mark.parametrize(
    ("columns", "row", "reason"),
    [
        ("file\ttext", "1.wav\tja", "no column lang"),
        ("file\tlang\ttext", "9.wav\tnl\tja", "9.wav"),
        ("", "", "no column"),
    ],
)
def test_a_list_that_cannot_be_used_is_told(clips: Path, columns: str, row: str, reason: str) -> None:
    with pytest.raises(ManifestError, match=reason):
        read_manifest(manifest(clips, columns, row))


def test_a_recording_that_cannot_be_read_is_told(clips: Path) -> None:
    (clips / "1.wav").write_bytes(b"<html>")
    with pytest.raises(ManifestError, match=r"1\.wav: this is no audio"):
        evaluate_speech(
            read_manifest(manifest(clips, "file\tlang\ttext", "1.wav\tnl\tja")),
            ScriptedRecogniser(Script()),
            Scripted({}),
            [],
            NOW,
        )


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Één, twee!  DRIE?", "één twee drie"),
        ("Straße", "strasse"),
        ("31-A", "31a"),
        ("l'eau", "leau"),
        ("6 × 10 = 60", "6 × 10 = 60"),
        ("e\u0301e\u0301n", "één"),
        ("…", ""),
    ],
)
def test_case_and_punctuation_do_not_count(text: str, same: str) -> None:
    assert normalised(text) == same
