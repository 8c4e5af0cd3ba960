"""What the outside sees of a report: the one function that lets anything out, be it to feeds, alerts or desks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ivr.categories import EXACT_PLACE_PUBLIC, Category
from ivr.messages import WhenLabel
from service.domain.report import DecisionField, ModerationDecision, Publication, Report, Status, TimePrecision

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What XML forbids, and what turns the direction of the text around it."""

_LEFT_OUT = "[…]"
_DIGITS = {str(digit): f"[{digit}{chr(0x660 + digit)}{chr(0x6F0 + digit)}]" for digit in range(10)}
"""Each digit as Latin, Arabic and Persian write it."""


class NotPublic(ValueError):
    """The report is not for the outside: it is not published, or practice."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A step of the handling after the report was published."""

    at: datetime
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReport:
    """A published report. House number and coordinates are empty but for categories whose exact place is public."""

    code: str
    category: Category
    street: str
    number: str
    suffix: str
    lat: float | None
    lon: float | None
    when: WhenLabel | None
    occurred_from: datetime | None
    occurred_until: datetime | None
    precision: TimePrecision
    text: str
    status: Status
    reported_at: datetime
    published_at: datetime
    updated_at: datetime
    follow_up: tuple[FollowUp, ...]


def public_report(report: Report, decisions: Iterable[ModerationDecision] = ()) -> PublicReport:
    """The public side of a report. ``decisions`` are its changes of status and publication. Raises NotPublic."""
    published_at = report.published_at
    if report.practice or report.publication is not Publication.PUBLISHED or published_at is None:
        raise NotPublic("the report is not published, or practice")
    exact = report.category in EXACT_PLACE_PUBLIC
    place, occurred = report.place, report.occurred
    follow_up = tuple(
        FollowUp(decision.at, Status(decision.after))
        for decision in decisions
        if decision.field is DecisionField.STATUS and decision.at >= published_at
    )
    return PublicReport(
        code=report.code,
        category=report.category,
        street=_clean(place.street),
        number=_clean(place.number) if exact else "",
        suffix=_clean(place.suffix) if exact else "",
        lat=place.lat if exact else None,
        lon=place.lon if exact else None,
        when=occurred.label,
        occurred_from=occurred.start,
        occurred_until=occurred.end,
        precision=occurred.precision,
        text=_clean(report.redacted if exact else _without_number(report.redacted, place.number)),
        status=report.status,
        reported_at=report.created_at,
        published_at=published_at,
        updated_at=max([published_at, *(step.at for step in follow_up)]),
        follow_up=follow_up,
    )


def as_json(report: PublicReport) -> dict[str, object]:
    """The report as /schema/public-report.json describes it."""
    return {
        "code": report.code,
        "category": report.category.value,
        "place": {
            "street": report.street,
            "number": report.number,
            "suffix": report.suffix,
            "lat": report.lat,
            "lon": report.lon,
        },
        "occurred": {
            "when": report.when.value if report.when else "",
            "from": _moment(report.occurred_from),
            "until": _moment(report.occurred_until),
            "precision": report.precision.value,
        },
        "text": report.text,
        "status": report.status.value,
        "reported_at": _moment(report.reported_at),
        "published_at": _moment(report.published_at),
        "updated_at": _moment(report.updated_at),
        "follow_up": [{"at": _moment(step.at), "status": step.status.value} for step in report.follow_up],
    }


def _without_number(text: str, number: str) -> str:
    """The text without the house number in digits, with whatever letters stand on it."""
    if not number.isdecimal():
        return text
    written = "".join(_DIGITS[str(int(digit))] for digit in number)
    return re.sub(rf"(?<!\d){written}(?!\d)[^\W\d_]*", _LEFT_OUT, text)


def _clean(text: str) -> str:
    return _UNSAFE.sub("", text).strip()


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
