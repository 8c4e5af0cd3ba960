from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from ivr.gateways.gateway import SendError
from ivr.messages import Receipt
from service.domain.delivery import OutboxStatus
from service.domain.job import GiveUp
from service.usecases.receive_receipt import receive_receipt
from service.usecases.send_message import send_message, send_message_later
from tests.carrier import Carrier, answer, reset, running_carrier
from tests.service.carrier_line import PHONE, CarrierLine, carrier_line

TEXT = "Uw melding 4821 is opgelost."


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with running_carrier() as carrier:
        yield carrier


@pytest.fixture
def at(tmp_path: Path, carrier: Carrier) -> Iterator[CarrierLine]:
    with carrier_line(tmp_path, carrier.url) as at:
        yield at


@pytest.fixture
def message_id(at: CarrierLine) -> UUID:
    message_id = at.add_message(TEXT)
    at.add_job("send_outbox", {"message_id": str(message_id)})
    return message_id


def taken(sid: str, created: str = "Tue, 24 Nov 2026 08:00:00 +0000") -> dict[str, str]:
    return {"sid": sid, "body": TEXT, "date_created": created}


def listing(*messages: dict[str, str]) -> dict[str, object]:
    return {"messages": list(messages), "next_page_uri": None}


def test_a_message_is_sent_once(at: CarrierLine, carrier: Carrier, message_id: UUID) -> None:
    carrier.will(answer(201, taken("SM1")))
    send_message(at.line, at.claim())
    send_message(at.line, at.claim())
    sent = at.message(message_id)
    assert (sent.status, sent.provider_id) == (OutboxStatus.SENT, "SM1")
    (asked,) = carrier.asked
    assert (asked.form["To"], asked.form["Body"]) == ([PHONE], [TEXT])


def test_asking_twice_sends_once(at: CarrierLine) -> None:
    message_id = at.add_message(TEXT)
    for _ in range(2):
        with at.line.store.begin() as unit:
            send_message_later(at.line, unit, message_id)
    (job,) = at.jobs("send_outbox")
    assert job.payload == {"message_id": str(message_id)}


def test_after_a_lost_answer_the_message_is_looked_up_and_not_sent_again(
    at: CarrierLine, carrier: Carrier, message_id: UUID
) -> None:
    carrier.will(reset, answer(200, listing(taken("SM1"))))
    with pytest.raises(SendError):
        send_message(at.line, at.claim())
    assert at.message(message_id).status is OutboxStatus.QUEUED
    send_message(at.line, at.claim())
    assert (at.message(message_id).status, at.message(message_id).provider_id) == (OutboxStatus.SENT, "SM1")
    assert [asked.method for asked in carrier.asked] == ["POST", "GET"]


def test_a_message_that_was_not_taken_is_sent_again(at: CarrierLine, carrier: Carrier, message_id: UUID) -> None:
    before = taken("SM0", "Tue, 24 Nov 2026 07:50:00 +0000")
    carrier.will(answer(503), answer(200, listing(before)), answer(201, taken("SM1")))
    with pytest.raises(SendError):
        send_message(at.line, at.claim())
    send_message(at.line, at.claim())
    assert at.message(message_id).provider_id == "SM1"
    assert [asked.method for asked in carrier.asked] == ["POST", "GET", "POST"]


def test_the_same_text_sent_as_another_message_is_not_taken_for_this_one(
    at: CarrierLine, carrier: Carrier, message_id: UUID
) -> None:
    other = at.add_message(TEXT, key="other")
    with at.line.store.begin() as unit:
        unit.outbox.sent(other, "SM0")
    carrier.will(reset, answer(200, listing(taken("SM0"))), answer(201, taken("SM1")))
    with pytest.raises(SendError):
        send_message(at.line, at.claim())
    send_message(at.line, at.claim())
    assert at.message(message_id).provider_id == "SM1"


def test_while_nothing_can_be_looked_up_nothing_is_sent_again(
    at: CarrierLine, carrier: Carrier, message_id: UUID
) -> None:
    carrier.will(reset, reset)
    for _ in range(2):
        with pytest.raises(SendError):
            send_message(at.line, at.claim())
    assert [asked.method for asked in carrier.asked] == ["POST", "GET"]
    assert at.message(message_id).status is OutboxStatus.QUEUED


def test_after_the_last_attempt_the_message_has_failed(at: CarrierLine, carrier: Carrier, message_id: UUID) -> None:
    carrier.will(answer(429), answer(200, listing()), answer(429), answer(200, listing()), answer(429))
    for _ in range(2):
        with pytest.raises(SendError):
            send_message(at.line, at.claim())
    with pytest.raises(GiveUp):
        send_message(at.line, at.claim())
    assert at.message(message_id).status is OutboxStatus.FAILED


@pytest.mark.parametrize(("code", "opted_out"), [(21610, True), (21211, False)])
def test_a_refused_message_has_failed(
    at: CarrierLine, carrier: Carrier, message_id: UUID, code: int, opted_out: bool
) -> None:
    carrier.will(answer(400, {"code": code, "message": f"{PHONE} no", "status": 400}))
    send_message(at.line, at.claim())
    failed = at.message(message_id)
    assert (failed.status, failed.code) == (OutboxStatus.FAILED, str(code))
    assert PHONE not in failed.reason
    with at.line.store.read() as unit:
        assert unit.residents.by_id(at.resident_id).opted_out is opted_out


def test_nothing_is_sent_to_one_who_has_opted_out(at: CarrierLine, carrier: Carrier, message_id: UUID) -> None:
    with at.line.store.begin() as unit:
        unit.residents.set_opted_out(at.resident_id, opted_out=True)
    send_message(at.line, at.claim())
    assert at.message(message_id).status is OutboxStatus.FAILED
    assert not carrier.asked


def test_receipts_move_a_message_forward_only(at: CarrierLine, message_id: UUID) -> None:
    with at.line.store.begin() as unit:
        unit.outbox.sent(message_id, "SM1")
    statuses = []
    for status in ("queued", "delivered", "sent", "failed"):
        assert receive_receipt(at.line, Receipt("twilio", "SM1", status))
        statuses.append(at.message(message_id).status)
    assert statuses == [OutboxStatus.SENT, OutboxStatus.DELIVERED, OutboxStatus.DELIVERED, OutboxStatus.DELIVERED]


def test_a_receipt_of_a_message_that_is_not_ours_is_told_apart(at: CarrierLine) -> None:
    assert not receive_receipt(at.line, Receipt("twilio", "SM9", "delivered"))
