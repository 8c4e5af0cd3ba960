"""Keep what a carrier says became of a message of ours."""

from ivr.messages import Receipt
from service.domain.delivery import OutboxStatus
from service.usecases.line import Line


def receive_receipt(line: Line, receipt: Receipt) -> bool:
    """Move the message's status forward, never back; False when no message of ours has that id."""
    with line.store.begin() as unit:
        return unit.outbox.receipt(receipt.provider, receipt.provider_id, OutboxStatus(receipt.status), receipt.code)
