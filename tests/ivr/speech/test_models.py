from pathlib import Path

import pytest

from ivr.locale import locales
from ivr.speech.models import SUMS, list_models, verify_models, vosk_models, write_sums

from .conftest import korean_model


def used(models: Path) -> dict[str, str]:
    return {row.model.language: row.model.engine for row in list_models(models) if row.used}


def test_every_language_has_both_engines_and_whisper_hears_it_at_first(tmp_path: Path) -> None:
    rows = list_models(tmp_path)
    for language in locales():
        assert {row.model.engine for row in rows if row.model.language == language} == {"vosk", "whisper-base"}
    assert not any(row.installed for row in rows)
    assert set(used(tmp_path).values()) == {"whisper-base"}


def test_every_vosk_model_says_where_it_is_and_under_which_licence() -> None:
    for language, model in vosk_models().items():
        assert model.url.startswith("https://alphacephei.com/vosk/models/vosk-model-")
        assert f"-{language}-" in model.url
        assert model.licence
        assert model.megabytes > 0


def test_an_installed_language_is_heard_by_vosk_even_one_of_no_list(tmp_path: Path) -> None:
    (tmp_path / "vosk").mkdir()
    (tmp_path / "vosk" / "ko").symlink_to(korean_model())
    assert used(tmp_path)["ko"] == "vosk"
    assert used(tmp_path)["nl"] == "whisper-base"


@pytest.mark.model
def test_sound_models_are_found_sound(models: Path) -> None:
    assert verify_models(models) == {"whisper-base": "", "vosk/ko": ""}


def test_missing_and_changed_files_are_told_with_the_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "vosk" / "nl"
    for file in ("am/final.mdl", "conf/model.conf"):
        (folder / file).parent.mkdir(parents=True)
        (folder / file).write_bytes(b"x")
    write_sums(folder)
    (folder / "am/final.mdl").write_bytes(b"y")
    found = verify_models(tmp_path)
    assert "models install whisper" in found["whisper-base"]
    assert "final.mdl is missing or damaged" in found["vosk/nl"]
    assert "models install nl" in found["vosk/nl"]
    (folder / SUMS).write_text("{")
    assert "damaged" in verify_models(tmp_path)["vosk/nl"]
