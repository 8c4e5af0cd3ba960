"""Decide about reports: publish, reject, retract or correct them, and tell the resident what became of theirs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from ivr.catalogue import N_, catalogue
from ivr.categories import Category
from service.domain.account import Actor
from service.domain.permissions import Verb, may
from service.domain.report import Publication, Report
from service.domain.workflow import TransitionRefused, change_publication
from service.store.store import Unit
from service.store.unit import Missing
from service.usecases.line import Line
from service.usecases.send_message import send_message_later

LONGEST_REASON = 500
LONGEST_TEXT = 4000
"""Characters."""

_GATEWAYS = {"phone": "simulator"}
"""Providers whose unprompted messages go by another gateway's name: the web phone asks the simulator's outbox."""

_NOTICES = {
    Publication.PUBLISHED: N_("notice.published.sms"),
    Publication.REJECTED: N_("notice.rejected.sms"),
}


class ReportChanged(TransitionRefused):
    """The report is no longer as the moderator saw it."""


class ReasonMissing(ValueError):
    """A report is rejected or retracted for a reason, of at most LONGEST_REASON characters."""


def publish(
    line: Line, actor: Actor, report_id: UUID, *, second_decision: bool = False, revision: int | None = None
) -> Report:
    """Publish a report, or take the first of two decisions where its category needs them; gives it as it is then.

    ``revision`` is the one that the moderator saw. Raises Missing (foreign reports too), TransitionRefused,
    ReportChanged.
    """

    def decide(report: Report, at: datetime) -> Report:
        return change_publication(report, Publication.PUBLISHED, actor.role, at, second_decision=second_decision)

    return _decide(line, actor, report_id, Verb.PUBLISH, "publish", decide, revision=revision)


def reject(line: Line, actor: Actor, report_id: UUID, reason: str, *, revision: int | None = None) -> Report:
    """Keep a report out of the feed, for a reason that only the group's own people see.

    Raises as ``publish``, and ReasonMissing.
    """

    def decide(report: Report, at: datetime) -> Report:
        return change_publication(report, Publication.REJECTED, actor.role, at)

    return _decide(line, actor, report_id, Verb.PUBLISH, "reject", decide, reason=_reason(reason), revision=revision)


def retract(line: Line, actor: Actor, report_id: UUID, reason: str, *, revision: int | None = None) -> Report:
    """Take a published report out of the feed again. Raises as ``reject``."""

    def decide(report: Report, at: datetime) -> Report:
        return change_publication(report, Publication.RETRACTED, actor.role, at)

    return _decide(line, actor, report_id, Verb.PUBLISH, "retract", decide, reason=_reason(reason), revision=revision)


def correct(
    line: Line, actor: Actor, report_id: UUID, category: Category, text: str, *, revision: int | None = None
) -> Report:
    """Put right what a waiting report is about and what the feed would show of it; the resident's words stay.

    A decision to publish taken before is void then. Raises as ``publish``; TransitionRefused once it is decided about.
    """

    def decide(report: Report, at: datetime) -> Report:
        if report.publication is not Publication.PENDING:
            raise TransitionRefused("a report is corrected while it waits for a decision")
        return replace(
            report, category=category, redacted=text.strip()[:LONGEST_TEXT], publish_decisions=0, updated_at=at
        )

    return _decide(line, actor, report_id, Verb.CORRECT_REPORT, "correct", decide, revision=revision)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing(f"a reason of 1 to {LONGEST_REASON} characters is needed")
    return reason


def _decide(
    line: Line,
    actor: Actor,
    report_id: UUID,
    verb: Verb,
    name: str,
    decide: Callable[[Report, datetime], Report],
    *,
    reason: str = "",
    revision: int | None = None,
) -> Report:
    with line.store.begin() as unit:
        before = unit.reports.by_id(report_id)
        if actor.group_id != before.group_id or not may(actor.role, verb, practice=before.practice):
            raise Missing(f"report {report_id}")
        if revision is not None and revision != before.revision:
            raise ReportChanged("the report has changed since it was read")
        after = unit.reports.save(decide(before, line.clock.now()), actor.name, reason)
        unit.audit.add(actor.name, name, f"report {report_id}", group_id=before.group_id)
        if after.publication is not before.publication:
            _notify(line, unit, after)
    return after


def _notify(line: Line, unit: Unit, report: Report) -> None:
    """Tell the resident in their language, through the gateway and from the number that they used."""
    notice = _NOTICES.get(report.publication)
    if notice is None or report.practice or report.resident_id is None or report.session_id is None:
        return
    if unit.residents.by_id(report.resident_id).opted_out:
        return
    provider = unit.inbox.provider_of(report.session_id) or ""
    gateway = _GATEWAYS.get(provider, provider)
    if gateway not in line.gateways:
        return
    message_id = unit.outbox.add(
        report.group_id,
        report.resident_id,
        gateway,
        unit.sessions.get(report.session_id).number,
        catalogue(report.language).text(notice, code=report.code),
        unique_key=f"notice:{report.id}:{report.revision}",
    )
    send_message_later(line, unit, message_id)
