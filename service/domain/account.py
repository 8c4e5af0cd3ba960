"""People with an account in the console, and the trail of what they did."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.domain.permissions import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A console account. ``group_id`` is None for an operator of all groups; hashes are argon2's.

    ``one_time_hash`` is the hash of a password that works once until ``one_time_until``. ``totp_step`` is the last
    30-second step whose code was used, so that none is used twice. The TOTP secret is read by ``unit.users`` only.
    """

    id: UUID
    group_id: UUID | None
    login: str
    role: Role
    password_hash: str
    created_at: datetime
    one_time_hash: str = ""
    one_time_until: datetime | None = None
    has_totp: bool = False
    totp_step: int = 0
    disabled_at: datetime | None = None

    @property
    def actor(self) -> "Actor":
        """The person of this account, doing something."""
        return Actor(self.login, self.role, self.group_id)


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account signed in on one browser, and when that was last used."""

    id: UUID
    user_id: UUID
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a name for the audit trail, the role acted in, and the group (None: all groups)."""

    name: str
    role: Role
    group_id: UUID | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit trail: ``actor`` did ``verb`` to ``target``. Reads of personal data count too."""

    at: datetime
    actor: str
    verb: str
    target: str
    group_id: UUID | None = None
