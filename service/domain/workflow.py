"""Who may move a report where: one transition table for its status, one for its publication."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ivr.categories import SECOND_DECISION, Category
from service.domain.permissions import Role
from service.domain.report import Place, PlacePrecision, Publication, Report, Status


class TransitionRefused(Exception):
    """The tables do not let this role move this report there."""


_Table = Mapping[Status, Mapping[Status, frozenset[Role]]]

_MODERATOR = frozenset({Role.MODERATOR})
_DESKS = frozenset({Role.MODERATOR, Role.POLICE, Role.MUNICIPALITY})
_RESIDENT = frozenset({Role.MODERATOR, Role.RESIDENT})
_TELLS_MORE = frozenset({Role.RESIDENT})
_SHOWN = ("category", "redacted", "place", "occurred")

_FROM_NEW = {
    Status.NEEDS_INFO: _MODERATOR,
    Status.IN_PROGRESS: _MODERATOR,
    Status.FORWARDED: _MODERATOR,
    Status.PLANNED: _MODERATOR,
    Status.RESOLVED: _MODERATOR,
    Status.NO_ACTION: _MODERATOR,
    Status.NOT_OURS: _MODERATOR,
    Status.DUPLICATE: _MODERATOR,
    Status.WITHDRAWN: _RESIDENT,
}
_FROM_FORWARDED = {
    Status.NEEDS_INFO: _DESKS,
    Status.IN_PROGRESS: _DESKS,
    Status.PLANNED: _DESKS,
    Status.RESOLVED: _DESKS,
    Status.NO_ACTION: _DESKS,
    Status.NOT_OURS: _DESKS,
    Status.DUPLICATE: _MODERATOR,
    Status.WITHDRAWN: _RESIDENT,
}
_FROM_WORK = _FROM_FORWARDED | {Status.FORWARDED: _MODERATOR}
_FROM_CLOSED = {Status.REOPENED: _RESIDENT}

STATUS_TRANSITIONS: _Table = {
    Status.RECEIVED: _FROM_NEW,
    Status.REOPENED: _FROM_NEW,
    Status.FORWARDED: _FROM_FORWARDED,
    Status.NEEDS_INFO: {to: roles for to, roles in _FROM_WORK.items() if to is not Status.NEEDS_INFO},
    Status.IN_PROGRESS: {to: roles for to, roles in _FROM_WORK.items() if to is not Status.IN_PROGRESS},
    Status.PLANNED: {to: roles for to, roles in _FROM_WORK.items() if to is not Status.PLANNED},
    Status.RESOLVED: _FROM_CLOSED,
    Status.NO_ACTION: _FROM_CLOSED,
    Status.NOT_OURS: _FROM_CLOSED,
    Status.DUPLICATE: {Status.REOPENED: _MODERATOR},
    Status.WITHDRAWN: {},
}
"""From a status to those that may follow it, with the roles that may move it there.

Desks see a report once it was forwarded, so the moves they may make from there on are safe to give by role.
"""

PUBLICATION_TRANSITIONS: Mapping[Publication, Mapping[Publication, frozenset[Role]]] = {
    Publication.PENDING: {
        Publication.PUBLISHED: _MODERATOR,
        Publication.REJECTED: _MODERATOR,
        Publication.PRIVATE: _MODERATOR,
    },
    Publication.PRIVATE: {Publication.PENDING: _MODERATOR, Publication.REJECTED: _MODERATOR},
    Publication.PUBLISHED: {Publication.RETRACTED: _MODERATOR, Publication.PENDING: _TELLS_MORE},
    Publication.REJECTED: {Publication.PENDING: _RESIDENT},
    Publication.RETRACTED: {Publication.PENDING: _RESIDENT},
}
"""From a publication to those that may follow it, with the roles that may move it there.

