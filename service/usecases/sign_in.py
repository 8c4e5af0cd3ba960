"""Sign in to the console: password, or a password that works once, and a TOTP code where the account has one."""

import secrets
from datetime import timedelta
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from service.domain.account import User
from service.store.store import Unit
from service.usecases.line import Line

ONE_TIME_LIFE = timedelta(hours=24)
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


def sign_in(line: Line, login: str, password: str, code: str = "") -> User | None:
    """The account that login, password and TOTP code (six digits) open, or None.

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
        if secret and not unit.users.consume_totp_step(user.id, step):
            return None
        if not by_password and not unit.users.consume_one_time_password(user.id, user.one_time_hash):
            return None
        unit.audit.add(user.login, "sign_in", f"user {user.id}", group_id=user.group_id)
    return user


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
