"""One extractor for all nine languages and a list of streets, built once."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.locale import locales
from ivr.messages import Slot, Understanding

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
HERE = Path(__file__).resolve().parent

Understand = Callable[..., Understanding]


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor(list(locales()))


@pytest.fixture(scope="session")
def streets() -> Gazetteer:
    names = (HERE / "streets-own.txt").read_text(encoding="utf-8").splitlines()
    return Gazetteer(names)


@pytest.fixture(scope="session")
def understand(extractor: Extractor, streets: Gazetteer) -> Understand:
    """understand(text, language=None, awaiting=Slot.REPORT) with the streets of the tests."""

    def call(text: str, language: str | None = None, awaiting: Slot = Slot.REPORT) -> Understanding:
        return extractor.understand(text, streets, NOW, language, awaiting)

    return call
