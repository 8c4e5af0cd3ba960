"""Send a message of the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ivr.gateways.gateway import SendError
from ivr.messages import Outbound
from service.domain.delivery import Job, OutboxStatus
from service.domain.job import GiveUp
from service.store.store import Unit
from service.store.unit import Missing
from service.usecases.enqueue import enqueue
from service.usecases.line import Line

KIND = "send_outbox"

_CLOCKS_DIFFER = timedelta(seconds=60)
_OPTED_OUT = "21610"
"""Twilio's code for a recipient who has told the carrier, not us, to stop."""


@dataclass(frozen=True, slots=True)
class _Unsent:
    """A message to be sent, and what is known of it before."""

    message: Outbound
    gateway: str
    resident_id: UUID
    created_at: datetime
    taken: frozenset[str]  # the carrier's ids of the group's other messages


def send_message_later(line: Line, unit: Unit, message_id: UUID) -> None:
    """Have a message of the outbox sent, once."""
    enqueue(line, unit, KIND, {"message_id": str(message_id)}, f"{KIND}:{message_id}")


def send_message(line: Line, job: Job) -> None:
    """Job: send the message of the payload, unless it was sent, refused or is unwanted by now.

    Sending is not idempotent at a carrier. So every attempt but the first asks whether an earlier one has succeeded
    without our hearing of it. Raises SendError where a later attempt may succeed, GiveUp when there are no more.
    """
    message_id = UUID(str(job.payload["message_id"]))
    with line.store.begin() as unit:
        unsent = _unsent(unit, message_id)
    if unsent is None:
        return
    try:
        provider_id = _send(line, unsent, first=job.attempts <= 1)
    except SendError as error:
        if error.retryable and job.attempts < job.max_attempts:
            raise
        with line.store.begin() as unit:
            unit.outbox.failed(message_id, str(error), error.code)
            if error.code == _OPTED_OUT:
                unit.residents.set_opted_out(unsent.resident_id, opted_out=True)
        if error.retryable:
            raise GiveUp(str(error)) from error
        return
    with line.store.begin() as unit:
        unit.outbox.sent(message_id, provider_id)


def _unsent(unit: Unit, message_id: UUID) -> _Unsent | None:
    row = unit.outbox.get(message_id)
    if row.status is not OutboxStatus.QUEUED:
        return None
    try:
        recipient = unit.residents.phone(row.resident_id)
    except Missing:
        unit.outbox.failed(message_id, "the resident's number was erased")
        return None
    if unit.residents.by_id(row.resident_id).opted_out:
        unit.outbox.failed(message_id, "the resident has opted out")
        return None
    others = unit.outbox.list(row.group_id)
    return _Unsent(
        Outbound(str(row.id), row.sender, recipient, row.text),
        row.gateway,
        row.resident_id,
        row.created_at,
        frozenset(other.provider_id for other in others if other.provider_id),
    )


def _send(line: Line, unsent: _Unsent, *, first: bool) -> str:
    gateway = line.gateways[unsent.gateway]
    if not first:
        earlier = gateway.sent_since(unsent.message, unsent.created_at - _CLOCKS_DIFFER)
        for provider_id in earlier:
            if provider_id not in unsent.taken:
                return provider_id
    return gateway.send(unsent.message).provider_id
