from datetime import UTC, datetime

import pytest

from ivr.extraction.when import interval
from ivr.messages import WhenLabel

from .conftest import NOW, Understand


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("gisteravond zijn er ruiten ingegooid", WhenLabel.YESTERDAY_EVENING),
        ("vanochtend lag er weer afval", WhenLabel.THIS_MORNING),
        ("they scratched my car last night", WhenLabel.LAST_NIGHT),
        ("her akşam gürültü yapıyorlar", WhenLabel.EVENING),
        ("امبارح كسروا الشباك", WhenLabel.YESTERDAY),
        ("dzisiaj ktoś porysował auto", WhenLabel.TODAY),
        ("зараз хтось ламає двері", WhenLabel.NOW),
        ("mijn buurman slaat haar", WhenLabel.NOW),
    ],
)
def test_the_time_that_is_named(understand: Understand, text: str, label: WhenLabel) -> None:
    when = understand(text).when
    assert when is not None
    assert when.label is label


@pytest.mark.parametrize("text", ["de lantaarn is al weken kapot", "we zijn twee weken op vakantie", "afval op straat"])
def test_what_is_always_so_has_no_time(understand: Understand, text: str) -> None:
    assert understand(text).when is None


@pytest.mark.parametrize("label", list(WhenLabel))
def test_a_label_becomes_an_interval_before_now(label: WhenLabel) -> None:
    start, end = interval(label, NOW)
    if label is WhenLabel.EVENING:
        assert (start, end) == (None, None)
        return
    assert start is not None
    assert end is not None
    assert start < end <= NOW


def test_days_are_those_of_the_netherlands() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past midnight on 2 July
    assert interval(WhenLabel.YESTERDAY, summer) == (
        datetime(2026, 6, 30, 22, tzinfo=UTC),
        datetime(2026, 7, 1, 22, tzinfo=UTC),
    )


def test_this_morning_before_dawn_is_no_empty_interval() -> None:
    start, end = interval(WhenLabel.THIS_MORNING, datetime(2026, 1, 5, 23, 5, tzinfo=UTC))
    assert start is not None
    assert end is not None
    assert start < end
