"""Read reports to decide about them. Reads are in the audit trail; what somebody may not see is not there for them."""

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from service.domain.account import Actor
from service.domain.delivery import Media
from service.domain.permissions import Verb, may
from service.domain.public_report import PublicReport, public_report
from service.domain.report import ModerationDecision, Publication, Report
from service.store.store import Unit
from service.store.unit import Missing
from service.usecases.line import Line

_MOST = 10_000
_RECENT = 12


@dataclass(frozen=True, slots=True)
class Queue:
    """Reports that wait for a decision, urgent ones first and then the oldest, and some decided lately."""

    waiting: tuple[Report, ...]
    recent: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report with all that somebody may see and do. ``shown``: what the outside sees, or would once published."""

    report: Report
    recordings: tuple[Media, ...]
    decisions: tuple[ModerationDecision, ...]
    verbs: frozenset[Verb]
    shown: PublicReport


def read_queue(line: Line, actor: Actor) -> Queue:
    """What waits for the actor; nothing for those who decide about nothing."""
    kinds = [practice for practice in (False, True) if _may_read(actor, practice=practice)]
    if actor.group_id is None or not kinds:
        return Queue((), ())
    with line.store.begin() as unit:
        unit.audit.add(actor.name, "read_queue", f"group {actor.group_id}", group_id=actor.group_id)
        waiting = [
            report for kind in kinds for report in unit.reports.pending(actor.group_id, practice=kind, limit=_MOST)
        ]
        newest = [report for kind in kinds for report in unit.reports.list(actor.group_id, practice=kind)]
    waiting.sort(key=lambda report: (not report.emergency.suspected, report.created_at))
    decided = [report for report in newest if report.publication is not Publication.PENDING]
    decided.sort(key=lambda report: report.updated_at, reverse=True)
    return Queue(tuple(waiting), tuple(decided[:_RECENT]))


def read_report(line: Line, actor: Actor, report_id: UUID) -> Reviewed:
    """One report. Raises Missing when there is none, or none for the actor."""
    with line.store.begin() as unit:
        report = _readable(unit, actor, report_id)
        verbs = frozenset(verb for verb in Verb if may(actor.role, verb, practice=report.practice))
        unit.audit.add(actor.name, "read_report", f"report {report_id}", group_id=report.group_id)
        decisions = unit.reports.decisions(report_id)
        recordings = unit.media.for_report(report_id)
    published_at = report.published_at or line.clock.now()
    as_published = replace(report, practice=False, publication=Publication.PUBLISHED, published_at=published_at)
    return Reviewed(report, recordings, decisions, verbs, public_report(as_published, decisions))


def open_recording(line: Line, actor: Actor, media_id: UUID) -> Path:
    """The file of a report's recording. Raises Missing when it is gone, or not for the actor."""
    with line.store.begin() as unit:
        recording = unit.media.get(media_id)
        if recording.report_id is None or recording.unwanted or recording.deleted_at or not recording.path:
            raise Missing(f"recording {media_id}")
        report = _readable(unit, actor, recording.report_id)
        if not may(actor.role, Verb.LISTEN, practice=report.practice):
            raise Missing(f"recording {media_id}")
        unit.audit.add(actor.name, "listen", f"recording {media_id}", group_id=report.group_id)
    path = line.settings.recordings / recording.path
    if not path.is_file():
        raise Missing(f"the audio of recording {media_id}")
    return path


def _readable(unit: Unit, actor: Actor, report_id: UUID) -> Report:
    report = unit.reports.by_id(report_id)
    if actor.group_id != report.group_id or not _may_read(actor, practice=report.practice):
        raise Missing(f"report {report_id}")
    return report


def _may_read(actor: Actor, *, practice: bool) -> bool:
    return may(actor.role, Verb.READ_PRACTICE if practice else Verb.READ_REPORTS, practice=practice)
