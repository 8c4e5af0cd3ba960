import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.gateways.twilio import TwilioGateway
from ivr.messages import Inbound, TurnKind
from ivr.rendering.page import AwaitKeys, VoicePage
from ivr.rendering.reply import Body, SmsReply
from service.domain.delivery import OutboxStatus
from service.usecases.line import Line
from service.usecases.take_turn import UnknownNumber
from service.web import phone
from service.web.twilio import twilio_blueprint
from tests.carrier import sign
from tests.service.carrier_line import ACCOUNT, NUMBER, PHONE, TOKENS, WEB, CarrierLine, carrier_line

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response />'
REJECT = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject /></Response>'

SMS = {"AccountSid": ACCOUNT, "MessageSid": "SM1", "From": PHONE, "To": NUMBER, "Body": "Brand حريق", "NumMedia": "0"}
CALL = {"AccountSid": ACCOUNT, "CallSid": "CA1", "From": PHONE, "To": NUMBER, "CallStatus": "in-progress"}
RECORDING_URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"

ROUTES = {
    "/twilio/sms": SMS,
    "/twilio/voice": CALL,
    "/twilio/voice/turn?step=2": CALL | {"Digits": "1"},
    "/twilio/voice/wait?step=2": CALL,
    "/twilio/voice/recording": CALL | {"RecordingUrl": RECORDING_URL},
    "/twilio/voice/status": CALL | {"CallStatus": "completed"},
    "/twilio/status": {"AccountSid": ACCOUNT, "MessageSid": "SM1", "MessageStatus": "delivered"},
}


@dataclass
class Turns:
    """Stands for the use case: keeps what it is given and answers each message once."""

    taken: list[Inbound] = field(default_factory=list)
    answers: dict[str, Body] = field(default_factory=dict)
    unknown: bool = False

    def __call__(self, line: Line, inbound: Inbound, gateway: TwilioGateway) -> Body:
        if self.unknown:
            raise UnknownNumber
        if inbound.provider_id not in self.answers:
            self.taken.append(inbound)
            reply = SmsReply(f"answer {len(self.taken)}", "en")
            self.answers[inbound.provider_id] = gateway.render(
                reply if inbound.kind is TurnKind.TEXT else VoicePage((), AwaitKeys())
            )
        return self.answers[inbound.provider_id]


@dataclass
class Site:
    client: FlaskClient
    turns: Turns
    at: CarrierLine

    def post(self, path: str, form: dict[str, str], **headers: str) -> TestResponse:
        signature = {"X-Twilio-Signature": sign(WEB + path, form, TOKENS[0])}
        return self.client.post(path, data=form, headers=signature | headers)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    turns = Turns()
    with carrier_line(tmp_path, "https://api.twilio.com") as at:
        app = Flask(__name__)
        app.extensions["buurtlijn"] = at.line
        app.register_blueprint(twilio_blueprint(turns))
        yield Site(app.test_client(), turns, at)


def assert_refused(site: Site, response: TestResponse) -> None:
    assert response.status_code == 403
    assert not site.turns.taken
    assert not site.at.jobs("delete_recording")
    assert not site.at.kicked


def test_an_sms_is_answered_in_the_response(site: Site) -> None:
    response = site.post("/twilio/sms", SMS)
    assert response.status_code == 200
    assert response.content_type == "text/xml; charset=utf-8"
    assert "<Message>answer 1</Message>" in response.text
    (inbound,) = site.turns.taken
    assert (inbound.provider_id, inbound.text, inbound.sender) == ("SM1", "Brand حريق", PHONE)


def test_a_repeated_request_is_accepted_and_gets_the_same_answer(site: Site) -> None:
    first, second = site.post("/twilio/sms", SMS), site.post("/twilio/sms", SMS)
    assert first.data == second.data
    assert len(site.turns.taken) == 1


def test_a_carrier_is_not_limited_by_address_as_visitors_are(site: Site) -> None:
    site.client.application.register_blueprint(phone.blueprint)
    statuses = {site.post("/twilio/sms", SMS | {"MessageSid": f"SM{n}"}).status_code for n in range(1300)}
    assert statuses == {200}


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_takes_what_is_signed(site: Site, path: str) -> None:
    assert site.post(path, ROUTES[path]).status_code in (200, 204)


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_takes_the_token_before_the_rotation_and_sha256(site: Site, path: str) -> None:
    form = ROUTES[path]
    old = {"x-twilio-signature": sign(WEB + path, form, TOKENS[1])}
    assert site.client.post(path, data=form, headers=old).status_code in (200, 204)
    sha256 = {
        "X-Twilio-Signature": sign(WEB + path, form, TOKENS[0], "sha256"),
        "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256",
    }
    assert site.client.post(path, data=form, headers=sha256).status_code in (200, 204)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "AAAA"}])
