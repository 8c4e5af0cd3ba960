from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ivr.rendering.twiml import CallUrls
from service.web import prompts

AUDIO = b"RIFF\x24\x00\x00\x00WAVEfmt "


@pytest.fixture(autouse=True)
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locales = tmp_path / "locales"
    folder = locales / "nl" / "prompts"
    folder.mkdir(parents=True)
    (folder / "street.voice.wav").write_bytes(AUDIO)
    (folder / "notes.txt").write_text("private")
    (locales / "nl" / "secret.wav").write_bytes(b"private")
    (tmp_path / "secret.wav").write_bytes(b"private")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "secret.wav").write_bytes(b"private")
    monkeypatch.setattr(prompts, "LOCALES_DIR", locales)


def test_a_carrier_gets_the_recording_where_the_page_says_it_is(visitor: FlaskClient) -> None:
    url = CallUrls("", 1).prompt("nl/prompts/street.voice.wav")
    answer = visitor.get(url, buffered=True)
    assert (answer.status_code, answer.mimetype, answer.get_data()) == (200, "audio/wav", AUDIO)
    assert "max-age=86400" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "nl/prompts/missing.voice.wav",
        "tr/prompts/street.voice.wav",
        "xx/prompts/street.voice.wav",
        "../prompts/secret.wav",
        "%2e%2e/prompts/secret.wav",
        "nl/prompts/notes.txt",
        "nl/prompts/../secret.wav",
        "nl/prompts/..%2fsecret.wav",
        "nl/prompts/%2e%2e%2fsecret.wav",
        "nl/prompts/..%5csecret.wav",
        "nl/prompts/..%2f..%2f..%2fsecret.wav",
        "nl/prompts//etc/passwd.wav",
        "nl/prompts/street.voice.wav%00",
        "nl/prompts/.wav",
        "nl/secret.wav",
        "nl/messages.po",
    ],
)
def test_nothing_else_can_be_had(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(f"/prompts/{path}", buffered=True)
    assert answer.status_code == 404
    assert b"private" not in answer.get_data()
