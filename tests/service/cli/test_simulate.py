"""Texts and calls from the terminal; the quick start's own are played."""

import json
import re
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from ivr.extraction.extractor import Extractor
from service.cli.report import report
from service.cli.simulate import simulate
from service.settings import ROOT
from tests.service.demo_line import DemoLine

from .conftest import Run

QUICK_START = (ROOT / "docs" / "quick-start.md").read_text(encoding="utf-8")
CLIPS = ROOT / "tests" / "ivr" / "speech" / "clips"
TO_BE_RECORDED = "keys 2\nkeys 1\n"


@pytest.fixture
def demo(demo: DemoLine) -> DemoLine:
    demo.line = replace(demo.line, load_extractor=cache(partial(Extractor, ["nl", "en"])))
    return demo


def filed(ask: Run) -> dict[str, Any]:
    [only] = json.loads(ask(report, "list", "--json").output)
    return dict(only)


def test_the_texts_of_the_quick_start(ask: Run) -> None:
    text = re.search(r'"(Er ligt [^"]+)" "ja"', QUICK_START)
    assert text
    read_back, thanks = ask(simulate, "sms", "--from", "+31610000001", text[1], "ja").output.splitlines()
    assert read_back in QUICK_START
    assert filed(ask)["code"] in thanks
    assert filed(ask)["place"]["street"] == "Lindelaan"


def test_the_call_of_the_quick_start(ask: Run, tmp_path: Path) -> None:
    script = re.search(r"(?:^    (?:# Dutch|keys ).*\n)+", QUICK_START, re.MULTILINE)
    assert script
    (tmp_path / "call.txt").write_text(script[0], encoding="utf-8")
    heard = ask(simulate, "call", "--from", "+31610000005", tmp_path / "call.txt").output.splitlines()
    assert heard[-1] == "[the call ends]"
    assert (filed(ask)["category"], filed(ask)["status"]) == ("litter", "received")
    assert filed(ask)["place"]["number"] == "8"


def test_a_recording_of_any_kind_is_spoken(
    demo: DemoLine, ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.cli.simulate.time.sleep", lambda seconds: demo.move(seconds=seconds))
    (tmp_path / "call.txt").write_text(f"{TO_BE_RECORDED}say {CLIPS / 'young_man.wav'}\n", encoding="utf-8")
    said = ask(simulate, "call", tmp_path / "call.txt")
    assert said.exit_code == 0
    assert "[listening]" in said.output
    [recording] = demo.line.settings.recordings.glob("*.wav")
    assert recording.read_bytes().startswith(b"RIFF")


@pytest.mark.parametrize("number", ["abc", "", "12", "+31", "+316FLOWERS", "+3161000000123456", "0610000001x5"])
def test_what_is_no_number_is_refused(demo: DemoLine, ask: Run, tmp_path: Path, number: str) -> None:
    (tmp_path / "call.txt").touch()
    commands = [("sms", "--from", number, "brand"), ("sms", "--from", "+31610000001", "--to", number, "brand")]
    if number:
        commands.append(("call", "--from", number, str(tmp_path / "call.txt")))
    for command in commands:
        refused = ask(simulate, *command)
        assert refused.exit_code == 2
        assert "Invalid value" in refused.output
    with demo.line.store.read() as unit:
        assert unit.residents.by_phone("+31610000001") == ()


def test_a_number_may_be_written_as_people_do(demo: DemoLine, ask: Run) -> None:
    assert ask(simulate, "sms", "--from", "06-1000 0001", "brand").exit_code == 0
    with demo.line.store.read() as unit:
        assert len(unit.residents.by_phone("+31610000001")) == 1


def test_a_caller_may_withhold_the_number(ask: Run, tmp_path: Path) -> None:
    (tmp_path / "call.txt").touch()
    assert ask(simulate, "call", "--from", "", tmp_path / "call.txt").exit_code == 0


@pytest.mark.parametrize("what", ["say missing.wav", f"say {CLIPS / 'README.md'}", "shout"])
def test_a_line_that_cannot_be_played_is_told_with_its_place(ask: Run, tmp_path: Path, what: str) -> None:
    (tmp_path / "call.txt").write_text(f"{TO_BE_RECORDED}{what}\n", encoding="utf-8")
    refused = ask(simulate, "call", tmp_path / "call.txt")
    assert refused.exit_code == 2
    assert "call.txt:3: " in refused.output
