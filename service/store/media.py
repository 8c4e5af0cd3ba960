"""Recordings: their rows. The audio itself lies in files below the recordings folder."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, insert, or_, select, update

from ivr.messages import Transcript
from service.domain.delivery import Media
from service.store.tables import media, reports
from service.store.unit import Missing, Repository, as_domain


class MediaRows(Repository):
    """The recordings of all groups."""

    def add(
        self,
        group_id: UUID,
        report_id: UUID | None,
        session_id: UUID | None,
        path: str,
        seconds: float,
        *,
        created: datetime,
        media_id: UUID | None = None,
    ) -> UUID:
        """Keep a recording's row; give ``media_id`` when the file was named by it before."""
        media_id = media_id or self._clock.new_id()
        self._connection.execute(
            insert(media).values(
                id=media_id,
                group_id=group_id,
                report_id=report_id,
                session_id=session_id,
                path=path,
                seconds=seconds,
                unwanted=False,
                created_at=created,
            )
        )
        return media_id

    def attach(self, media_id: UUID, report_id: UUID) -> None:
        """Make a recording part of a report. Raises Missing."""
        self._change(media_id, report_id=report_id)

    def set_audio(self, media_id: UUID, path: str, seconds: float) -> None:
        """Keep where a recording's audio lies, once it is here. Raises Missing."""
        self._change(media_id, path=path, seconds=seconds)

    def set_transcript(self, media_id: UUID, transcript: Transcript) -> None:
        """Keep what was recognised. Raises Missing."""
        self._change(media_id, transcript=transcript)

    def get(self, media_id: UUID) -> Media:
        """The recording of that id. Raises Missing."""
        found = self._list(media.c.id == media_id)
        if not found:
            raise Missing(f"recording {media_id}")
        return found[0]

    def for_report(self, report_id: UUID) -> tuple[Media, ...]:
        """A report's recordings in the order they were made."""
        return self._list(media.c.report_id == report_id)

    def for_session(self, session_id: UUID) -> tuple[Media, ...]:
        """A conversation's recordings in the order they were made."""
        return self._list(media.c.session_id == session_id)

    def due_for_deletion(self, now: datetime) -> tuple[Media, ...]:
        """Recordings whose audio has to go: some days after the moderator's decision or the recording, or erased."""
        settings = self._transaction.settings
        decided = now - timedelta(days=settings.audio_days_after_decision)
        return self._list(
            media.c.deleted_at.is_(None),
            or_(
                media.c.unwanted,
                media.c.created_at <= now - timedelta(days=settings.audio_days_at_most),
                media.c.report_id.in_(select(reports.c.id).where(reports.c.decided_at <= decided)),
            ),
        )

    def paths(self) -> frozenset[str]:
        """The files that the rows name."""
        return frozenset(self._connection.scalars(select(media.c.path).where(media.c.deleted_at.is_(None))))

    def mark_deleted(self, media_id: UUID) -> None:
        """Keep that a recording's audio is gone. Raises Missing."""
        self._change(media_id, deleted_at=self._clock.now())

    def _list(self, *where: ColumnElement[bool]) -> tuple[Media, ...]:
        rows = self._connection.execute(select(media).where(*where).order_by(media.c.created_at, media.c.id))
        return tuple(as_domain(Media, row) for row in rows.mappings())

    def _change(self, media_id: UUID, **values: object) -> None:
        if not self._connection.execute(update(media).where(media.c.id == media_id).values(**values)).rowcount:
            raise Missing(f"recording {media_id}")
