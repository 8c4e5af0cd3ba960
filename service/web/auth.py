"""Sign in and out of the console, and who is signed in.

A signed cookie names the sign-in. Whether that still holds, and the role, are read anew at every request. Forms carry a
token of their own, so that the web phone's, in the same cookie, outlives a sign-in.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, flash, g, redirect, request, session
from flask_limiter import Limiter
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.wrappers import Response as AnyResponse

from ivr.catalogue import N_
from service.domain.account import User
from service.domain.group import Group
from service.domain.permissions import Verb, may
from service.usecases.sign_in import SIGNED_IN_FOR, recognise, sign_in, sign_out
from service.web.access import line
from service.web.known_browser import known_browser, remember_browser
from service.web.pages import link, render_page
from service.web.visitor import visitor

LARGEST_FORM = 32 * 1024
TOKEN = "console_token"  # noqa: S105 (the name of a form's field)
LONGEST_LOGIN = 200

_SESSION = "console"
_P = ParamSpec("_P")
_R = TypeVar("_R")

limiter = Limiter(visitor, storage_uri="memory://")
blueprint = Blueprint("auth", __name__, url_prefix="/console")
blueprint.record(lambda state: limiter.init_app(cast(Flask, state.app)))


def signed_in_user() -> User | None:
    """Whoever is signed in on this browser."""
    if "signed_in_user" not in g:
        sign_in_id = _sign_in_id()
        g.signed_in_user = recognise(line(), sign_in_id) if sign_in_id else None
    user: User | None = g.signed_in_user
    return user


def allowed(group: Group, verb: Verb) -> bool:
    """Whether whoever is signed in may do something in a group."""
    user = signed_in_user()
    return user is not None and user.group_id in (None, group.id) and may(user.role, verb)


def for_users(route: Callable[Concatenate[User, _P], _R]) -> Callable[_P, _R | AnyResponse]:
    """Give a route whoever is signed in as its first argument; anybody else is sent to sign in."""

    @wraps(route)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R | AnyResponse:
        user = signed_in_user()
        if user is None:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(link("auth.form", next=wanted), HTTPStatus.SEE_OTHER)
        return route(user, *args, **kwargs)

    return guarded


def form_token() -> str:
    """The token that a form of the console carries."""
    return str(generate_csrf(token_key=TOKEN))


def form_is_ours() -> bool:
    """Whether a form was sent from a page that this browser got from us."""
    try:
        validate_csrf(request.form.get(TOKEN), time_limit=int(SIGNED_IN_FOR.total_seconds()), token_key=TOKEN)
    except ValueError:
        return False
    return True


def keep_private(response: Response) -> Response:
    """Have no cache keep what only somebody signed in may see."""
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Cookie")
    return response


blueprint.after_request(keep_private)


@blueprint.before_request
def _bounded() -> None:
    request.max_content_length = LARGEST_FORM


@blueprint.get("/sign-in")
def form() -> AnyResponse:
    """The page to sign in on."""
    if signed_in_user():
        return redirect(_destination(), HTTPStatus.SEE_OTHER)
    return _form()


def _login() -> str:
    return request.form.get("login", "").strip().casefold()[:LONGEST_LOGIN]


def _known() -> str:
    return known_browser(_login())


def _is_known() -> bool:
    return bool(_known())


def _who() -> str:
    return _known() or f"{_login()} {visitor()}"


def _failed(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED


@blueprint.post("/sign-in")
@limiter.limit("5/minute;30/hour", key_func=_who, deduct_when=_failed)
@limiter.limit("10/minute", key_func=_login, exempt_when=_is_known, deduct_when=_failed)
@limiter.limit("100/hour", exempt_when=_is_known, deduct_when=_failed)
def enter() -> AnyResponse:
    """Sign in, and go where one wanted to.

    Guesses count for a visitor with an account, for an account wherever they come from (by the minute only, so that
    nobody is kept out for long), and for a visitor. A browser on which the account was signed in to counts by itself.
    """
    if not form_is_ours():
        return _form(N_("auth.stale"), HTTPStatus.BAD_REQUEST)
    given = {name: request.form.get(name, "")[:LONGEST_LOGIN] for name in ("login", "password", "code")}
    signed_in = sign_in(line(), **given)
    if signed_in is None:
        return _form(N_("auth.wrong"), HTTPStatus.UNAUTHORIZED)
    _end_sign_in()
    session[_SESSION] = str(signed_in.id)
    response = redirect(_destination(), HTTPStatus.SEE_OTHER)
    remember_browser(response, _login())
    return response


@blueprint.post("/sign-out")
def leave() -> AnyResponse:
    """Sign out; the web phone of this browser keeps its number."""
    if not form_is_ours():
        abort(HTTPStatus.BAD_REQUEST)
    _end_sign_in()
    flash(N_("auth.signed_out"))
    return redirect(link("auth.form"), HTTPStatus.SEE_OTHER)


def _sign_in_id() -> UUID | None:
    kept = session.get(_SESSION)
    return UUID(kept) if isinstance(kept, str) else None


def _end_sign_in() -> None:
    """End this browser's sign-in, if it has one."""
    sign_in_id = _sign_in_id()
    if sign_in_id:
        sign_out(line(), sign_in_id)
    session.pop(_SESSION, None)
    session.pop(TOKEN, None)


def _form(error: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = render_page(
        "sign_in.html",
        error=error,
        login=request.form.get("login", "")[:LONGEST_LOGIN],
        destination=request.values.get("next", ""),
        token_name=TOKEN,
        token=form_token(),
    )
    response.status_code = status
    return response


def _destination() -> str:
    """Where one wanted to go, if that is a page of ours; else the console."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    return wanted if ours and "\\" not in wanted and wanted.isprintable() else link("console.queue")
