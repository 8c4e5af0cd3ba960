import json
from pathlib import Path

import pytest

from service.cli.evaluate_speech import speech

from .conftest import Run

CLIPS = Path(__file__).resolve().parents[2] / "ivr" / "speech" / "clips" / "manifest.tsv"


@pytest.fixture(autouse=True)
def script(models_dir: Path) -> None:
    models_dir.mkdir()
    (models_dir / "scripted.json").write_text('{"default": "He was not an ill disposed young man"}')


def test_it_prints_what_scripts_read(run: Run) -> None:
    result = run(speech, CLIPS, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["n"] == 2
    assert set(found["by_language"]) == {"en"}
    assert 0 < found["wer"] < 1


def test_it_is_readable_too(run: Run, tmp_path: Path) -> None:
    streets = tmp_path / "streets.txt"
    streets.write_text("Kerkstraat\n\nMolenweg\n")
    assert "real_time_factor: " in run(speech, CLIPS, "--streets", streets).output


def test_a_bad_list_is_told_on_one_line(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_bytes(b"\xff\xfe")
    for file, reason in ((bad, "decode"), (tmp_path / "none.tsv", "does not exist")):
        result = run(speech, file)
        assert result.exit_code != 0
        assert reason in result.output
