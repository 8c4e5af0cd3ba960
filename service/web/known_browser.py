"""Browsers on which somebody has signed in before: others who guess at the same account don't hinder them.

A cookie for each account tells them apart. It proves nothing else and opens nothing.
"""

import hashlib

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from service.web.access import line

KEPT = 180 * 24 * 3600
"""Seconds after the last sign-in."""


def remember_browser(response: Response, login: str) -> None:
    """Keep that an account was signed in to on this browser."""
    kept = str(_forms(login).dumps(known_browser(login) or str(line().clock.new_id())))
    secure = line().settings.web_url.startswith("https://")
    response.set_cookie(_name(login), kept, max_age=KEPT, path="/console", secure=secure, httponly=True, samesite="Lax")


def known_browser(login: str) -> str:
    """The name of this browser, if that account was signed in to on it; else empty."""
    try:
        return str(_forms(login).loads(request.cookies.get(_name(login), "")))
    except BadSignature:
        return ""


def _name(login: str) -> str:
    return "known-" + hashlib.sha256(login.encode()).hexdigest()[:12]


def _forms(login: str) -> URLSafeSerializer:
    newest_last = tuple(reversed(line().keys.session_secrets))
    return URLSafeSerializer(newest_last, salt=f"known browser {login}")
