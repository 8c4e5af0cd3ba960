"""Texts of our own that nothing was adjusted to: what is understood of them must not get worse."""

from typing import Any

import pytest

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.locale import locales
from service.usecases.evaluate_text import evaluate_text, read_samples

from .conftest import HERE, NOW


@pytest.fixture(scope="module")
def reports(extractor: Extractor, streets: Gazetteer) -> dict[str, Any]:
    return evaluate_text(read_samples(HERE / "reports-own.tsv"), extractor, streets, NOW)


@pytest.fixture(scope="module")
def emergencies(extractor: Extractor) -> dict[str, Any]:
    return evaluate_text(read_samples(HERE / "emergencies-own.tsv"), extractor, None, NOW)


@pytest.mark.parametrize(
    ("what", "least"),
    [("language", 0.98), ("category", 0.95), ("street", 0.97), ("street_top3", 0.98), ("number", 0.97), ("when", 0.92)],
)
def test_reports_are_understood(reports: dict[str, Any], what: str, least: float) -> None:
    assert reports["n"] >= 150
    assert reports[what] >= least


def test_emergencies_are_heard(reports: dict[str, Any], emergencies: dict[str, Any]) -> None:
    assert emergencies["n"] >= 100
    assert emergencies["emergency_recall"] >= 0.98
    assert emergencies["emergency_false_alarm"] <= 0.05
    assert reports["emergency_false_alarm"] <= 0.05


def test_no_language_is_left_behind(reports: dict[str, Any], emergencies: dict[str, Any]) -> None:
    assert set(reports["by_language"]) == set(emergencies["by_language"]) == set(locales())
    for shares in reports["by_language"].values():
        assert shares["category"] >= 0.85
        assert shares["street"] >= 0.9
    for shares in emergencies["by_language"].values():
        assert shares["emergency_recall"] >= 0.85
