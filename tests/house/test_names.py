"""What the pages name is there: modules and what is in them, files, targets, commands, decisions."""

import re
from pathlib import Path
from pkgutil import resolve_name

import click
import pytest
from flask import Flask

from service import cli

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
CODE = re.compile(r"`([^`\n]+)`|^    (.+)$", re.MULTILINE)
"""Code in a line, and indented lines."""


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code(page: Path) -> list[str]:
    return ["".join(found) for found in CODE.findall(page.read_text(encoding="utf-8"))]


def named_objects(page: Path) -> list[str]:
    return [part for part in code(page) if re.fullmatch(r"(ivr|service|bench|scripts)(\.\w+)+", part)]


def is_there(dotted: str) -> bool:
    try:
        resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


def is_command(words: list[str]) -> bool:
    """Whether these words begin with a command and, where it is a group, one of its own."""
    app = Flask(__name__)
    cli.register(app)
    found = app.cli.commands.get(words[0])
    if isinstance(found, click.Group) and len(words) > 1 and not words[1].startswith("-"):
        return all(part in found.commands for part in words[1].split("|"))
    return found is not None


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_modules_and_their_contents_are_there(page: Path) -> None:
    assert [part for part in named_objects(page) if not is_there(part)] == []


def test_the_road_is_told_by_names_of_the_code_each_once() -> None:
    named = named_objects(ROOT / "docs" / "architecture.md")
    assert len(named) > 10
    assert len(set(named)) == len(named)


def test_what_is_not_there_is_noticed() -> None:
    assert not is_there("service.nothing")
    assert not is_there("service.usecases.take_turn.nothing")
    assert not is_command(["report", "nothing"])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_are_there(page: Path) -> None:
    paths = r"(ivr|service|bench|scripts|tests|docs|locales|migrations)/[\w./-]*"
    named = [part for part in code(page) if re.fullmatch(paths, part)]
    assert [part for part in named if not (ROOT / part).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_targets_are_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {found for part in code(page) for found in re.findall(r"\bmake ([a-z]+)\b", part)}
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_are_there(page: Path) -> None:
    named = [found.split() for part in code(page) for found in re.findall(r"flask --app wsgi (\w.*)", part)]
    assert [words for words in named if not is_command(words)] == []


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "adr" / "index.md").read_text(encoding="utf-8")
    headings = [page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for page in DECISIONS]
    assert re.findall(r"^- \[(.+)\]\((.+)\)$", index, re.MULTILINE) == [
        (heading, page.name) for heading, page in zip(headings, DECISIONS, strict=True)
    ]
