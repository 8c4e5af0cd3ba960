"""Reports: the current state, every revision of it, and every decision about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, func, insert, or_, select, update

from ivr.categories import Category
from service.domain.report import DecisionField, ModerationDecision, Publication, Report, Revision, Status
from service.domain.workflow import erase, without_resident
from service.store.tables import groups, media, report_events, report_revisions, reports
from service.store.unit import Missing, Repository, as_domain

_FIXED = ("code", "group_id", "practice", "channel", "session_id", "created_at")
"""Fields that stay as they were filed."""

_CROWDED = 4500
"""So many codes of 4 digits taken, half of them, make the next ones longer."""

_COLUMNS = tuple(f.name for f in fields(Report) if f.name != "media_ids")


class Reports(Repository):
    """The reports of all groups. Reads give current reports; ``history`` gives what they were."""

    def new_code(self, group_id: UUID) -> str:
        """A speakable code that no report of the group has: 4 digits, 5 once half of those are taken.

        Locks the group until the transaction's end, so that no two reports get the same.
        """
        self._connection.execute(self._lock(select(groups.c.id).where(groups.c.id == group_id)))
        used = set(self._connection.scalars(select(reports.c.code).where(reports.c.group_id == group_id)))
        digits = 4 if sum(len(code) == 4 for code in used) < _CROWDED else 5
        free = [code for number in range(10 ** (digits - 1), 10**digits) if (code := str(number)) not in used]
        return free[self._clock.below(len(free))]

    def add(self, report: Report, actor: str = "line", reason: str = "") -> Report:
        """Keep a new report as revision 1, with the recordings of its ``media_ids`` attached."""
        report = replace(report, revision=1)
        self._connection.execute(insert(reports).values(**self._row(report)))
        self._connection.execute(update(media).where(media.c.id.in_(report.media_ids)).values(report_id=report.id))
        self._revise(report, actor, reason)
        return report

    def save(self, report: Report, actor: str, reason: str = "") -> Report:
        """Keep a changed report as its next revision, and what changed of status and publication as decisions.

        Give a report that the workflow's functions or ``dataclasses.replace`` made from one read in this same
        transaction. Raises Missing; ValueError when it was made from an older revision or changes what is fixed.
        """
        before = self.by_id(report.id)
        if report.revision != before.revision:
            raise ValueError(f"report {report.id} has been changed since it was read")
        changed = [name for name in _FIXED if getattr(report, name) != getattr(before, name)]
        if changed:
            raise ValueError(f"a report's {', '.join(changed)} cannot be changed")
        if not report.original.startswith(before.original):
            raise ValueError("a resident's own words can be added to, never changed")
        return self._keep(before, report, actor, reason)

    def erase(self, report_id: UUID) -> Report:
        """Forget the resident of a report and their words, in all its revisions too. Raises Missing."""
        before = self.by_id(report_id)
        for revision in self.history(report_id):
            self._connection.execute(
                update(report_revisions)
                .where(report_revisions.c.report_id == report_id, report_revisions.c.number == revision.report.revision)
                .values(report=without_resident(revision.report))
            )
        return self._keep(before, erase(before, self._clock.now()), "line", "erased")

    def _keep(self, before: Report, report: Report, actor: str, reason: str) -> Report:
        report = replace(report, revision=before.revision + 1, updated_at=self._clock.now())
        self._connection.execute(update(reports).where(reports.c.id == report.id).values(**self._row(report)))
        self._revise(report, actor, reason)
        for name in DecisionField:
            if getattr(report, name) != getattr(before, name):
                self._connection.execute(
                    insert(report_events).values(
                        report_id=report.id,
                        revision=report.revision,
                        field=name,
                        before=str(getattr(before, name)),
                        after=str(getattr(report, name)),
                        actor=actor,
                        at=report.updated_at,
                        reason=reason,
                    )
                )
        return report

    def by_id(self, report_id: UUID) -> Report:
        """The report of that id; locked in ``begin``. Raises Missing."""
        found = self._load([reports.c.id == report_id], lock=True)
        if not found:
            raise Missing(f"report {report_id}")
        return found[0]

    def by_code(self, group_id: UUID, code: str) -> Report | None:
        """The report of a group with that code; locked in ``begin``."""
        return next(iter(self._load([reports.c.group_id == group_id, reports.c.code == code], lock=True)), None)

    def by_session(self, session_id: UUID) -> Report | None:
        """The report that a conversation was made into; locked in ``begin``."""
        return next(iter(self._load([reports.c.session_id == session_id], lock=True)), None)

    def list(
        self,
        group_id: UUID | None = None,
        *,
        practice: bool | None = False,
        status: Status | None = None,
        category: Category | None = None,
        resident_id: UUID | None = None,
        since: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[Report, ...]:
        """Reports, the newest first: real ones, practice ones (``practice=True``) or both (None)."""
        filters = {
            reports.c.group_id: group_id,
            reports.c.practice: practice,
            reports.c.status: status,
            reports.c.category: category,
            reports.c.resident_id: resident_id,
        }
        where = [column == value for column, value in filters.items() if value is not None]
        if since is not None:
            where.append(reports.c.created_at >= since)
        return self._load(where, limit=limit, offset=offset)

    def pending(self, group_id: UUID, *, practice: bool = False, limit: int = 100) -> tuple[Report, ...]:
        """Reports that wait for a moderator, the newest first."""
        where = [
            reports.c.group_id == group_id,
            reports.c.practice == practice,
            reports.c.publication == Publication.PENDING,
        ]
        return self._load(where, limit=limit)

    def published(self, group_id: UUID, limit: int = 50, before: datetime | None = None) -> tuple[Report, ...]:
        """What the feed shows, the last published first; ``before`` (a ``published_at``) gives the page after it."""
        where = [
            reports.c.group_id == group_id,
            reports.c.practice.is_(False),
            reports.c.publication == Publication.PUBLISHED,
        ]
        if before is not None:
            where.append(reports.c.published_at < before)
        return self._load(where, limit=limit, order=reports.c.published_at)

    def feed_changed(self, group_id: UUID) -> datetime | None:
        """When the feed changed last: also when something was taken out of it, so that this time never goes back."""
        shown = select(func.max(reports.c.updated_at)).where(
            reports.c.group_id == group_id, reports.c.publication == Publication.PUBLISHED
        )
        moved = (
            select(func.max(report_events.c.at))
            .join(reports, reports.c.id == report_events.c.report_id)
            .where(
                reports.c.group_id == group_id,
                report_events.c.field == DecisionField.PUBLICATION,
                or_(report_events.c.before == Publication.PUBLISHED, report_events.c.after == Publication.PUBLISHED),
            )
        )
        times = [self._connection.scalar(query) for query in (shown, moved)]
        return max((time for time in times if time), default=None)

    def history(self, report_id: UUID) -> tuple[Revision, ...]:
        """A report as each save left it, the oldest first."""
        rows = self._connection.execute(
            select(report_revisions)
            .where(report_revisions.c.report_id == report_id)
            .order_by(report_revisions.c.number)
        ).mappings()
        return tuple(as_domain(Revision, row) for row in rows)

    def decisions(self, report_id: UUID) -> tuple[ModerationDecision, ...]:
        """The changes of a report's status and publication, the oldest first."""
        rows = self._connection.execute(
            select(report_events).where(report_events.c.report_id == report_id).order_by(report_events.c.revision)
        ).mappings()
        return tuple(as_domain(ModerationDecision, row) for row in rows)

    def decisions_about(self, report_ids: Collection[UUID]) -> Mapping[UUID, tuple[ModerationDecision, ...]]:
        """The changes of several reports' status and publication, the oldest first; nothing for one without."""
        rows = self._connection.execute(
            select(report_events).where(report_events.c.report_id.in_(report_ids)).order_by(report_events.c.revision)
        ).mappings()
        found: dict[UUID, tuple[ModerationDecision, ...]] = {}
        for row in rows:
            found[row["report_id"]] = (*found.get(row["report_id"], ()), as_domain(ModerationDecision, row))
        return found

    def _load(
        self,
        where: Sequence[ColumnElement[bool]],
        *,
        lock: bool = False,
        limit: int | None = None,
        offset: int = 0,
        order: ColumnElement[datetime] = reports.c.created_at,
    ) -> tuple[Report, ...]:
        query = select(reports).where(*where).order_by(order.desc(), reports.c.id).limit(limit).offset(offset)
        rows: Sequence[RowMapping] = self._connection.execute(self._lock(query) if lock else query).mappings().all()
        attached: dict[UUID, list[UUID]] = {row["id"]: [] for row in rows}
        for row in self._connection.execute(
            select(media.c.id, media.c.report_id)
            .where(media.c.report_id.in_(attached))
            .order_by(media.c.created_at, media.c.id)
        ):
            attached[row.report_id].append(row.id)
        return tuple(as_domain(Report, row, media_ids=tuple(attached[row["id"]])) for row in rows)

    def _revise(self, report: Report, actor: str, reason: str) -> None:
        self._connection.execute(
            insert(report_revisions).values(
                report_id=report.id,
                number=report.revision,
                report=report,
                actor=actor,
                at=report.updated_at,
                reason=reason,
            )
        )

    @staticmethod
    def _row(report: Report) -> dict[str, object]:
        return {name: getattr(report, name) for name in _COLUMNS}
