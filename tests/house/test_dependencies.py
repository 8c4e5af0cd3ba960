"""Each direct dependency has its reason, and the pinned files hold what the others ask for."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"bench", "ivr", "scripts", "service", "tests", "_typeshed"}
"""Our own packages, and the one that only type checkers know."""


def asked_for(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [re.split(r"[\[<>=~!; ]", line)[0] for line in lines if line and not line.startswith(("#", "-"))]


def imported(*places: str) -> set[str]:
    """Names of the packages that are imported from outside, as they are called on the package index."""
    files = [file for place in places for file in ([ROOT / place] if "." in place else (ROOT / place).rglob("*.py"))]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    modules = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    modules |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    tops = {module.split(".")[0] for module in modules} - sys.stdlib_module_names - OURS
    known = packages_distributions()
    return {known[top][0].lower().replace("_", "-") if top in known else top for top in tops}


def test_what_the_line_imports_is_asked_for() -> None:
    assert sorted(imported("ivr", "service", "migrations", "wsgi.py") - set(asked_for("requirements.in"))) == []


def test_what_tests_and_scripts_import_is_asked_for() -> None:
    asked = {*asked_for("requirements.in"), *asked_for("requirements-dev.in")}
    assert sorted(imported("tests", "bench", "scripts") - asked) == []


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
