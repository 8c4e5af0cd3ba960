"""The languages of the line: one table, read from locales/locales.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

LOCALES_DIR = Path(__file__).resolve().parent.parent / "locales"


@dataclass(frozen=True, slots=True)
class Locale:
    """One language of the line.

    ``code`` is ISO 639-1, ``say`` a BCP 47 tag for a carrier's speech synthesis and ``espeak`` the voice name for
    synthesis on the server. ``reviewed`` stays false until a named native speaker has signed the translations.
    """

    code: str
    endonym: str
    direction: Literal["ltr", "rtl"]
    say: str
    espeak: str
    reviewed: bool


@cache
def locales() -> dict[str, Locale]:
    """All languages by code, in the default order of the spoken menu."""
    rows = tomllib.loads((LOCALES_DIR / "locales.toml").read_text(encoding="utf-8"))["locale"]
    return {row["code"]: Locale(**row) for row in rows}
