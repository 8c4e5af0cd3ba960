from datetime import UTC, datetime

import pytest

from ivr.gateways.gateway import Gateway, RecordingMissing
from ivr.gateways.simulator import PAGE, SMS, SimulatorGateway
from ivr.messages import Outbound
from ivr.rendering.page import Awaited, AwaitKeys, AwaitTranscript, AwaitUtterance, HangUp, Spoken, VoicePage
from ivr.rendering.reply import SmsReply

GATEWAY: Gateway = SimulatorGateway()


@pytest.mark.parametrize(
    "awaited",
    [AwaitKeys(digits=0, timeout=9), AwaitUtterance(silence=2, longest=9), AwaitTranscript(pause=3), HangUp()],
)
def test_a_page_survives_its_json(awaited: Awaited) -> None:
    page = VoicePage((Spoken("Nog één keer?", "nl", "nl/prompts/x.wav"),), awaited, barge_in=False)
    body = GATEWAY.render(page)
    assert body.media_type == "application/json"
    assert PAGE.validate_json(body.content) == page


def test_an_sms_survives_its_json() -> None:
    reply = SmsReply("شكرا 🙂", "ar")
    assert SMS.validate_json(GATEWAY.render(reply).content) == reply


def test_messages_are_taken_and_recordings_are_not_elsewhere() -> None:
    message = Outbound("o1", "+31850000001", "+31610000001", "Dank u.")
    assert GATEWAY.send(message).provider_id == "o1"
    assert GATEWAY.sent_since(message, datetime(2026, 11, 24, tzinfo=UTC)) == ()
    with pytest.raises(RecordingMissing):
        GATEWAY.fetch_recording("http://127.0.0.1/x")
    GATEWAY.delete_recording("http://127.0.0.1/x")
