import base64
import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.gateways import twilio
from ivr.gateways.gateway import SendError
from ivr.gateways.twilio import TwilioGateway
from ivr.gateways.twilio_codes import CODES, meaning
from ivr.messages import Outbound
from ivr.rendering.page import AwaitKeys, VoicePage
from ivr.rendering.reply import SmsReply
from tests.carrier import Answer, Carrier, answer, reset

MESSAGE = Outbound("o1", "+31850000001", "+31610000001", "Uw melding is opgelost.")
MESSAGES = "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json"


def taken(sid: str, body: str, created: str = "Tue, 24 Nov 2026 08:00:00 +0000") -> dict[str, str]:
    return {"sid": sid, "body": body, "date_created": created, "status": "queued"}


def test_a_message_is_handed_over(carrier: Carrier, gateway: TwilioGateway) -> None:
    carrier.will(answer(201, taken("SM1", MESSAGE.text)))
    assert gateway.send(MESSAGE).provider_id == "SM1"
    (asked,) = carrier.asked
    assert (asked.method, asked.path) == ("POST", MESSAGES)
    assert asked.form == {
        "To": ["+31610000001"],
        "From": ["+31850000001"],
        "Body": ["Uw melding is opgelost."],
        "StatusCallback": ["https://line.example/twilio/status"],
    }
    credentials = base64.b64encode(b"AC00000000000000000000000000000000:secret").decode()
    assert asked.headers["authorization"] == f"Basic {credentials}"


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [(400, 21610, False), (400, 21211, False), (429, 20429, True), (401, 20003, True), (500, 20500, True)],
)
def test_a_refusal_says_whether_to_try_again(
    carrier: Carrier, gateway: TwilioGateway, status: int, code: int, retryable: bool
) -> None:
    carrier.will(answer(status, {"code": code, "message": "The 'To' number +31610000001 is bad", "status": status}))
    with pytest.raises(SendError) as caught:
        gateway.send(MESSAGE)
    assert (caught.value.retryable, caught.value.code) == (retryable, str(code))
    assert "+316" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "retryable"),
    [
        (answer(503, b"<html>bad gateway</html>"), True),
        (answer(201, b"<html>all is well</html>"), True),
        (answer(201, {}), True),
        (answer(307, b"", Location="http://127.0.0.1:1/"), False),
        (answer(404, {"code": 20404, "message": "not found", "status": 404}), False),
        (reset, True),
    ],
    ids=["html 503", "html 201", "no sid", "redirect", "not found", "reset"],
)
def test_an_odd_answer_is_an_error(carrier: Carrier, gateway: TwilioGateway, given: Answer, retryable: bool) -> None:
    carrier.will(given)
    with pytest.raises(SendError) as caught:
        gateway.send(MESSAGE)
    assert caught.value.retryable is retryable
    assert len(carrier.asked) == 1


def test_a_carrier_that_stalls_is_given_up_on(
    carrier: Carrier, gateway: TwilioGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio, "READ_SECONDS", 0.2)
    carrier.will(carrier.stall)
    with pytest.raises(SendError) as caught:
        gateway.send(MESSAGE)
    assert caught.value.retryable


def test_a_carrier_that_is_down_may_be_tried_again(gateway: TwilioGateway) -> None:
    nobody = replace(gateway, api_base="http://127.0.0.1:1")
    with pytest.raises(SendError) as caught:
        nobody.send(MESSAGE)
    assert caught.value.retryable


def test_without_an_account_nothing_is_sent() -> None:
    with pytest.raises(SendError) as caught:
        TwilioGateway("", "", "https://line.example").send(MESSAGE)
    assert not caught.value.retryable


def test_a_message_sent_before_is_found(carrier: Carrier, gateway: TwilioGateway) -> None:
    listed = [
        taken("SM4", MESSAGE.text, "Tue, 24 Nov 2026 08:00:05 +0000"),
        taken("SM3", MESSAGE.text, "Tue, 24 Nov 2026 08:00:00 +0000"),
        taken("SM2", "Iets anders."),
        taken("SM1", MESSAGE.text, "Tue, 24 Nov 2026 07:59:59 +0000"),
        {"sid": "SM0", "body": MESSAGE.text},
    ]
    carrier.will(answer(200, {"messages": listed, "next_page_uri": None}))
    assert gateway.sent_since(MESSAGE, datetime(2026, 11, 24, 8, tzinfo=UTC)) == ("SM3", "SM4")
    (asked,) = carrier.asked
    assert (asked.method, asked.path) == ("GET", MESSAGES)
    assert (asked.query["To"], asked.query["From"]) == (["+31610000001"], ["+31850000001"])


def test_a_look_up_that_fails_is_an_error(carrier: Carrier, gateway: TwilioGateway) -> None:
    carrier.will(reset)
    with pytest.raises(SendError) as caught:
        gateway.sent_since(MESSAGE, datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert caught.value.retryable


def test_numbers_and_tokens_stay_out_of_logs(
    carrier: Carrier, gateway: TwilioGateway, caplog: pytest.LogCaptureFixture
) -> None:
    carrier.will(answer(201, taken("SM1", "x")), answer(200, {"messages": [], "next_page_uri": None}))
    with caplog.at_level(logging.INFO):
        gateway.send(MESSAGE)
        gateway.sent_since(MESSAGE, datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert "31610000001" not in caplog.text
    assert "secret" not in repr(gateway)


RECORDING = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE0123456789abcdef"


@pytest.mark.parametrize("given", [answer(204), answer(404, {"code": 20404, "message": "gone", "status": 404})])
def test_a_recording_is_deleted_at_the_carrier(carrier: Carrier, gateway: TwilioGateway, given: Answer) -> None:
    carrier.will(given)
    gateway.delete_recording(RECORDING)
    (asked,) = carrier.asked
    assert asked.method == "DELETE"
    assert asked.path == "/2010-04-01/Accounts/AC00000000000000000000000000000000/Recordings/RE0123456789abcdef.json"


def test_a_recording_that_could_not_be_deleted_is_an_error(carrier: Carrier, gateway: TwilioGateway) -> None:
    carrier.will(answer(500, {"code": 20500, "message": "oops", "status": 500}))
    with pytest.raises(SendError) as caught:
        gateway.delete_recording(RECORDING)
    assert caught.value.retryable


@pytest.mark.parametrize("url", ["https://api.twilio.com/2010-04-01/Accounts/AC1.json", "", "/Recordings/"])
def test_only_recordings_are_deleted(carrier: Carrier, gateway: TwilioGateway, url: str) -> None:
    with pytest.raises(SendError) as caught:
        gateway.delete_recording(url)
    assert not caught.value.retryable
    assert not carrier.asked


def test_answers_are_twiml_and_name_the_next_step(gateway: TwilioGateway) -> None:
    page = VoicePage((), AwaitKeys())
    assert "<Message>Dank u.</Message>" in gateway.render(SmsReply("Dank u.", "nl")).content
    assert "https://line.example/twilio/voice/turn?step=1" in gateway.render(page).content
    assert "https://line.example/twilio/voice/turn?step=8" in gateway.at_step(7).render(page).content


def test_every_code_has_its_meaning_and_others_go_by_their_status() -> None:
    assert all(meaning(code, 400) == CODES[code] for code in CODES)
    assert [meaning(0, status).retryable for status in (400, 404, 408, 429, 500, 503)] == [
        False, False, True, True, True, True,
    ]  # fmt: skip
