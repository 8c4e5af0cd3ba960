"""Who may use /internal: our own processes, which share a token derived from the install's keys."""

import hmac
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from ipaddress import ip_address
from typing import ParamSpec, TypeVar

from flask import abort, request

from service.web.access import line

_P = ParamSpec("_P")
_R = TypeVar("_R")

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
"""Headers of proxies. Our own processes call directly, so a request that has one came from outside."""


def internal_only(route: Callable[_P, _R]) -> Callable[_P, _R]:
    """Refuse (403) a request without ``Authorization: Bearer <internal token>``, or one that came through a proxy."""

    @wraps(route)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if not has_internal_token() or _came_through_a_proxy():
            abort(HTTPStatus.FORBIDDEN)
        return route(*args, **kwargs)

    return guarded


def has_internal_token() -> bool:
    """Whether the request carries the install's internal token."""
    expected = f"Bearer {line().keys.internal_token}"
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), expected.encode())


def from_this_machine() -> bool:
    """Whether the request was sent on this machine, as far as it shows: by loopback and not through a proxy."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return address.is_loopback and not _came_through_a_proxy()


def _came_through_a_proxy() -> bool:
    return any(name in request.headers for name in _FORWARDED)
