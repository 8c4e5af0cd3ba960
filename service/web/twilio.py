"""The webhooks of Twilio, and of carriers that speak as it does: verify, read, hand over, answer."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

import structlog
from flask import Blueprint, Response, abort, g, request

from ivr.gateways import twilio_requests
from ivr.gateways.twilio import TwilioGateway
from ivr.gateways.twilio_requests import PROVIDER, Unreadable
from ivr.gateways.twilio_signature import signed_body, signed_form
from ivr.messages import Inbound
from ivr.rendering.reply import Body
from ivr.rendering.twiml import no_answer, rejected_call
from service.usecases.delete_recording import discard_recording
from service.usecases.fetch_recording import recording_ready
from service.usecases.line import Line
from service.usecases.receive_receipt import receive_receipt
from service.usecases.take_turn import UnknownNumber, take_turn
from service.web.access import line

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 200

TakeTurn = Callable[[Line, Inbound, TwilioGateway], Body]

_log = structlog.get_logger(__name__)


def twilio_blueprint(take: TakeTurn) -> Blueprint:
    """The routes below /twilio. Nothing is read or written before the signature is found right."""
    blueprint = Blueprint("twilio", __name__, url_prefix="/twilio")
    blueprint.before_request(_verify)
    blueprint.register_error_handler(Unreadable, _refuse)
    blueprint.register_error_handler(UnknownNumber, _refuse)

    def turn(inbound: Inbound, step: int = 0) -> Response:
        body = take(line(), inbound, _gateway(step))
        unused = twilio_requests.unused_recording(_fields(), inbound)
        if unused:
            discard_recording(line(), PROVIDER, unused)
        return _answer(body)

    @blueprint.post("/sms")
    def sms() -> Response:
        if _fields().get("NumMedia", "0") != "0":
            _log.info("twilio.media_ignored", count=_fields()["NumMedia"][:4])
        response = turn(twilio_requests.sms(_fields(), line().clock.now()))
        return _answer(no_answer()) if twilio_requests.answered_by_carrier(_fields()) else response

    @blueprint.post("/voice")
    def voice() -> Response:
        return turn(twilio_requests.call_started(_fields(), line().clock.now()))

    @blueprint.post("/voice/turn")
    def voice_turn() -> Response:
        step = _step()
        return turn(twilio_requests.call_turn(_fields(), str(step), line().clock.now()), step)

    @blueprint.post("/voice/wait")
    def voice_wait() -> Response:
        step = _step()
        return turn(twilio_requests.call_waiting(_fields(), str(step), line().clock.now()), step)

    @blueprint.post("/voice/recording")
    def voice_recording() -> Response:
        recording_ready(line(), PROVIDER, _fields().get("RecordingUrl", ""))
        return _nothing()

    @blueprint.post("/voice/status")
    def voice_status() -> Response:
        ended = twilio_requests.call_ended(_fields(), line().clock.now())
        if ended:
            turn(ended)
        return _nothing()

    @blueprint.post("/status")
    def status() -> Response:
        receipt = twilio_requests.receipt(_fields())
        if receipt and not receive_receipt(line(), receipt):
            _log.warning("twilio.receipt_of_unknown_message", status=receipt.status)
        return _nothing()

    return blueprint


def _verify() -> None:
    """Refuse what the carrier did not sign for our account, before anything is read from it but its length."""
    request.max_content_length = LARGEST_BODY
    settings = line().settings
    query = request.query_string.decode("latin-1")
    url = settings.web_url + request.path + (f"?{query}" if query else "")
    headers, tokens = dict(request.headers), settings.twilio_auth_tokens
    if request.is_json:
        signed = signed_body(url, headers, request.get_data(), tokens)
        fields = request.get_json(silent=True) if signed else None
        g.twilio_fields = {str(k): str(v) for k, v in fields.items()} if isinstance(fields, dict) else {}
    else:
        if len(request.form) > MOST_FIELDS:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        signed = signed_form(url, headers, request.form, tokens)
        g.twilio_fields = request.form.to_dict()
    if not signed or _fields().get("AccountSid") != settings.twilio_account_sid:
        _log.warning("twilio.refused", path=request.path, signed=signed)
        abort(HTTPStatus.FORBIDDEN)


def _fields() -> Mapping[str, str]:
    fields: Mapping[str, str] = g.twilio_fields
    return fields


def _step() -> int:
    return twilio_requests.step_number(request.args.get("step", ""))


def _gateway(step: int) -> TwilioGateway:
    gateway = line().gateways[PROVIDER]
    if not isinstance(gateway, TwilioGateway):
        raise TypeError("the gateway called twilio is of another kind")
    return gateway.at_step(step)


def _refuse(error: Exception) -> Response:
    """Polite and final: the carrier neither tries again nor reads out an error."""
    _log.warning("twilio.unanswered", path=request.path, reason=type(error).__name__)
    return _answer(rejected_call() if request.path.startswith("/twilio/voice") else no_answer())


def _answer(body: Body) -> Response:
    return Response(body.content, content_type=body.media_type)


def _nothing() -> Response:
    return Response(status=HTTPStatus.NO_CONTENT)


blueprint = twilio_blueprint(take_turn)
