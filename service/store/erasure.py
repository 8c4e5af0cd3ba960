"""Forgetting a resident: number, words, recordings and conversations, wherever the store keeps them."""

from uuid import UUID

from sqlalchemy import select, update

from service.domain.delivery import OutboxStatus
from service.store.reports import Reports
from service.store.tables import inbox, media, outbox, reports, residents, sessions
from service.store.unit import Repository


class Erasure(Repository):
    """The right to be forgotten, and what remains: that something was reported, in which street and when."""

    def resident(self, resident_id: UUID) -> None:
        """Forget a resident. Their recordings become due for deletion; whoever deletes the files does so next.

        The emptied row stays for what refers to it; the same number is a new resident afterwards.
        """
        now = self._clock.now()
        for report_id in self._connection.scalars(
            select(reports.c.id).where(reports.c.resident_id == resident_id)
        ).all():
            self._connection.execute(
                update(media).where(media.c.report_id == report_id).values(unwanted=True, transcript=None)
            )
            Reports(self._transaction).erase(report_id)
        held = select(sessions.c.id).where(sessions.c.resident_id == resident_id)
        self._connection.execute(
            update(media).where(media.c.session_id.in_(held)).values(unwanted=True, transcript=None)
        )
        self._connection.execute(
            update(sessions)
            .where(sessions.c.resident_id == resident_id, sessions.c.finished_at.is_(None))
            .values(finished_at=now, updated_at=now)
        )
        self._connection.execute(
            update(sessions).where(sessions.c.resident_id == resident_id).values(state="{}", step="")
        )
        self._connection.execute(
            update(inbox)
            .where(inbox.c.resident_id == resident_id)
            .values(text="", keys="", recording_url="", understanding="{}", content="")
        )
        self._connection.execute(
            update(outbox)
            .where(outbox.c.resident_id == resident_id, outbox.c.status == OutboxStatus.QUEUED)
            .values(status=OutboxStatus.FAILED, reason="erased", updated_at=now)
        )
        self._connection.execute(update(outbox).where(outbox.c.resident_id == resident_id).values(text=""))
        self._connection.execute(
            update(residents)
            .where(residents.c.id == resident_id)
            .values(
                phone_hmac=None,
                phone_aes=None,
                key_id=None,
                locale=None,
                recording_consent=None,
                recording_consent_at=None,
            )
        )
