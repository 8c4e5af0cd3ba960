"""Each direct dependency has its reason, and the pinned files hold what the others ask for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def asked_for(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [re.split(r"[\[<>=~!; ]", line)[0] for line in lines if line and not line.startswith(("#", "-"))]


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_has_its_reason(name: str) -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \|", page, re.MULTILINE))
    assert sorted(set(asked_for(name)) - explained) == []


def test_no_reason_is_left_of_a_dependency_gone() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \|", page, re.MULTILINE))
    assert sorted(explained - set(asked_for("requirements.in")) - set(asked_for("requirements-dev.in"))) == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_dependency_is_pinned(name: str) -> None:
    pinned = set(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==", (ROOT / f"{name}.txt").read_text(), re.MULTILINE))
    assert sorted(set(asked_for(f"{name}.in")) - pinned) == []


def test_the_pinned_files_say_nothing_of_the_machine_that_made_them() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"^(-i|--(extra-)?index-url|--find-links)|://|file:", text, re.MULTILINE)
