import json
import time
from pathlib import Path

import pytest

from ivr.speech.choice import load_recogniser
from ivr.speech.recogniser import SpeechModelError
from ivr.speech.scripted import digest

from .conftest import hum, silence


def test_answers_by_digest_then_by_default_and_never_to_silence(tmp_path: Path) -> None:
    script = {"answers": {digest(hum(1)): "Er brandt iets"}, "default": "iets anders"}
    (tmp_path / "scripted.json").write_text(json.dumps(script))
    recogniser = load_recogniser(tmp_path, "scripted")
    assert recogniser.transcribe(hum(1), "nl").text == "Er brandt iets"
    assert recogniser.transcribe(hum(2), "nl").text == "iets anders"
    silent = recogniser.transcribe(silence(1), "nl")
    assert (silent.text, silent.confidence) == ("", 0.0)


def test_it_takes_its_time_when_told_to(tmp_path: Path) -> None:
    (tmp_path / "scripted.json").write_text('{"default": "ja", "delay": 0.2}')
    started = time.monotonic()
    load_recogniser(tmp_path, "scripted").transcribe(hum(1), "nl")
    assert time.monotonic() - started >= 0.2


def test_without_a_script_there_are_no_words(tmp_path: Path) -> None:
    assert load_recogniser(tmp_path, "scripted").transcribe(hum(1), "nl").text == ""


@pytest.mark.parametrize("text", ["", "[]", '{"answers": 3}', '{"delay": "soon"}'])
def test_a_broken_script_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "scripted.json").write_text(text)
    with pytest.raises(SpeechModelError, match=r"scripted\.json"):
        load_recogniser(tmp_path, "scripted")
