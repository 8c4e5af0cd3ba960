from datetime import UTC, datetime

import pytest

from ivr.gateways import twilio_requests as requests
from ivr.gateways.twilio_requests import Unreadable
from ivr.messages import Channel, Receipt, TurnKind

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SMS = {"MessageSid": "SM1", "From": "+31610000001", "To": "+31850000001", "Body": "Brand!"}
CALL = {"CallSid": "CA1", "From": "+31610000001", "To": "+31850000001"}
RECORDING = CALL | {"RecordingUrl": "https://api.twilio.com/x/Recordings/RE1", "RecordingDuration": "4"}


def test_an_sms() -> None:
    inbound = requests.sms(SMS, NOW)
    assert (inbound.provider, inbound.provider_id, inbound.channel, inbound.kind) == (
        "twilio", "SM1", Channel.SMS, TurnKind.TEXT,
    )  # fmt: skip
    assert (inbound.sender, inbound.recipient, inbound.text) == ("+31610000001", "+31850000001", "Brand!")
    assert (inbound.received_at, inbound.conversation_id) == (NOW, "")


def test_an_sms_of_an_older_kind_or_with_a_picture_only() -> None:
    fields = {"SmsSid": "SM2", "From": "+31610000001", "To": "+31850000001", "NumMedia": "1"}
    assert (requests.sms(fields, NOW).provider_id, requests.sms(fields, NOW).text) == ("SM2", "")


def test_the_carriers_word_for_an_opt_out_counts() -> None:
    fields = SMS | {"Body": "arrêt", "OptOutType": "STOP"}
    assert requests.sms(fields, NOW).text == "STOP"
    assert requests.answered_by_carrier(fields)
    assert not requests.answered_by_carrier(SMS)


@pytest.mark.parametrize("sender", ["", "12345", "BANK", "whatsapp:+31610000001", "+0610000001", "+31610000001 "])
def test_an_sms_that_cannot_be_answered_is_unreadable(sender: str) -> None:
    with pytest.raises(Unreadable):
        requests.sms(SMS | {"From": sender}, NOW)


@pytest.mark.parametrize("altered", [{"MessageSid": ""}, {"MessageSid": "SM 1"}, {"To": ""}, {"To": "sip:a@b"}])
def test_an_sms_that_lacks_something_is_unreadable(altered: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        requests.sms(SMS | altered, NOW)


def test_a_call_that_comes_in() -> None:
    inbound = requests.call_started(CALL, NOW)
    assert (inbound.kind, inbound.provider_id, inbound.conversation_id) == (TurnKind.START, "CA1:0", "CA1")
    assert (inbound.channel, inbound.sender, inbound.recipient) == (Channel.VOICE, "+31610000001", "+31850000001")


@pytest.mark.parametrize(
    "sender", ["", "anonymous", "Restricted", "+266696687", "+7378742833", "+86282452253", "sip:bob@pbx", "+31"]
)
def test_a_withheld_number_is_nobodys(sender: str) -> None:
    assert requests.call_started(CALL | {"From": sender}, NOW).sender == ""


@pytest.mark.parametrize(
    ("fields", "kind", "keys", "recorded"),
    [
        (CALL | {"Digits": "1", "FinishedOnKey": ""}, TurnKind.KEYS, "1", False),
        (CALL | {"Digits": "*"}, TurnKind.KEYS, "*", False),
        (CALL | {"Digits": "5384", "FinishedOnKey": "#"}, TurnKind.KEYS, "5384", False),
        (CALL | {"Digits": "", "FinishedOnKey": "#"}, TurnKind.KEYS, "", False),
        (CALL | {"Digits": "", "FinishedOnKey": ""}, TurnKind.NO_INPUT, "", False),
        (CALL, TurnKind.NO_INPUT, "", False),
        (CALL | {"Digits": "w<>"}, TurnKind.NO_INPUT, "", False),
        (RECORDING, TurnKind.RECORDING, "", True),
        (RECORDING | {"Digits": ""}, TurnKind.RECORDING, "", True),
        (RECORDING | {"Digits": "hangup"}, TurnKind.RECORDING, "", True),
        (RECORDING | {"Digits": "0"}, TurnKind.KEYS, "0", True),
        (RECORDING | {"Digits": "#"}, TurnKind.RECORDING, "", True),
        (RECORDING | {"Digits": "#", "RecordingDuration": "1"}, TurnKind.KEYS, "#", False),
        (RECORDING | {"RecordingDuration": "0"}, TurnKind.NO_INPUT, "", False),
        (RECORDING | {"Digits": "hangup", "RecordingDuration": "0"}, TurnKind.NO_INPUT, "", False),
        (RECORDING | {"RecordingDuration": "soon"}, TurnKind.RECORDING, "", True),
        (CALL | {"RecordingUrl": "https://x/Recordings/RE1"}, TurnKind.RECORDING, "", True),
    ],
)
def test_what_the_caller_did(fields: dict[str, str], kind: TurnKind, keys: str, recorded: bool) -> None:
    inbound = requests.call_turn(fields, "3", NOW)
    assert (inbound.kind, inbound.keys, inbound.provider_id) == (kind, keys, "CA1:3")
    assert inbound.recording_url == (fields["RecordingUrl"] if recorded else "")
    assert requests.unused_recording(fields, inbound) == ("" if recorded else fields.get("RecordingUrl", ""))


def test_waiting_for_the_transcript() -> None:
    inbound = requests.call_waiting(CALL, "4", NOW)
    assert (inbound.kind, inbound.provider_id) == (TurnKind.WAITING, "CA1:4")


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_the_end_of_a_call(status: str) -> None:
    inbound = requests.call_ended(CALL | {"CallStatus": status}, NOW)
    assert inbound is not None
    assert (inbound.kind, inbound.provider_id) == (TurnKind.HANG_UP, "CA1:hang_up")


@pytest.mark.parametrize("status", ["in-progress", "ringing", ""])
def test_a_call_that_goes_on_has_not_ended(status: str) -> None:
    assert requests.call_ended(CALL | {"CallStatus": status}, NOW) is None


@pytest.mark.parametrize("altered", [{"CallSid": ""}, {"CallSid": "CA1:2"}, {"CallSid": "C" * 65}, {"To": "line"}])
def test_a_call_that_lacks_something_is_unreadable(altered: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        requests.call_started(CALL | altered, NOW)


@pytest.mark.parametrize(("step", "number"), [("", 0), ("0", 0), ("17", 17)])
def test_the_step_of_a_page(step: str, number: int) -> None:
    assert requests.step_number(step) == number


@pytest.mark.parametrize("step", ["-1", "1.5", "x", "12345", "٣"])
def test_a_step_that_is_no_number_is_unreadable(step: str) -> None:
    with pytest.raises(Unreadable):
        requests.step_number(step)


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("queued", "queued"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("undelivered", "failed"),
        ("failed", "failed"),
    ],
)
def test_a_receipt(status: str, ours: str) -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "30003"}
    assert requests.receipt(fields) == Receipt("twilio", "SM1", ours, "30003")


def test_a_receipt_of_a_status_we_do_not_know_says_nothing() -> None:
    assert requests.receipt({"MessageSid": "SM1", "MessageStatus": "received"}) is None
    assert requests.receipt({"SmsSid": "SM1", "SmsStatus": "sent"}) == Receipt("twilio", "SM1", "sent")
