"""Writes docs/settings.md from the settings themselves: ``python -m scripts.settings_reference``."""

from service.settings import ROOT, Settings, variable

PAGE = ROOT / "docs" / "settings.md"

HEAD = """# Settings

Every setting is an environment variable. All are read and checked once, at the start; a wrong one, or a name with
`BUURTLIJN_` that is none of these, stops the start with a message that says what to do. Lists are comma separated.
Defaults are enough for `make run`.

This page is written from the code by `make reference`.

| Variable | Default | Meaning |
|---|---|---|
"""


def reference() -> str:
    """The page: a row for each setting, in the order of the code."""
    rows = []
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{variable(name)}` | {shown(name, field.default)} | {field.description} |\n")
    return HEAD + "".join(rows)


def shown(name: str, default: object) -> str:
    """A default as the page shows it, the same on every machine."""
    if name == "data_dir":
        return "`var` here"
    if isinstance(default, bool):
        return f"`{default}`".lower()
    return f"`{default}`" if default not in {"", None, ()} else "(empty)"


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