def test_every_route_refuses_what_is_not_signed(site: Site, path: str, headers: dict[str, str]) -> None:
    assert_refused(site, site.client.post(path, data=ROUTES[path], headers=headers))


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_refuses_what_was_altered(site: Site, path: str) -> None:
    form = ROUTES[path]
    signature = {"X-Twilio-Signature": sign(WEB + path, form, TOKENS[0])}
    more = "&" if "?" in path else "?"
    for altered_path, altered_form in (
        (path, form | {"To": "+31850000009"}),
        (path, form | {"Added": "1"}),
        (f"{path}{more}step=9", form),
    ):
        assert_refused(site, site.client.post(altered_path, data=altered_form, headers=signature))


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("base", ["http://line.example", "https://evil.example", "http://localhost"])
def test_the_signature_counts_for_the_configured_address_only(site: Site, path: str, base: str) -> None:
    form = ROUTES[path]
    headers = {
        "X-Twilio-Signature": sign(base + path, form, TOKENS[0]),
        "X-Forwarded-Proto": base.split(":", maxsplit=1)[0],
        "X-Forwarded-Host": base.split("//")[1],
        "Host": base.split("//")[1],
    }
    assert_refused(site, site.client.post(path, data=form, headers=headers))


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("account", ["AC" + "1" * 32, "", None])
def test_a_request_of_another_account_is_refused(site: Site, path: str, account: str | None) -> None:
    form = {name: value for name, value in ROUTES[path].items() if name != "AccountSid"}
    assert_refused(site, site.post(path, form if account is None else form | {"AccountSid": account}))


def test_without_an_account_nothing_is_accepted(tmp_path: Path) -> None:
    turns = Turns()
    with carrier_line(tmp_path, "https://api.twilio.com") as at:
        settings = at.line.settings.model_copy(update={"twilio_account_sid": "", "twilio_auth_tokens": ()})
        app = Flask(__name__)
        app.extensions["buurtlijn"] = Line(
            **{name: getattr(at.line, name) for name in Line.__slots__ if name != "settings"}, settings=settings
        )
        app.register_blueprint(twilio_blueprint(turns))
        form = SMS | {"AccountSid": ""}
        headers = {"X-Twilio-Signature": sign(f"{WEB}/twilio/sms", form, "")}
        assert app.test_client().post("/twilio/sms", data=form, headers=headers).status_code == 403
    assert not turns.taken


def post_json(site: Site, body: bytes, signed_body: bytes) -> TestResponse:
    path = f"/twilio/sms?bodySHA256={hashlib.sha256(signed_body).hexdigest()}"
    headers = {"X-Twilio-Signature": sign(WEB + path, {}, TOKENS[0])}
    return site.client.post(path, data=body, headers=headers, content_type="application/json")


def test_a_json_body_is_taken_as_it_was_signed(site: Site) -> None:
    body = json.dumps(SMS).encode()
    assert "<Message>answer 1</Message>" in post_json(site, body, body).text


@pytest.mark.parametrize("body", [json.dumps(SMS | {"Body": "Niets"}).encode(), b"{}", b"", b"\xff"])
def test_a_tampered_json_body_is_refused(site: Site, body: bytes) -> None:
    assert_refused(site, post_json(site, body, json.dumps(SMS).encode()))


@pytest.mark.parametrize("body", [b"[]", b"null", b"{", b'"AccountSid"'])
def test_a_signed_body_that_is_no_object_is_refused(site: Site, body: bytes) -> None:
    assert_refused(site, post_json(site, body, body))


def test_a_json_body_without_its_hash_is_refused(site: Site) -> None:
    headers = {"X-Twilio-Signature": sign(f"{WEB}/twilio/sms", {}, TOKENS[0])}
    assert_refused(site, site.client.post("/twilio/sms", json=SMS, headers=headers))


