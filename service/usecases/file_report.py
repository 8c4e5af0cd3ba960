"""A conversation's draft becomes its report, or the report's next revision."""

from dataclasses import dataclass, replace
from uuid import UUID

from ivr.categories import Category
from ivr.conversation.session import Draft, Session
from ivr.extraction.flags import find_flags, redact
from ivr.messages import WhenFound, WhenLabel
from service.clock import Clock
from service.domain.report import Emergency, Occurred, Place, PlacePrecision, Report, Status, TimePrecision
from service.domain.resident import Resident, StoredSession
from service.domain.workflow import told_anew
from service.store.store import Unit

_RESIDENT = "resident"

_PRECISION = {
    WhenLabel.NOW: TimePrecision.MINUTE,
    WhenLabel.EVENING: TimePrecision.RECURRING,
    WhenLabel.TODAY: TimePrecision.DAY,
    WhenLabel.YESTERDAY: TimePrecision.DAY,
}


@dataclass(frozen=True, slots=True)
class Filing:
    """Whose draft is filed: the stored conversation, where it stands, and the resident (None: without a number)."""

    stored: StoredSession
    session: Session
    resident: Resident | None
    code: str = ""  # allocated for this conversation's report already, if it was


def file_report(unit: Unit, clock: Clock, filing: Filing, *, confirmed: bool) -> Report:
    """Store the session's draft as its report, or as the next revision of the one that is there.

    A report that was confirmed stays so. What a moderator put right stays where the resident tells nothing else about
    it, and what the feed would show is decided about again where they do. Recordings of the conversation become the
    report's.
    """
    before = unit.reports.by_session(filing.stored.id)
    draft = filing.session.draft
    standing = confirmed or (before is not None and before.confirmed)
    if before is None:
        report = unit.reports.add(_told(unit, _blank(unit, clock, filing), draft, confirmed=standing))
    else:
        told = _told(unit, before, draft, confirmed=standing)
        if told.category is _told_before(unit, before):
            told = replace(told, category=before.category)
        report = unit.reports.save(told_anew(before, told, clock.now()), actor=_RESIDENT)
    for recording in draft.recordings:
        unit.media.attach(UUID(recording), report.id)
    return report


def _blank(unit: Unit, clock: Clock, filing: Filing) -> Report:
    now = clock.now()
    stored, resident = filing.stored, filing.resident
    return Report(
        id=clock.new_id(),
        code=filing.code or unit.reports.new_code(stored.group_id),
        group_id=stored.group_id,
        practice=stored.practice,
        channel=stored.channel,
        language=filing.session.locale,
        category=Category.OTHER,
        description="",
        original="",
        redacted="",
        resident_id=resident.id if resident else None,
        pseudonym=resident.pseudonym if resident else "",
        anonymous=resident is None,
        session_id=stored.id,
        created_at=now,
        updated_at=now,
    )


def _told_before(unit: Unit, report: Report) -> Category:
    """The category that the resident told last, whatever a moderator made of it since."""
    first, *later = unit.reports.history(report.id)
    return next((one for one in reversed(later) if one.actor == _RESIDENT), first).report.category


def _told(unit: Unit, report: Report, draft: Draft, *, confirmed: bool) -> Report:
    """The report with all that the draft says. A status that somebody has changed since stays as it is."""
    words = "\n".join(draft.words)
    added = words.removeprefix(report.original)
    status = report.status
    if status in (Status.RECEIVED, Status.NEEDS_INFO):
        status = Status.RECEIVED if confirmed else Status.NEEDS_INFO
    return replace(
        report,
        category=draft.category or Category.OTHER,
        description=words,
        original=words,
        redacted=report.redacted + redact(added, find_flags(added)),
        place=_place(unit, report.group_id, draft),
        occurred=_occurred(draft.when),
        emergency=replace(
            report.emergency if report.emergency.suspected else Emergency(suspected=draft.emergency),
            advised_112_at=draft.advised_112_at,
        ),
        confidence={"category": draft.category_confidence, "street": draft.street_confidence},
        confirmed=confirmed,
        status=status,
    )


def _place(unit: Unit, group_id: UUID, draft: Draft) -> Place:
    street = unit.groups.street(group_id, draft.street) if draft.street else None
    mark = unit.groups.landmark(group_id, draft.landmark) if draft.landmark else None
    precision = PlacePrecision.NUMBER if draft.number else PlacePrecision.STREET
    unnamed = PlacePrecision.LANDMARK if draft.landmark else PlacePrecision.NONE
    known = street or (mark if not draft.street else None)
    return Place(
        street=draft.street,
        number=draft.number,
        suffix=draft.suffix,
        postcode=draft.postcode,
        landmark=draft.landmark,
        lat=known.lat if known else None,
        lon=known.lon if known else None,
        precision=precision if draft.street else unnamed,
        gazetteer_id=known.gazetteer_id if known else "",
    )


def _occurred(when: WhenFound | None) -> Occurred:
    if when is None:
        return Occurred()
    precision = _PRECISION.get(when.label, TimePrecision.PART_OF_DAY)
    return Occurred(label=when.label, start=when.start, end=when.end, precision=precision)
