"""Rules of the house that no linter knows."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("ivr", "service", "tests", "bench", "scripts", "migrations")
MODULES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]

LONGEST = 400
FORBIDDEN = ("util", "helper", "manager", "misc", "common")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_named_after_what_it_owns(path: Path) -> None:
    assert not any(word in part for word in FORBIDDEN for part in path.relative_to(ROOT).with_suffix("").parts)


def inner_imports(source: str) -> list[int]:
    """Lines of imports inside functions."""
    functions = (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return [
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_stand_at_the_top(path: Path) -> None:
    assert inner_imports(path.read_text(encoding="utf-8")) == []


def test_an_inner_import_is_found() -> None:
    assert inner_imports("import a\ndef f():\n    if a:\n        import b\n") == [4]


@pytest.mark.parametrize("folder", ["ivr", "service", "tests", "bench", "scripts"])
def test_every_folder_of_modules_is_a_package(folder: str) -> None:
    folders = {path.parent for path in (ROOT / folder).rglob("*.py")}
    assert [name(path) for path in sorted(folders) if not (path / "__init__.py").exists()] == []
