"""Inbox and outbox: what came in with the answer it got, and what we send of our own accord."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import func, select, update

from ivr.messages import Channel, Inbound
from ivr.rendering.reply import Body
from service.domain.delivery import OutboxMessage, OutboxStatus
from service.store.tables import inbox, outbox
from service.store.unit import AlreadyTaken, Missing, Repository, as_domain

_ORDER = list(OutboxStatus)


class Inbox(Repository):
    """Inbound messages, each once, with the answer that a repetition gets again."""

    def find(self, provider: str, provider_id: str) -> Body | None:
        """The answer that a message got, None when it is new."""
        row = self._connection.execute(
            select(inbox.c.content, inbox.c.media_type).where(
                inbox.c.provider == provider, inbox.c.provider_id == provider_id
            )
        ).one_or_none()
        return None if row is None else Body(row.content, row.media_type)

    def add(
        self, inbound: Inbound, resident_id: UUID | None, session_id: UUID | None, understanding_json: str, body: Body
    ) -> UUID:
        """Keep a message with what it was understood to say and its answer; the sender only as the resident.

        Raises AlreadyTaken when the provider's id is there: let the block roll back and answer with ``find``.
        """
        inbox_id = self._clock.new_id()
        added = self._transaction.insert_new(
            inbox,
            {
                "id": inbox_id,
                "provider": inbound.provider,
                "provider_id": inbound.provider_id,
                "resident_id": resident_id,
                "session_id": session_id,
                "channel": inbound.channel,
                "kind": inbound.kind,
                "recipient": inbound.recipient,
                "text": inbound.text,
                "keys": inbound.keys,
                "conversation_id": inbound.conversation_id,
                "recording_url": inbound.recording_url,
                "recording_id": inbound.recording_id,
                "understanding": understanding_json,
                "content": body.content,
                "media_type": body.media_type,
                "received_at": inbound.received_at,
            },
        )
        if not added:
            raise AlreadyTaken(f"message {inbound.provider_id} of {inbound.provider}")
        return inbox_id

    def texts_since(self, resident_id: UUID, since: datetime) -> int:
        """How many texts a resident has sent since a time."""
        query = select(func.count()).where(
            inbox.c.resident_id == resident_id, inbox.c.channel == Channel.SMS, inbox.c.received_at > since
        )
        return self._connection.scalar(query) or 0

    def provider_of(self, session_id: UUID) -> str | None:
        """The provider that the latest message of a conversation came through."""
        return self._connection.scalar(
            select(inbox.c.provider)
            .where(inbox.c.session_id == session_id)
            .order_by(inbox.c.received_at.desc())
            .limit(1)
        )


class Outbox(Repository):
    """Messages that we start ourselves. Their status only moves forward: queued, sent, delivered or failed."""

    def add(self, group_id: UUID, resident_id: UUID, gateway: str, sender: str, text: str, *, unique_key: str) -> UUID:
        """Keep a message to be sent; one with the same unique key is there once, and its id is given again."""
        now = self._clock.now()
        self._transaction.insert_new(
            outbox,
            {
                "id": self._clock.new_id(),
                "group_id": group_id,
                "resident_id": resident_id,
                "gateway": gateway,
                "sender": sender,
                "text": text,
                "unique_key": unique_key,
                "status": OutboxStatus.QUEUED,
                "reason": "",
                "code": "",
                "created_at": now,
                "updated_at": now,
            },
        )
        return cast(UUID, self._connection.scalar(select(outbox.c.id).where(outbox.c.unique_key == unique_key)))

    def get(self, message_id: UUID) -> OutboxMessage:
        """The message of that id; locked in ``begin``. Raises Missing."""
        row = self._one(self._lock(select(outbox).where(outbox.c.id == message_id)))
        if row is None:
            raise Missing(f"message {message_id}")
        return as_domain(OutboxMessage, row)

    def sent(self, message_id: UUID, provider_id: str) -> None:
        """Keep that a provider took the message, and the provider's name for it. Raises Missing."""
        self._forward(self.get(message_id), OutboxStatus.SENT, provider_id=provider_id)

    def failed(self, message_id: UUID, reason: str, code: str = "") -> None:
        """Keep that the message will not be sent, with our reason and the provider's code. Raises Missing."""
        self._forward(self.get(message_id), OutboxStatus.FAILED, reason=reason, code=code)

    def receipt(self, gateway: str, provider_id: str, status: OutboxStatus, code: str = "") -> bool:
        """Move a message forward by a provider's receipt; False when no message has that provider's id (yet)."""
        row = self._one(
            self._lock(select(outbox).where(outbox.c.gateway == gateway, outbox.c.provider_id == provider_id))
        )
        if row is None:
            return False
        self._forward(as_domain(OutboxMessage, row), OutboxStatus(status), code=code)
        return True

    def list(self, group_id: UUID | None = None, limit: int = 100) -> tuple[OutboxMessage, ...]:
        """Messages of a group (or of all), the newest first."""
        query = select(outbox).order_by(outbox.c.created_at.desc(), outbox.c.id).limit(limit)
        if group_id is not None:
            query = query.where(outbox.c.group_id == group_id)
        return tuple(as_domain(OutboxMessage, row) for row in self._connection.execute(query).mappings())

    def sent_to(self, resident_id: UUID, gateway: str, limit: int = 50) -> tuple[OutboxMessage, ...]:
        """The latest messages to a resident through a gateway, oldest first, but for those that failed."""
        rows = self._connection.execute(
            select(outbox)
            .where(
                outbox.c.resident_id == resident_id,
                outbox.c.gateway == gateway,
                outbox.c.status != OutboxStatus.FAILED,
            )
            .order_by(outbox.c.created_at.desc(), outbox.c.id)
            .limit(limit)
        ).mappings()
        return tuple(as_domain(OutboxMessage, row) for row in reversed(rows.all()))

    def _forward(self, message: OutboxMessage, status: OutboxStatus, **values: object) -> None:
        """Write a later status; of delivered and failed, both of them ends, the first one stays."""
        ended = message.status in {OutboxStatus.DELIVERED, OutboxStatus.FAILED}
        if ended or _ORDER.index(status) < _ORDER.index(message.status):
            return
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message.id)
            .values(**values, status=status, updated_at=self._clock.now())
        )
