"""The web phone: a keypad phone in the browser, for trying the line and for workshops.

Each browser gets a number of its own from the reserved range. Outside the demo the phone reaches practice numbers only.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request, session
from flask_limiter import Limiter
from flask_wtf.csrf import generate_csrf, validate_csrf
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import ServiceUnavailable

from ivr.catalogue import N_, catalogue
from ivr.locale import locales
from ivr.messages import Channel, Inbound, TurnKind
from service.domain.group import Group, GroupNumber
from service.usecases.take_turn import take_turn
from service.web.access import line
from service.web.internal import PROVIDER, TICKET
from service.web.origin import our_origins
from service.web.pages import visitor_locale
from service.web.visitor import visitor

DEMO = "demo"
GATEWAY = "simulator"
TICKET_LIFE = timedelta(seconds=60)
TOKEN_LIFE = 24 * 3600
"""Seconds that a page may stay open: a workshop's day."""

LARGEST_BODY = 16 * 1024
LONGEST_TEXT = 1600
"""Characters: ten SMS."""

RESERVED = "+316100"
"""What our numbers begin with; five digits follow."""

NUMBER_TRIES = 100

KEYS = (
    *(("1", "", ""), ("2", "ABC", ""), ("3", "DEF", ""), ("4", "GHI", ""), ("5", "JKL", ""), ("6", "MNO", "")),
    *(("7", "PQRS", ""), ("8", "TUV", ""), ("9", "WXYZ", "")),
    *(("*", "", N_("phone.key_star")), ("0", "+", ""), ("#", "", N_("phone.key_hash"))),
)
"""The keypad: key, letters, and the text that names it where the key itself does not."""

TEXTS = (
    *(N_("phone.state_idle"), N_("phone.state_connecting"), N_("phone.state_speaking"), N_("phone.state_ended")),
    *(N_("phone.state_listening_keys"), N_("phone.state_recording"), N_("phone.state_thinking")),
    *(N_("phone.no_microphone"), N_("phone.busy"), N_("phone.broken"), N_("phone.too_many")),
    *(N_("phone.your_number"), N_("phone.no_messages"), N_("phone.sending"), N_("phone.not_sent")),
)
"""What the scripts of the page say."""

_T = TypeVar("_T", bound=BaseModel)

limiter = Limiter(visitor, storage_uri="memory://")
blueprint = Blueprint(
    "phone",
    __name__,
    url_prefix="/phone",
    template_folder="templates",
    static_folder="static/phone",
    static_url_path="/static",
)
blueprint.record(lambda state: limiter.init_app(cast(Flask, state.app)))


def _phone() -> str:
    own = _own()
    return str(own.id) if own else visitor()


class OwnPhone(BaseModel):
    """What the signed session remembers of this browser's phone. ``id`` is random and keeps its messages apart."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    number: str
    group: str


class Settle(BaseModel):
    """Asks for the phone's number, or for another one."""

    group: str = Field(default=DEMO, max_length=100)
    new: bool = False


class Ring(BaseModel):
    """Asks for a ticket to call a line."""

    to: str = Field(max_length=20)


class Text(BaseModel):
    """A text message. The same ``id`` again is a repetition."""

    id: UUID
    to: str = Field(max_length=20)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


@blueprint.errorhandler(HTTPStatus.TOO_MANY_REQUESTS)
def too_many(_error: Exception) -> tuple[Response, int]:
    """Say so in the visitor's language, and name 112: a limit must not keep that from anybody."""
    locale = visitor_locale()
    text = catalogue(locale.code).text("phone.too_many")
    return jsonify(text=text, locale=locale.code), HTTPStatus.TOO_MANY_REQUESTS


@blueprint.before_request
def _from_our_page() -> None:
    """A change is asked for by our own page: the browser says so, and the page's token proves it."""
    request.max_content_length = LARGEST_BODY
    if request.method == "GET":
        return
    if request.headers.get("Origin", "").lower() not in our_origins(line().settings):
        abort(HTTPStatus.FORBIDDEN)
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(HTTPStatus.FORBIDDEN)
    try:
        validate_csrf(request.headers.get("X-CSRFToken"), time_limit=TOKEN_LIFE)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)


