"""What a visitor, a program or a carrier is told when a request fails: never why it did inside."""

from http import HTTPStatus

import structlog
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from ivr.catalogue import N_
from service.logs import request_id
from service.store.unit import StoreUnavailable
from service.web.pages import render_page

TEXTS = {
    HTTPStatus.BAD_REQUEST: (N_("error.400"), N_("error.400_hint")),
    HTTPStatus.FORBIDDEN: (N_("error.403"), N_("error.403_hint")),
    HTTPStatus.NOT_FOUND: (N_("error.404"), N_("error.404_hint")),
    HTTPStatus.METHOD_NOT_ALLOWED: (N_("error.405"), N_("error.405_hint")),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (N_("error.413"), N_("error.413_hint")),
    HTTPStatus.TOO_MANY_REQUESTS: (N_("error.429"), N_("error.429_hint")),
    HTTPStatus.INTERNAL_SERVER_ERROR: (N_("error.500"), N_("error.500_hint")),
    HTTPStatus.SERVICE_UNAVAILABLE: (N_("error.503"), N_("error.503_hint")),
}
"""Title and advice by status. The others of 4xx are spoken of as 400, those of 5xx as 500."""

PATIENCE = 10
"""Seconds after which a program may ask again while the database is away."""

_CARRIERS = ("/twilio/", "/kannel/")
_PROGRAMS = ("/internal/", "/open311/", "/schema/")

_log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Have every failed request answered here. What was not foreseen is logged by Flask, with its traceback."""
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(StoreUnavailable, _unavailable)


def _unavailable(error: StoreUnavailable) -> Response:
    _log.error("request.store_unavailable", exc_info=error)
    response = _failure(HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(PATIENCE)
    return response


def _answer(error: HTTPException) -> Response:
    """The answer to a request that failed, with what the protocol wants beside it (Allow, Retry-After)."""
    response = _failure(HTTPStatus(error.code or 500))
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _failure(status: HTTPStatus) -> Response:
    if request.path.startswith(_CARRIERS):
        response = Response(f"{status.phrase}\n", content_type="text/plain; charset=utf-8")
    elif _for_a_program():
        response = jsonify(error=status.phrase, status=status.value, request_id=request_id())
    else:
        kind = HTTPStatus(400 if status < 500 else 500)
        title, hint = TEXTS.get(status, TEXTS[kind])
        response = render_page("error.html", title=title, hint=hint, request_id=request_id())
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_a_program() -> bool:
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return (
        request.is_json
        or request.path.startswith(_PROGRAMS)
        or request.path.endswith(".json")
        or accepted == "application/json"
    )
