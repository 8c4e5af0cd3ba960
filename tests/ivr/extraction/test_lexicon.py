from pathlib import Path

import pytest

from ivr import locale
from ivr.extraction.lexicon import LexiconBroken, lexicon
from ivr.extraction.patterns import Index, Rule, parse, spellings, split
from ivr.extraction.tokens import cut
from ivr.locale import locales


@pytest.mark.parametrize("code", list(locales()))
def test_every_lexicon_names_every_language(code: str) -> None:
    assert set(lexicon(code).language_names.values()) == set(locales())


@pytest.mark.parametrize(
    ("old", "new"),
    [("[category.fire]", "[category.fires]"), ("alarm = ", "alarms = "), ("[place]", "[places]"), ("@", "@un")],
)
def test_a_broken_lexicon_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    whole = (locale.LOCALES_DIR / "nl" / "lexicon.toml").read_text(encoding="utf-8")
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "lexicon.toml").write_text(whole.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(locale, "LOCALES_DIR", tmp_path)
    with pytest.raises(LexiconBroken, match=r"locales/xx/lexicon\.toml"):
        lexicon.__wrapped__("xx")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("fire", "a fire", True),
        ("fire", "a fireman", False),
        ("fire*", "a fireman", True),
        ("*man", "a fireman", True),
        ("*rem*", "a fireman", True),
        ("open ~ door", "open that old green door", True),
        ("open ~ door", "open one two three four five door", False),
        ("(car|van) on fire", "a van on fire", True),
        ("knife + door", "at the door with a knife", True),
        ("@thing gone", "the bike gone", True),
        ("@thing gone", "the dog gone", False),
    ],
)
def test_the_notation_of_patterns(pattern: str, text: str, found: bool) -> None:
    rules = [Rule("x", 1.0, parse(way)) for each in split(pattern) for way in spellings(each, umlauts=False)]
    index = Index(rules, {"thing": (parse("bike")[0],)})
    assert bool(index.find(cut(text).tokens)) is found
