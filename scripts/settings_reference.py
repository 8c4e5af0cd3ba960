"""Writes docs/settings.md from the settings themselves: ``python -m scripts.settings_reference``."""

from service.settings import ROOT, Settings

PAGE = ROOT / "docs" / "settings.md"

HEAD = """# Settings

Every setting is an environment variable. All are read and checked once, at the start; a wrong one stops the start with
a message that names it. Lists are comma separated. Defaults are enough for `make run`.

This page is written from the code by `make reference`.

| Variable | Default | Meaning |
|---|---|---|
"""


def reference() -> str:
    """The page: a row for each setting, in the order of the code."""
    rows = []
    for name, field in Settings.model_fields.items():
        variable = field.validation_alias or f"BUURTLIJN_{name}".upper()
        default = field.get_default(call_default_factory=True, validated_data={})
        rows.append(f"| `{variable}` | {shown(name, default)} | {field.description} |\n")
    return HEAD + "".join(rows)


def shown(name: str, default: object) -> str:
    """A default as the page shows it, the same on every machine."""
    if name == "port":
        return "8000"
    if name == "data_dir":
        return "`var` here"
    if isinstance(default, bool):
        return f"`{default}`".lower()
    return f"`{default}`" if default not in {"", None, ()} else "(empty)"


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
