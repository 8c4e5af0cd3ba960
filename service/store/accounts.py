"""Console accounts and who is signed in, tokens that work once, and the audit trail."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update

from service.domain.account import AuditEntry, SignIn, User
from service.domain.permissions import Role
from service.store.keys import Sealed
from service.store.tables import audit, sign_ins, tickets, users
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
        """The account of that id, disabled or not; in ``begin`` it stays as it is until the end. Raises Missing."""
        row = self._one(self._lock(select(users).where(users.c.id == user_id)))
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
        """Keep another password; a one-time password is void then, and sign-ins end. Raises Missing."""
        self._change(user_id, password_hash=password_hash, one_time_hash="", one_time_until=None)
        self._end_sign_ins(user_id)

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
        """Keep another TOTP secret, or none; sign-ins end. Raises Missing."""
        self._change(user_id, totp_step=0, **self._sealed(user_id, secret))
        self._end_sign_ins(user_id)

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
        """Close an account and end its sign-ins; its row stays for the audit trail. Raises Missing."""
        self._change(user_id, disabled_at=self._clock.now())
        self._end_sign_ins(user_id)

    def _end_sign_ins(self, user_id: UUID) -> None:
        self._connection.execute(delete(sign_ins).where(sign_ins.c.user_id == user_id))

    def _sealed(self, user_id: UUID, secret: str | None) -> dict[str, object]:
        if secret is None:
            return {"totp_aes": None, "totp_key_id": None}
        sealed = self._keys.seal(secret, user_id.bytes)
        return {"totp_aes": sealed.data, "totp_key_id": sealed.key_id}

    def _change(self, user_id: UUID, **values: object) -> None:
        if not self._connection.execute(update(users).where(users.c.id == user_id).values(**values)).rowcount:
            raise Missing(f"user {user_id}")


class SignIns(Repository):
    """Who is signed in on which browsers."""

    def add(self, user_id: UUID) -> SignIn:
        """A new sign-in of an account."""
        now = self._clock.now()
        added = SignIn(self._clock.new_id(), user_id, created_at=now, seen_at=now)
        self._connection.execute(insert(sign_ins).values(**asdict(added)))
        return added

    def find(self, sign_in_id: UUID) -> SignIn | None:
        """The sign-in of that id, unless it was ended."""
        row = self._one(select(sign_ins).where(sign_ins.c.id == sign_in_id))
        return None if row is None else as_domain(SignIn, row)

    def seen(self, sign_in_id: UUID) -> None:
        """Keep that it is used now."""
        self._connection.execute(update(sign_ins).where(sign_ins.c.id == sign_in_id).values(seen_at=self._clock.now()))

    def end(self, sign_in_id: UUID) -> None:
        """End a sign-in. Ending it again changes nothing."""
        self._connection.execute(delete(sign_ins).where(sign_ins.c.id == sign_in_id))

    def forget(self, made_before: datetime, unused_since: datetime) -> None:
        """Remove those made, or last used, at a time or before."""
        over = or_(sign_ins.c.created_at <= made_before, sign_ins.c.seen_at <= unused_since)
        self._connection.execute(delete(sign_ins).where(over))


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