def test_a_form_that_is_too_large_is_refused(site: Site) -> None:
    assert site.post("/twilio/sms", SMS | {"Body": "x" * 70_000}).status_code == 413
    assert site.post("/twilio/sms", SMS | {f"f{n}": "" for n in range(300)}).status_code == 413
    endless = urlencode(SMS | {"Body": "x" * 70_000}).encode()
    chunked = site.client.post(
        "/twilio/sms",
        input_stream=io.BytesIO(endless),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert chunked.status_code == 413
    assert not site.turns.taken


def test_other_methods_and_other_kinds_of_form_are_refused(site: Site) -> None:
    assert site.client.get("/twilio/sms").status_code == 405
    assert site.client.post("/twilio/sms", data=SMS, content_type="multipart/form-data").status_code == 403


def test_an_opt_out_that_the_carrier_answered_is_kept_and_not_answered_again(site: Site) -> None:
    response = site.post("/twilio/sms", SMS | {"Body": "stoppen", "OptOutType": "STOP"})
    assert response.text == EMPTY
    assert [inbound.text for inbound in site.turns.taken] == ["STOP"]


def test_a_picture_is_ignored_and_its_words_are_not(site: Site) -> None:
    form = SMS | {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": "image/png"}
    assert "<Message>" in site.post("/twilio/sms", form).text
    assert [inbound.text for inbound in site.turns.taken] == ["Brand حريق"]


@pytest.mark.parametrize("altered", [{"From": "BANK"}, {"To": "12345"}, {"MessageSid": ""}])
def test_an_sms_that_cannot_be_answered_gets_silence(site: Site, altered: dict[str, str]) -> None:
    response = site.post("/twilio/sms", SMS | altered)
    assert (response.status_code, response.text) == (200, EMPTY)
    assert not site.turns.taken


def test_a_number_that_no_group_has_is_refused_politely(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.turns.unknown = True
    assert site.post("/twilio/sms", SMS).text == EMPTY
    assert site.post("/twilio/voice", CALL).text == REJECT
    printed = capsys.readouterr()
    assert "31850000001" not in printed.out + printed.err
    assert "31610000001" not in printed.out + printed.err


@pytest.mark.parametrize("step", ["x", "-1", "99999"])
def test_a_step_that_is_none_is_refused_politely(site: Site, step: str) -> None:
    assert site.post(f"/twilio/voice/turn?step={step}", CALL | {"Digits": "1"}).text == REJECT


def test_a_call_goes_from_step_to_step(site: Site) -> None:
    assert f"{WEB}/twilio/voice/turn?step=1" in site.post("/twilio/voice", CALL).text
    turn = CALL | {"Digits": "1"}
    first = site.post("/twilio/voice/turn?step=1", turn)
    assert f"{WEB}/twilio/voice/turn?step=2" in first.text
    assert site.post("/twilio/voice/turn?step=1", turn).data == first.data
    assert f"{WEB}/twilio/voice/turn?step=3" in site.post("/twilio/voice/wait?step=2", CALL).text
    site.post("/twilio/voice/status", CALL | {"CallStatus": "completed"})
    assert [(inbound.provider_id, inbound.kind) for inbound in site.turns.taken] == [
        ("CA1:0", TurnKind.START),
        ("CA1:1", TurnKind.KEYS),
        ("CA1:2", TurnKind.WAITING),
        ("CA1:hang_up", TurnKind.HANG_UP),
    ]
    assert {inbound.conversation_id for inbound in site.turns.taken} == {"CA1"}


def test_a_caller_without_a_number_is_served(site: Site) -> None:
    assert "<Gather" in site.post("/twilio/voice", CALL | {"From": "anonymous"}).text
    assert [inbound.sender for inbound in site.turns.taken] == [""]


def test_an_utterance_is_handed_over_and_a_key_pressed_while_recording_leaves_nothing_behind(site: Site) -> None:
    recorded = CALL | {"RecordingUrl": RECORDING_URL, "RecordingDuration": "4"}
    site.post("/twilio/voice/turn?step=1", recorded | {"Digits": "hangup"})
    assert not site.at.jobs("delete_recording")
    site.post("/twilio/voice/turn?step=2", recorded | {"Digits": "0", "RecordingDuration": "1"})
    assert [inbound.kind for inbound in site.turns.taken] == [TurnKind.RECORDING, TurnKind.KEYS]
    assert site.turns.taken[0].recording_url == RECORDING_URL
    (job,) = site.at.jobs("delete_recording")
    assert job.payload == {"gateway": "twilio", "url": RECORDING_URL}


def test_a_call_that_goes_on_is_not_hung_up(site: Site) -> None:
    assert site.post("/twilio/voice/status", CALL).status_code == 204
    assert not site.turns.taken


def test_a_recording_that_is_ready_is_fetched_now(site: Site) -> None:
    site.at.add_job("fetch_recording", {"gateway": "twilio", "url": RECORDING_URL})
    assert site.post("/twilio/voice/recording", CALL | {"RecordingUrl": RECORDING_URL}).status_code == 204
    assert site.at.kicked == [("fast", site.at.jobs("fetch_recording")[0].id)]


def test_a_receipt_moves_the_message_forward(site: Site) -> None:
    message_id = site.at.add_message("Dank u.")
    with site.at.line.store.begin() as unit:
        unit.outbox.sent(message_id, "SM1")
    receipt = {"AccountSid": ACCOUNT, "MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert site.post("/twilio/status", receipt).status_code == 204
    assert (site.at.message(message_id).status, site.at.message(message_id).code) == (OutboxStatus.FAILED, "30003")