A resident moves a report by telling more of it, see ``told_anew``.
"""

LEAVES_PRACTICE = frozenset({Status.FORWARDED, Publication.PUBLISHED})
"""Where a practice report never goes."""


def _check(report: Report, to: Status | Publication, allowed: frozenset[Role], role: Role) -> None:
    """Raise TransitionRefused unless the role may move the report there."""
    acting = Role.MODERATOR if role is Role.TRAINER and report.practice else role
    if acting not in allowed:
        raise TransitionRefused(
            f"{role} may not move a report from {report.status}/{report.publication} to {to}"
            if allowed
            else f"there is no way from {report.status}/{report.publication} to {to}"
        )
    if report.practice and to in LEAVES_PRACTICE:
        raise TransitionRefused(f"a practice report can never be {to}")


def change_status(report: Report, to: Status, role: Role, at: datetime) -> Report:
    """The report in another status. Raises TransitionRefused. For a duplicate use ``mark_duplicate``."""
    if to is Status.DUPLICATE:
        raise TransitionRefused("a duplicate needs the report that it repeats")
    _check(report, to, STATUS_TRANSITIONS[report.status].get(to, frozenset()), role)
    duplicate_of = None if to is Status.REOPENED else report.duplicate_of
    return replace(report, status=to, duplicate_of=duplicate_of, updated_at=at)


def mark_duplicate(report: Report, of: Report, role: Role, at: datetime) -> Report:
    """The report as a duplicate of another of its group. Raises TransitionRefused."""
    _check(report, Status.DUPLICATE, STATUS_TRANSITIONS[report.status].get(Status.DUPLICATE, frozenset()), role)
    if of.id == report.id or of.duplicate_of is not None:
        raise TransitionRefused("a report repeats another one, and one that is no duplicate itself")
    if (of.group_id, of.practice) != (report.group_id, report.practice):
        raise TransitionRefused("a duplicate repeats a report of its own group, and never practice a real one")
    return replace(report, status=Status.DUPLICATE, duplicate_of=of.id, updated_at=at)


def is_enquiry(report: Report) -> bool:
    """Whether a report is a question or a request, which gets an answer or a person and is never published."""
    return report.category is Category.OTHER and not report.emergency.suspected


def decisions_needed(report: Report) -> int:
    """How many decisions of a moderator it takes to publish this report.

    Two for people in danger and homes left empty. An emergency of no category of its own is somebody's health or life.
    """
    somebodys_life = report.category is Category.OTHER and report.emergency.suspected
    return 2 if report.category in SECOND_DECISION or somebodys_life else 1


def change_publication(
    report: Report, to: Publication, role: Role, at: datetime, *, second_decision: bool = False
) -> Report:
    """The report after a decision about its publication. Raises TransitionRefused.

    Where two decisions are needed, the first one to publish leaves the report pending with ``publish_decisions`` 1;
    the next publishes only when it is explicitly given as the ``second_decision``, never by a button pressed twice.
    """
    _check(report, to, PUBLICATION_TRANSITIONS[report.publication].get(to, frozenset()), role)
    decided_at = report.decided_at or at
    if to is not Publication.PUBLISHED:
        return replace(
            report,
            publication=to,
            publish_decisions=0,
            published_at=None,
            decided_at=report.decided_at if to is Publication.PENDING else decided_at,
            updated_at=at,
        )
    if is_enquiry(report):
        raise TransitionRefused("a report of category other is an enquiry: it is answered, never published")
    if decisions_needed(report) == 2 and not report.publish_decisions:
        return replace(report, publish_decisions=1, updated_at=at)
    if decisions_needed(report) == 2 and not second_decision:
        raise TransitionRefused(f"{report.category} is published only by an explicit second decision")
    return replace(
        report,
        publication=to,
        publish_decisions=report.publish_decisions + 1,
        published_at=at,
        decided_at=decided_at,
        updated_at=at,
    )


def told_anew(before: Report, after: Report, at: datetime) -> Report:
    """``after``, which its resident has made of ``before``: where the feed would show something else, a moderator has
    to decide again, and what was decided about the words before is void.
    """
    if all(getattr(before, name) == getattr(after, name) for name in _SHOWN):
        return after
    if after.publication is Publication.PENDING:
        return replace(after, publish_decisions=0)
    if after.publication is Publication.PRIVATE:
        return after
    return change_publication(after, Publication.PENDING, Role.RESIDENT, at)


def without_resident(report: Report) -> Report:
    """The report without its resident and their words, for whoever has to be forgotten: what, which street and when."""
    street = report.place.street
    return replace(
        report,
        description="",
        original="",
        redacted="",
        place=Place(street=street, precision=PlacePrecision.STREET if street else PlacePrecision.NONE),
        language="",
        resident_id=None,
        pseudonym="",
        anonymous=True,
        call_back=False,
    )


def erase(report: Report, at: datetime) -> Report:
    """The report ``without_resident``, withdrawn where it was open, and neither in the feed nor waiting for it.

    The right to be forgotten asks no role and passes over the tables.
    """
    is_open = Status.WITHDRAWN in STATUS_TRANSITIONS[report.status]
    shown = report.publication is Publication.PUBLISHED
    return replace(
        without_resident(report),
        status=Status.WITHDRAWN if is_open else report.status,
        publication=Publication.RETRACTED if shown else Publication.PRIVATE,
        publish_decisions=0,
        published_at=None,
        updated_at=at,
    )
