"""What the media process asks of the web process: tickets, the next voice page, and keeping a recording.

The media process has no database; these routes are its only way to one.
"""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, abort, jsonify, request
from pydantic import TypeAdapter, ValidationError

from ivr.messages import Channel, Inbound
from service.store.unit import Missing
from service.usecases.keep_recording import keep_recording
from service.usecases.take_turn import UnknownNumber, take_turn
from service.web.access import line
from service.web.internal_auth import internal_only

LARGEST_TURN = 16 * 1024
LARGEST_RECORDING = 4 * 1024 * 1024
"""Bytes; two minutes of 16-bit audio at 8 kHz are 1.9 MB."""

PROVIDER = "phone"
TICKET = "phone"
"""The kind of the web phone's tickets."""

INBOUND: TypeAdapter[Inbound] = TypeAdapter(Inbound)

blueprint = Blueprint("internal", __name__, url_prefix="/internal")


@blueprint.post("/tickets/consume")
@internal_only
def consume_ticket() -> Response:
    """The call that a ticket ({"ticket": …}) is for; 404 when unknown, used or expired. It is used up by this."""
    request.max_content_length = LARGEST_TURN
    body = request.get_json()
    token = body.get("ticket") if isinstance(body, dict) else None
    if not isinstance(token, str):
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    with line().store.begin() as unit:
        payload = unit.tickets.consume(TICKET, token)
    if payload is None:
        abort(HTTPStatus.NOT_FOUND)
    return jsonify(dict(payload))


@blueprint.post("/voice")
@internal_only
def voice() -> Response:
    """Take one turn of a web phone's call (an Inbound as JSON) and answer with the next voice page."""
    request.max_content_length = LARGEST_TURN
    try:
        inbound = INBOUND.validate_json(request.get_data())
    except ValidationError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    if inbound.provider != PROVIDER or inbound.channel is not Channel.VOICE:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        body = take_turn(line(), inbound, line().gateways["simulator"])
    except UnknownNumber:
        abort(HTTPStatus.NOT_FOUND)
    return Response(body.content, content_type=body.media_type)


@blueprint.post("/recordings")
@internal_only
def recordings() -> tuple[Response, int]:
    """Keep an utterance (a WAV file) and give its id; the turn that names it decides whether it stays."""
    request.max_content_length = LARGEST_RECORDING
    media_id = keep_recording(line(), request.get_data())
    return jsonify(recording_id=str(media_id)), HTTPStatus.CREATED


@blueprint.get("/recordings/<uuid:media_id>")
@internal_only
def recording_state(media_id: UUID) -> Response:
    """Whether the transcript of a recording is there, so that a caller waits no longer than needed."""
    try:
        with line().store.read() as unit:
            transcribed = unit.media.get(media_id).transcript is not None
    except Missing:
        abort(HTTPStatus.NOT_FOUND)
    return jsonify(transcribed=transcribed)