@blueprint.get("/", strict_slashes=False)
def page() -> Response:
    """The page with the phone, in the language of ``?lang`` or of the browser, for the group of ``?group``."""
    group = _group(request.args.get("group", DEMO))
    locale = visitor_locale()
    texts = catalogue(locale.code)
    response = Response(
        render_template(
            "phone.html",
            t=texts.text,
            locale=locale,
            languages=locales().values(),
            group=group,
            lines=_lines(group),
            keys=[(key, letters, name and texts.text(name)) for key, letters, name in KEYS],
            # The page puts its number in itself, once it has one.
            texts={key.removeprefix("phone."): texts.text(key, number="{number}") for key in TEXTS},
            csrf_token=generate_csrf(),
        )
    )
    media = urlsplit(line().settings.media_url)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; connect-src 'self' {media.scheme}://{media.netloc}; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@blueprint.post("/session")
@limiter.limit("120/hour")
def settle() -> Response:
    """This browser's number; a new one when it has none, asks for one or moves to another group."""
    asked = _asked(Settle)
    group = _group(asked.group)
    own = _own()
    if own is None or asked.new or own.group != group.slug:
        own = OwnPhone(id=line().clock.new_id(), number=_free_number(group), group=group.slug)
        session["phone"] = own.model_dump(mode="json")
    return jsonify(number=own.number)


@blueprint.post("/ticket")
@limiter.limit("10/minute", key_func=_phone)
@limiter.limit("60/minute;600/hour")
def ticket() -> Response:
    """A ticket that opens the media service's socket once, within a minute."""
    asked = _asked(Ring)
    own = _own_or_refuse()
    _check_line(own, asked.to)
    call = {"call_id": str(line().clock.new_id()), "sender": own.number, "recipient": asked.to}
    with line().store.begin() as unit:
        token = unit.tickets.add(TICKET, call, TICKET_LIFE)
    return jsonify(ticket=token, call_id=call["call_id"], url=f"{line().settings.media_url}/phone/media")


@blueprint.post("/sms")
@limiter.limit("20/minute", key_func=_phone)
@limiter.limit("120/minute;1200/hour")
def sms() -> Response:
    """Take a text message and answer with the reply as JSON."""
    asked = _asked(Text)
    own = _own_or_refuse()
    _check_line(own, asked.to)
    inbound = Inbound(
        provider=PROVIDER,
        provider_id=f"{own.id}:{asked.id}",
        channel=Channel.SMS,
        kind=TurnKind.TEXT,
        sender=own.number,
        recipient=asked.to,
        received_at=line().clock.now(),
        text=asked.text,
    )
    body = take_turn(line(), inbound, line().gateways[GATEWAY])
    return Response(body.content, content_type=body.media_type)


@blueprint.get("/sms")
@limiter.limit("120/minute", key_func=_phone)
def messages() -> Response:
    """The messages that we sent to this phone of our own accord, oldest first."""
    own = _own()
    if own is None:
        return jsonify(messages=[])
    with line().store.read() as unit:
        sent = [
            message
            for resident in unit.residents.by_phone(own.number)
            for message in unit.outbox.sent_to(resident.id, GATEWAY)
        ]
    sent.sort(key=lambda message: message.created_at)
    return jsonify(messages=[{"id": str(message.id), "text": message.text} for message in sent])


def _asked(kind: type[_T]) -> _T:
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)


def _group(slug: str) -> Group:
    with line().store.read() as unit:
        group = unit.groups.by_slug(slug)
    if group is None or not _lines(group):
        abort(HTTPStatus.NOT_FOUND)
    return group


def _lines(group: Group) -> tuple[GroupNumber, ...]:
    """The numbers that the phone may reach, real ones first: all in the demo, elsewhere those for practice."""
    reachable = [number for number in group.numbers if number.practice or (line().settings.demo and group.slug == DEMO)]
    return tuple(sorted(reachable, key=lambda number: number.practice))


def _free_number(group: Group) -> str:
    """A number from the reserved range that nobody has used yet; from now on it is this phone's."""
    with line().store.begin() as unit:
        for _ in range(NUMBER_TRIES):
            number = f"{RESERVED}{line().clock.below(100_000):05}"
            if not unit.residents.by_phone(number):
                unit.residents.find_or_add(group.id, number)
                return number
    raise ServiceUnavailable("no number is free")


def _own() -> OwnPhone | None:
    try:
        return OwnPhone.model_validate(session.get("phone"))
    except ValidationError:
        return None


def _own_or_refuse() -> OwnPhone:
    own = _own()
    if own is None:
        abort(HTTPStatus.CONFLICT)
    return own


def _check_line(own: OwnPhone, number: str) -> None:
    if number not in {reachable.number for reachable in _lines(_group(own.group))}:
        abort(HTTPStatus.NOT_FOUND)
