"""Delete a recording at the carrier, once it is here or when nobody needs it."""

from hashlib import sha256

import structlog

from ivr.gateways.gateway import SendError
from service.domain.delivery import Job
from service.domain.job import GiveUp
from service.store.store import Unit
from service.store.unit import StoreUnavailable
from service.usecases.enqueue import enqueue
from service.usecases.line import Line

KIND = "delete_recording"

_log = structlog.get_logger(__name__)


def delete_recording_later(line: Line, unit: Unit, gateway: str, url: str) -> None:
    """Have a recording deleted at the carrier; asking again changes nothing."""
    enqueue(line, unit, KIND, {"gateway": gateway, "url": url}, f"{KIND}:{gateway}:{sha256(url.encode()).hexdigest()}")


def discard_recording(line: Line, gateway: str, url: str) -> None:
    """Have a recording that is no utterance deleted at the carrier.

    With the database down it stays there and that is logged: the caller, who pressed a key, is answered all the same.
    """
    try:
        with line.store.begin() as unit:
            delete_recording_later(line, unit, gateway, url)
    except StoreUnavailable:
        _log.warning("recording_left_at_carrier", gateway=gateway)


def delete_recording(line: Line, job: Job) -> None:
    """Job: delete the recording of the payload. Raises GiveUp, or SendError where a later try may succeed."""
    try:
        line.gateways[str(job.payload["gateway"])].delete_recording(str(job.payload["url"]))
    except SendError as error:
        if error.retryable:
            raise
        raise GiveUp(str(error)) from error
