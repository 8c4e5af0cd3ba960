"""When it happened: a label and the interval that follows from it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.categories import Category
from ivr.extraction.patterns import Hit
from ivr.extraction.tokens import Words
from ivr.messages import WhenFound, WhenLabel

ZONE = ZoneInfo("Europe/Amsterdam")
_DAYS = (
    *(WhenLabel.YESTERDAY_EVENING, WhenLabel.LAST_NIGHT, WhenLabel.THIS_MORNING, WhenLabel.YESTERDAY),
    WhenLabel.EVENING,
)
_LASTING = frozenset(
    {
        Category.HOLIDAY,
        Category.OTHER,
        Category.LITTER,
        Category.STREET_DEFECT,
        Category.TRAFFIC,
        Category.VANDALISM,
        Category.ANIMAL,
        Category.DRUGS,
        Category.BURGLARY,
    }
)
"""Categories whose present tense tells of a condition, not of a moment."""


def said_when(hits: Sequence[Hit], category: Category | None, *, emergency: bool) -> tuple[WhenLabel | None, float]:
    """When the lexicons' hits say it happened, and how sure that is; None where it isn't said, or is always so."""
    return _label(_by_name(hits), category, emergency=emergency)


def dated(
    label: WhenLabel | None, confidence: float, hits: Sequence[Hit], words: Words, now: datetime
) -> WhenFound | None:
    """A label as an interval, with the words that name it where there are such. ``now`` is in UTC."""
    if label is None:
        return None
    start, end = interval(label, now)
    hit = _by_name(hits).get(label)
    return WhenFound(label, confidence, start, end, words.span(*hit.ranges[0]) if hit else None)


def _by_name(hits: Sequence[Hit]) -> dict[str, Hit]:
    return {hit.label.removeprefix("when."): hit for hit in reversed(hits) if hit.label.startswith("when.")}


def _label(found: dict[str, Hit], category: Category | None, *, emergency: bool) -> tuple[WhenLabel | None, float]:
    if category is Category.HOLIDAY:
        return None, 0.0
    if emergency and category is not Category.ANIMAL and not (set(found) & set(_DAYS)):
        return WhenLabel.NOW, 0.9
    if emergency and "now" in found:
        return WhenLabel.NOW, 0.85
    days = [label for label in _DAYS if label in found]
    if days:
        return _first(days, found), 0.9
    if "ago" in found or "standing" in found:
        return (WhenLabel.NOW, 0.6) if "now" in found and "ago" not in found else (None, 0.0)
    if "now" in found:
        return WhenLabel.NOW, 0.9
    if "today" in found:
        return WhenLabel.TODAY, 0.9
    if "habit" not in found and _happening(found, category):
        return WhenLabel.NOW, 0.6
    return None, 0.0


def _happening(found: dict[str, Hit], category: Category | None) -> bool:
    """Whether the present tense tells of now; a noise is told while it lasts."""
    if category is None or category in _LASTING:
        return False
    return category is Category.NOISE or "continuous" in found


def _first(days: list[WhenLabel], found: dict[str, Hit]) -> WhenLabel:
    """The day named first in the text; the more precise one where two stand in the same words."""
    return min(days, key=lambda label: (found[label].ranges[0][0], _DAYS.index(label)))


def interval(label: WhenLabel, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The interval [start, end) in UTC that a label means at ``now`` (UTC), by the clocks of the Netherlands."""
    local = now.astimezone(ZONE)
    yesterday = local.date() - timedelta(days=1)
    match label:
        case WhenLabel.NOW:
            return now - timedelta(minutes=30), now
        case WhenLabel.THIS_MORNING:
            start, end = _at(local, 6 if local.hour >= 7 else 0), min(_at(local, 12), now)
        case WhenLabel.TODAY:
            start, end = _at(local, 0), now
        case WhenLabel.LAST_NIGHT:
            start = datetime.combine(yesterday, time(22), ZONE).astimezone(UTC)
            end = min(_at(local, 7), now)
        case WhenLabel.YESTERDAY:
            start, end = datetime.combine(yesterday, time(0), ZONE).astimezone(UTC), _at(local, 0)
        case WhenLabel.YESTERDAY_EVENING:
            start, end = datetime.combine(yesterday, time(18), ZONE).astimezone(UTC), _at(local, 0)
        case _:
            return None, None
    return start, max(end, start + timedelta(minutes=1))


def _at(local: datetime, hour: int) -> datetime:
    return datetime.combine(local.date(), time(hour), ZONE).astimezone(UTC)
