"""Conversations as kept between turns."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from ivr.messages import Channel
from service.domain.resident import StoredSession
from service.store.tables import sessions
from service.store.unit import Missing, Repository, as_domain


class Sessions(Repository):
    """The conversations of all groups."""

    def start(
        self,
        group_id: UUID,
        resident_id: UUID | None,
        channel: Channel,
        conversation_id: str,
        number: str,
        *,
        practice: bool,
        state: str,
        step: str,
    ) -> StoredSession:
        """A new conversation on a number of the line. ``practice`` holds for good.

        A text conversation has no ``conversation_id``; a caller without a number has no ``resident_id``.
        """
        now = self._clock.now()
        session = StoredSession(
            id=self._clock.new_id(),
            group_id=group_id,
            resident_id=resident_id,
            channel=channel,
            conversation_id=conversation_id,
            number=number,
            practice=practice,
            state=state,
            step=step,
            version=1,
            created_at=now,
            updated_at=now,
        )
        self._connection.execute(insert(sessions).values(**asdict(session)))
        return session

    def current(
        self, group_id: UUID, resident_id: UUID | None, channel: Channel, conversation_id: str, number: str
    ) -> StoredSession | None:
        """The unfinished conversation that a turn belongs to; in ``begin`` it is locked until the transaction's end.

        ``number`` is the line's own: a text to the practice number never continues a real conversation, nor the
        other way round. Without a resident only the call itself tells conversations apart.
        """
        return self._locked_session(
            select(sessions).where(
                sessions.c.group_id == group_id,
                sessions.c.resident_id == resident_id,
                sessions.c.channel == channel,
                sessions.c.conversation_id == conversation_id,
                sessions.c.number == number,
                sessions.c.finished_at.is_(None),
            )
        )

    def dropped(
        self, group_id: UUID, resident_id: UUID, channel: Channel, number: str, since: datetime
    ) -> StoredSession | None:
        """The latest unfinished conversation of a resident on a channel ("you rang before"), locked as ``current``."""
        return self._locked_session(
            select(sessions)
            .where(
                sessions.c.group_id == group_id,
                sessions.c.resident_id == resident_id,
                sessions.c.channel == channel,
                sessions.c.number == number,
                sessions.c.finished_at.is_(None),
                sessions.c.updated_at >= since,
            )
            .order_by(sessions.c.updated_at.desc())
            .limit(1)
        )

    def ended(self, group_id: UUID, channel: Channel, conversation_id: str) -> StoredSession | None:
        """A call's conversation that has ended, for what the carrier hands over after that; locked as ``current``."""
        return self._locked_session(
            select(sessions)
            .where(
                sessions.c.group_id == group_id,
                sessions.c.channel == channel,
                sessions.c.conversation_id == conversation_id,
                sessions.c.finished_at.is_not(None),
            )
            .order_by(sessions.c.updated_at.desc())
            .limit(1)
        )

    def get(self, session_id: UUID) -> StoredSession:
        """The conversation of that id, finished or not: locked as ``current``. Raises Missing."""
        found = self._locked_session(select(sessions).where(sessions.c.id == session_id))
        if found is None:
            raise Missing(f"session {session_id}")
        return found

    def idle(self, before: datetime, limit: int = 100) -> tuple[StoredSession, ...]:
        """Unfinished conversations without a turn since, the longest first."""
        rows = self._connection.execute(
            select(sessions)
            .where(sessions.c.finished_at.is_(None), sessions.c.updated_at < before)
            .order_by(sessions.c.updated_at)
            .limit(limit)
        ).mappings()
        return tuple(as_domain(StoredSession, row) for row in rows)

    def save(self, session_id: UUID, state: str, step: str, *, conversation_id: str | None = None) -> None:
        """Keep a conversation after a turn; ``conversation_id`` when another call goes on with it. Raises Missing."""
        values: dict[str, object] = {"state": state, "step": step, "version": sessions.c.version + 1}
        if conversation_id is not None:
            values["conversation_id"] = conversation_id
        changed = self._connection.execute(
            update(sessions).where(sessions.c.id == session_id).values(**values, updated_at=self._clock.now())
        )
        if not changed.rowcount:
            raise Missing(f"session {session_id}")

    def finish(self, session_id: UUID) -> None:
        """End a conversation; its row stays. Ending it again changes nothing. Raises Missing."""
        self.get(session_id)
        self._connection.execute(
            update(sessions)
            .where(sessions.c.id == session_id, sessions.c.finished_at.is_(None))
            .values(finished_at=self._clock.now(), updated_at=self._clock.now())
        )

    def _locked_session(self, query: Select[Any]) -> StoredSession | None:
        row = self._one(self._lock(query))
        return None if row is None else as_domain(StoredSession, row)
