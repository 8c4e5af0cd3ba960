"""Console accounts, tokens that work once, and the audit trail."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from service.domain.account import AuditEntry, User
from service.domain.permissions import Role
from service.store.keys import Sealed
from service.store.tables import audit, tickets, users
from service.store.unit import AlreadyTaken, Missing, Repository, as_domain


class Users(Repository):
    """Console accounts. Passwords come hashed; TOTP secrets are kept encrypted."""

    def add(
        self, group_id: UUID | None, login: str, role: Role, password_hash: str = "", totp_secret: str | None = None
    ) -> User:
        """A new account; logins are compared casefolded. Raises AlreadyTaken."""
        user_id = self._clock.new_id()
        added = self._transaction.insert_new(
            users,
            {
                "id": user_id,
                "group_id": group_id,
                "login": login.strip().casefold(),
                "role": role,
                "password_hash": password_hash,
                "one_time_hash": "",
                "totp_step": 0,
                "created_at": self._clock.now(),
                **self._sealed(user_id, totp_secret),
            },
        )
        if not added:
            raise AlreadyTaken(f"there is an account {login}")
        return self.by_id(user_id)

    def by_id(self, user_id: UUID) -> User:
        """The account of that id, disabled or not. Raises Missing."""
        row = self._one(select(users).where(users.c.id == user_id))
        if row is None:
            raise Missing(f"user {user_id}")
        return as_domain(User, row, has_totp=row["totp_aes"] is not None)

    def by_login(self, login: str) -> User | None:
        """The account of that login, disabled or not."""
        user_id = self._connection.scalar(select(users.c.id).where(users.c.login == login.strip().casefold()))
        return None if user_id is None else self.by_id(user_id)

    def list(self, group_id: UUID | None = None) -> tuple[User, ...]:
        """The accounts of a group, or all, by login."""
        query = select(users).order_by(users.c.login)
        if group_id is not None:
            query = query.where(users.c.group_id == group_id)
        rows = self._connection.execute(query).mappings()
        return tuple(as_domain(User, row, has_totp=row["totp_aes"] is not None) for row in rows)

    def set_password(self, user_id: UUID, password_hash: str) -> None:
        """Keep another password; a one-time password is void then. Raises Missing."""
        self._change(user_id, password_hash=password_hash, one_time_hash="", one_time_until=None)

    def set_one_time_password(self, user_id: UUID, one_time_hash: str, until: datetime) -> None:
        """Keep the hash of a password that works once, up to a time. Raises Missing."""
        self._change(user_id, one_time_hash=one_time_hash, one_time_until=until)

    def consume_one_time_password(self, user_id: UUID, one_time_hash: str) -> bool:
        """Use up the one-time password whose hash a password was just verified against; False when it is void."""
        consumed = self._connection.execute(
            update(users)
            .where(
                users.c.id == user_id,
                users.c.one_time_hash == one_time_hash,
                users.c.one_time_hash != "",
                users.c.one_time_until > self._clock.now(),
            )
            .values(one_time_hash="", one_time_until=None)
        )
        return consumed.rowcount == 1

    def set_totp_secret(self, user_id: UUID, secret: str | None) -> None:
        """Keep another TOTP secret, or none. Raises Missing."""
        self._change(user_id, totp_step=0, **self._sealed(user_id, secret))

    def totp_secret(self, user_id: UUID) -> str | None:
        """An account's TOTP secret, decrypted. Raises KeysError."""
        row = self._connection.execute(
            select(users.c.totp_aes, users.c.totp_key_id).where(users.c.id == user_id)
        ).one_or_none()
        if row is None or row.totp_aes is None:
            return None
        return self._keys.open(Sealed(row.totp_key_id, row.totp_aes), user_id.bytes)

    def consume_totp_step(self, user_id: UUID, step: int) -> bool:
        """Use up the 30-second step of a code just verified; False when it, or a later one, was used before."""
        consumed = self._connection.execute(
            update(users).where(users.c.id == user_id, users.c.totp_step < step).values(totp_step=step)
        )
        return consumed.rowcount == 1

    def disable(self, user_id: UUID) -> None:
        """Close an account; its row stays for the audit trail. Raises Missing."""
        self._change(user_id, disabled_at=self._clock.now())

    def _sealed(self, user_id: UUID, secret: str | None) -> dict[str, object]:
        if secret is None:
            return {"totp_aes": None, "totp_key_id": None}
        sealed = self._keys.seal(secret, user_id.bytes)
        return {"totp_aes": sealed.data, "totp_key_id": sealed.key_id}

    def _change(self, user_id: UUID, **values: object) -> None:
        if not self._connection.execute(update(users).where(users.c.id == user_id).values(**values)).rowcount:
            raise Missing(f"user {user_id}")


class Tickets(Repository):
    """Random tokens that work once and not for long. Only their hashes are kept."""

    def add(self, kind: str, payload: Mapping[str, object], lifetime: timedelta) -> str:
        """A new token of a kind, which carries the payload (JSON) to whoever consumes it."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        self._connection.execute(delete(tickets).where(tickets.c.expires_at <= now))
        self._connection.execute(
            insert(tickets).values(token_hash=_hash(token), kind=kind, payload=payload, expires_at=now + lifetime)
        )
        return token

    def consume(self, kind: str, token: str) -> Mapping[str, object] | None:
        """The payload of a token, which is used up by this; None when unknown, used, expired or of another kind."""
        row = self._connection.execute(
            delete(tickets)
            .where(
                tickets.c.token_hash == _hash(token),
                tickets.c.kind == kind,
                tickets.c.expires_at > self._clock.now(),
            )
            .returning(tickets.c.payload)
        ).one_or_none()
        return None if row is None else dict(row.payload)


class Audit(Repository):
    """The audit trail: who did what, and who read personal data."""

    def add(
        self, actor: str, verb: str, target: str, at: datetime | None = None, *, group_id: UUID | None = None
    ) -> None:
        """Add a line; ``at`` is now unless given."""
        self._connection.execute(
            insert(audit).values(
                id=self._clock.new_id(),
                at=at or self._clock.now(),
                actor=actor,
                verb=verb,
                target=target,
                group_id=group_id,
            )
        )

    def list(self, group_id: UUID | None = None, limit: int = 100) -> tuple[AuditEntry, ...]:
        """The latest lines, of a group or of all, the newest first."""
        query = select(audit).order_by(audit.c.at.desc(), audit.c.id).limit(limit)
        if group_id is not None:
            query = query.where(audit.c.group_id == group_id)
        return tuple(as_domain(AuditEntry, row) for row in self._connection.execute(query).mappings())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
