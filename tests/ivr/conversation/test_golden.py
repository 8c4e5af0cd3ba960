"""Every golden conversation comes out as it stands in its file."""

from pathlib import Path

import pytest

from tests.ivr.conversation.script import play

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_conversation(path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text(encoding="utf-8")
    played = play(text)
    if request.config.getoption("--golden-record"):
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")


def test_there_are_conversations_in_every_language() -> None:
    spoken = {path.stem.split("-")[0] for path in GOLDEN.glob("*.txt")}
    assert spoken >= {"nl", "en", "tr", "ar", "pl", "uk", "de", "fr", "es"}
