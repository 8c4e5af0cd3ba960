"""Add an account of the console."""

from dataclasses import dataclass

import pyotp

from service.domain.account import User
from service.domain.permissions import Role
from service.store.unit import Missing
from service.usecases.line import Line
from service.usecases.sign_in import LONGEST_PASSWORD, SHORTEST_PASSWORD, hash_password

_LONGEST_LOGIN = 100
_ISSUER = "Buurtlijn"


class BadUser(ValueError):
    """An account cannot be like this; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Added:
    """A new account; ``otpauth`` is the address that sets up its owner's TOTP app, or empty. It is told only here."""

    user: User
    otpauth: str


def add_user(line: Line, login: str, slug: str, role: Role, password: str, *, totp: bool = False) -> Added:
    """A new account in a group. An operator of the whole install has no group (an empty ``slug``).

    Raises BadUser, AlreadyTaken, Missing when there is no such group.
    """
    login = login.strip()
    if not 0 < len(login) <= _LONGEST_LOGIN or not login.isprintable() or " " in login:
        raise BadUser(f"a login has 1 to {_LONGEST_LOGIN} characters and no spaces")
    if role is Role.RESIDENT:
        raise BadUser("residents have no accounts")
    if not slug and role is not Role.OPERATOR:
        raise BadUser(f"a {role} belongs to a group")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadUser(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    password_hash = hash_password(password)
    secret = pyotp.random_base32() if totp else None
    with line.store.begin() as unit:
        group = unit.groups.by_slug(slug) if slug else None
        if slug and group is None:
            raise Missing(f"group {slug}")
        group_id = group.id if group else None
        user = unit.users.add(group_id, login, role, password_hash, secret)
        unit.audit.add("command line", "add_user", f"user {user.id}", group_id=group_id)
    otpauth = pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=_ISSUER) if secret else ""
    return Added(user, otpauth)
