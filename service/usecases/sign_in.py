"""Sign in to the console: password, or a password that works once, and a TOTP code where the account has one.

A sign-in is a row, so that signing out, another password or a closed account ends it wherever its cookie was copied to.
"""

import secrets
from datetime import timedelta
from functools import cache
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from service.domain.account import SignIn, User
from service.store.store import Unit
from service.usecases.line import Line

ONE_TIME_LIFE = timedelta(hours=24)
SIGNED_IN_FOR = timedelta(hours=12)
UNUSED_FOR = timedelta(hours=1)
"""A sign-in ends so long after it began, and so long after it was last used."""

_NOTED_EVERY = timedelta(minutes=1)  # that it is used: not at each request, which would write at each

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
"""Characters."""

_STEP = 30  # seconds, as TOTP apps take it
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's choice for small machines


def hash_password(password: str) -> str:
    """The argon2id hash to keep of a password."""
    return _hasher.hash(password)


def set_one_time_password(line: Line, unit: Unit, user: User) -> str:
    """Give an account a fresh password that works once, within a day; an earlier one is void."""
    password = secrets.token_urlsafe(12)
    unit.users.set_one_time_password(user.id, hash_password(password), line.clock.now() + ONE_TIME_LIFE)
    return password


def sign_in(line: Line, login: str, password: str, code: str = "") -> SignIn | None:
    """A sign-in to the account that login, password and TOTP code (six digits) open, or None.

    Nothing tells, by answer or by time, which of them was wrong or whether there is such an account. A one-time
    password and a code are used up.
    """
    with line.store.read() as unit:
        user = unit.users.by_login(login)
        secret = unit.users.totp_secret(user.id) if user and user.has_totp else None
    password = password[:LONGEST_PASSWORD]
    # Both are always verified, so that an unknown login takes as long as a known one.
    by_password = _verified(user.password_hash if user else "", password)
    by_one_time = _verified(user.one_time_hash if user else "", password)
    if user is None or user.disabled_at or not (by_password or by_one_time):
        return None
    step = _step(line, secret, code) if secret else 0
    if step is None:
        return None
    with line.store.begin() as unit:
        current = unit.users.by_id(user.id)
        if current.disabled_at or current.password_hash != user.password_hash:
            return None  # closed or changed while the password was being verified
        if secret and not unit.users.consume_totp_step(user.id, step):
            return None
        if not by_password and not unit.users.consume_one_time_password(user.id, user.one_time_hash):
            return None
        now = line.clock.now()
        unit.sign_ins.forget(made_before=now - SIGNED_IN_FOR, unused_since=now - UNUSED_FOR)
        unit.audit.add(user.login, "sign_in", f"user {user.id}", group_id=user.group_id)
        return unit.sign_ins.add(user.id)


def recognise(line: Line, sign_in_id: UUID) -> User | None:
    """Whoever is signed in by a sign-in; None when it has ended, was unused for too long or has lasted too long."""
    now = line.clock.now()
    with line.store.read() as unit:
        found = unit.sign_ins.find(sign_in_id)
        if found is None:
            return None
        unused, lasted = now - found.seen_at, now - found.created_at
        if unused >= UNUSED_FOR or not timedelta() <= lasted < SIGNED_IN_FOR:
            return None
        user = unit.users.by_id(found.user_id)
    if unused >= _NOTED_EVERY:
        with line.store.begin() as unit:
            unit.sign_ins.seen(sign_in_id)
    return user


def sign_out(line: Line, sign_in_id: UUID) -> None:
    """End a sign-in. Ending one that is over changes nothing."""
    with line.store.begin() as unit:
        found = unit.sign_ins.find(sign_in_id)
        if found is None:
            return
        unit.sign_ins.end(sign_in_id)
        user = unit.users.by_id(found.user_id)
        unit.audit.add(user.login, "sign_out", f"user {user.id}", group_id=user.group_id)


def _verified(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _nobodys_hash(), password) and bool(password_hash)
    except VerificationError:
        return False


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe())


def _step(line: Line, secret: str, code: str) -> int | None:
    """The 30-second step of a code, which may be one step early or late; None for a wrong code."""
    now = int(line.clock.now().timestamp()) // _STEP
    digits = "".join(code.split())
    return next((step for step in (now, now - 1, now + 1) if _same(pyotp.TOTP(secret).at(step * _STEP), digits)), None)


def _same(expected: str, given: str) -> bool:
    return secrets.compare_digest(expected.encode(), given.encode())
