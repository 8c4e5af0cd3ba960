"""What a group's feed shows: its published reports as the outside may see them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.domain.group import Group
from service.domain.public_report import PublicReport, public_report
from service.store.unit import Missing
from service.usecases.line import Line

PAGE = 30
"""Reports on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A page of a group's feed, the last published report first.

    ``changed`` is when the feed as a whole changed last (None: never). ``older`` is what to give as ``before`` for the
    page after this one; None on the last page.
    """

    group: Group
    reports: tuple[PublicReport, ...]
    changed: datetime | None
    older: datetime | None


def show_feed(line: Line, slug: str, may_read: Callable[[Group], bool], before: datetime | None = None) -> Feed:
    """The feed of a group, or with ``before`` an older page of it. ``may_read`` says who is let in.

    Raises Missing where there is no such group, and just so where its feed is not for the reader.
    """
    with line.store.read() as unit:
        group = unit.groups.by_slug(slug)
    if group is None or not may_read(group):  # which may read the store itself
        raise Missing(f"group {slug}")
    with line.store.read() as unit:
        found = unit.reports.published(group.id, PAGE + 1, before)
        shown = found[:PAGE]
        decisions = unit.reports.decisions_about([report.id for report in shown])
        return Feed(
            group=group,
            reports=tuple(public_report(report, decisions.get(report.id, ())) for report in shown),
            changed=unit.reports.feed_changed(group.id),
            older=shown[-1].published_at if len(found) > PAGE else None,
        )
