"""Every text is there in every language, and no text is there for nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from jinja2 import Environment, nodes

from ivr.catalogue import Catalogue, CatalogueError, catalogue, placeholders
from ivr.categories import Category
from ivr.locale import LOCALES_DIR, locales
from ivr.messages import WhenLabel
from scripts.messages import normal_form
from service.domain.report import Status

ROOT = Path(__file__).resolve().parents[2]
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")

PROMPT = re.compile(r"[a-z][a-z0-9_]*")
CHANNELS = (".sms", ".voice")

FAMILIES: dict[str, frozenset[str]] = {
    "category.": frozenset(Category),
    "when.": frozenset(WhenLabel),
    "status.": frozenset(Status),
}
"""Keys that code puts together: what they start with, and all that may follow."""


def keys_in_python(source: str) -> Iterator[str]:
    """Constant keys given to N_(…), t(…), ….t(…) and ….text(…)."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Name(id="N_" | "t") | ast.Attribute(attr="text" | "t") as name,
                args=[ast.Constant(value=str(key)), *_],
            ):
                if KEY.fullmatch(key):
                    yield key
                elif isinstance(name, ast.Name) and PROMPT.fullmatch(key):
                    yield from {key + channel for channel in CHANNELS} & set(catalogue("en").texts) or {key}


def keys_in_template(source: str) -> Iterator[str]:
    """Constant keys given to t(…)."""
    for call in Environment(extensions=["jinja2.ext.do"]).parse(source).find_all(nodes.Call):
        match call:
            case nodes.Call(node=nodes.Name(name="t"), args=[nodes.Const(value=str(key)), *_]):
                yield key


def keys_in_use() -> set[str]:
    found = {prefix + rest for prefix, family in FAMILIES.items() for rest in family}
    for folder in ("ivr", "service"):
        for path in (ROOT / folder).rglob("*.py"):
            found.update(keys_in_python(path.read_text(encoding="utf-8")))
        for path in (ROOT / folder).rglob("*.html"):
            found.update(keys_in_template(path.read_text(encoding="utf-8")))
    return found


def po(code: str) -> polib.POFile:
    return polib.pofile(str(LOCALES_DIR / code / "messages.po"), check_for_duplicates=True)


def test_every_key_in_use_has_an_english_text() -> None:
    assert sorted(keys_in_use() - set(catalogue("en").texts)) == []


def test_no_text_is_there_for_nothing() -> None:
    assert sorted(set(catalogue("en").texts) - keys_in_use()) == []


@pytest.mark.parametrize("code", locales())
class TestLanguage:
    def test_has_the_keys_that_english_has(self, code: str) -> None:
        assert set(catalogue(code).texts) ^ set(catalogue("en").texts) == set()

    def test_has_no_unfinished_text(self, code: str) -> None:
        assert [entry.msgid for entry in po(code) if entry.fuzzy or entry.obsolete or not entry.msgstr.strip()] == []

    def test_keys_are_keys(self, code: str) -> None:
        assert [entry.msgid for entry in po(code) if not KEY.fullmatch(entry.msgid)] == []

    def test_has_the_placeholders_that_english_has(self, code: str) -> None:
        english = catalogue("en").texts
        texts = catalogue(code).texts
        assert [key for key in texts if placeholders(texts[key]) != placeholders(english[key])] == []

    def test_is_in_normal_form(self, code: str) -> None:
        path = LOCALES_DIR / code / "messages.po"
        assert path.read_text(encoding="utf-8") == normal_form(path, code)


def test_text_fills_in_placeholders_without_reading_the_values() -> None:
    texts = Catalogue("en", {"ask.sms": "Is it {street}?"})
    assert texts.text("ask.sms", street="{street} {0.__class__}") == "Is it {street} {0.__class__}?"


@pytest.mark.parametrize("params", [{}, {"road": "Molenweg"}])
def test_text_without_its_placeholder_raises(params: dict[str, str]) -> None:
    with pytest.raises(KeyError, match="street"):
        Catalogue("en", {"ask.sms": "Is it {street}?"}).text("ask.sms", **params)


def test_unknown_key_raises() -> None:
    with pytest.raises(KeyError, match=r"no\.such_key"):
        catalogue("en").text("no.such_key")


def test_unknown_language_raises() -> None:
    with pytest.raises(KeyError, match="xx"):
        catalogue("xx")


@pytest.mark.parametrize("text", ["{}", "{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>3}", "{", "}"])
def test_only_plain_names_may_be_placeholders(text: str) -> None:
    with pytest.raises(CatalogueError):
        placeholders(text)


def test_fuzzy_and_empty_texts_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "messages.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#, fuzzy\nmsgid "a.a"\nmsgstr "A"\n\nmsgid "b.b"\nmsgstr ""\n\nmsgid "c.c"\nmsgstr "C"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr("ivr.catalogue.LOCALES_DIR", tmp_path)
    assert set(catalogue.__wrapped__("en").texts) == {"c.c"}


def test_scanners_find_keys() -> None:
    assert list(keys_in_python('N_("a.b"); catalogue(x).text("c.d", n="1"); other.text("words"); t(f"e.{f}")')) == [
        "a.b",
        "c.d",
    ]
    assert list(keys_in_template('{{ t("a.b", n=1) }} {% if x %}{{ t("c.d") }}{% endif %} {{ t(e) }}')) == [
        "a.b",
        "c.d",
    ]
