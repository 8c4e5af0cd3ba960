"""The media process: composed without a database, and its voice."""

import subprocess
import sys
from pathlib import Path

import pytest

from ivr.rendering.page import Spoken
from ivr.speech.synthesis import SynthesisError
from service import media_app
from service.settings import ROOT
from service.web.media_messages import RATE
from tests.service.carrier_line import wav


def test_the_media_process_does_not_even_load_the_database() -> None:
    script = "import sys, service.media_app; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_it_answers_and_takes_its_token_from_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUURTLIJN_DATA_DIR", str(tmp_path / "var"))
    app = media_app.create_media_app()
    assert app.test_client().get("/healthz").status_code == 200
    assert len(app.extensions["buurtlijn.media"].token) == 64
    assert app.extensions["buurtlijn.media"].token not in repr(app.extensions["buurtlijn.media"])


def test_prompts_are_spoken(tmp_path: Path) -> None:
    sound = media_app.voice(tmp_path, Spoken("Welkom bij Buurtlijn.", "nl"))
    assert len(sound) > RATE // 2
    assert len(set(sound)) > 50


def test_a_recording_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_app, "LOCALES_DIR", tmp_path)
    (tmp_path / "dag.wav").write_bytes(wav(seconds=1.5))
    assert len(media_app.voice(tmp_path, Spoken("Dag", "nl", "dag.wav"))) == 1.5 * RATE


def test_a_recording_that_is_missing_leaves_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_app, "LOCALES_DIR", tmp_path)
    assert media_app.voice(tmp_path, Spoken("Dag", "nl", "dag.wav")) == b""


def test_without_a_voice_there_is_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> None:
        raise SynthesisError("espeak-ng is not installed")

    monkeypatch.setattr(media_app, "synthesise", silent)
    assert media_app.voice(tmp_path, Spoken("Dag", "nl")) == b""
