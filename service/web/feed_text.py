"""A public report in the visitor's language: what, where, when and how far its handling is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date, format_skeleton, get_timezone

from ivr.locale import Locale
from service.domain.public_report import PublicReport
from service.domain.report import Status, TimePrecision

ZONE = get_timezone("Europe/Amsterdam")

_REGIONS = {"en": "en_GB"}
"""Where a language alone would mean the customs of another country."""

_STAGES = {
    Status.RECEIVED: "new",
    Status.REOPENED: "new",
    Status.NEEDS_INFO: "busy",
    Status.IN_PROGRESS: "busy",
    Status.FORWARDED: "busy",
    Status.PLANNED: "busy",
    Status.RESOLVED: "done",
    Status.NO_ACTION: "closed",
    Status.NOT_OURS: "closed",
    Status.DUPLICATE: "closed",
    Status.WITHDRAWN: "closed",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A report as the page shows it. ``occurred`` is empty when not known, ``stage`` colours the status.

    ``report.text`` is in the resident's language, all the rest in the visitor's.
    """

    report: PublicReport
    title: str
    category: str
    place: str
    occurred: str
    reported: str
    status: str
    stage: str
    news: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: texts and customs of their language, and the year they read in."""

    locale: Locale
    t: Callable[..., str]
    now: datetime

    def card(self, report: PublicReport) -> Card:
        """All that is told about a report."""
        category = self.t(f"category.{report.category}")
        place = f"{report.street} {report.number}{report.suffix}".strip()
        return Card(
            report=report,
            title=self.t("feed.item", category=category, place=place) if place else category,
            category=category,
            place=place,
            occurred=self.occurred(report),
            reported=self.moment(report.reported_at),
            status=self.t(f"status.{report.status}"),
            stage=_STAGES[report.status],
            news=self.moment(report.follow_up[-1].at) if report.follow_up else "",
        )

    def occurred(self, report: PublicReport) -> str:
        """When it happened, as exactly as it is known; empty when it isn't."""
        start, end = report.occurred_from, report.occurred_until
        if report.precision is TimePrecision.RECURRING and report.when:
            return self.t(f"when.{report.when}")
        if start is None:
            return ""
        if report.precision is TimePrecision.DAY:
            return self.day(start)
        if report.precision is TimePrecision.MINUTE or end is None:
            return self.moment(start)
        if self.day(start) == self.day(end - timedelta(minutes=1)):
            return f"{self.moment(start)} – {self.time(end)}"
        return f"{self.moment(start)} – {self.moment(end)}"

    def moment(self, at: datetime) -> str:
        """Day and time by the clocks of the Netherlands."""
        return self.t("list.separator").join([self.day(at), self.time(at)])

    def day(self, at: datetime) -> str:
        """The day, with its year unless it is this one."""
        local = at.astimezone(ZONE)
        if local.year != self.now.astimezone(ZONE).year:
            return format_date(local.date(), "full", self._babel)
        return format_skeleton("MMMMEEEEd", at, ZONE, locale=self._babel)

    def time(self, at: datetime) -> str:
        """The time of day."""
        return format_skeleton("Hm", at, ZONE, locale=self._babel)

    @property
    def _babel(self) -> str:
        return _REGIONS.get(self.locale.code, self.locale.code)
