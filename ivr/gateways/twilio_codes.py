"""What Twilio's error codes mean, and whether a later try may succeed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code in words; ``retryable`` says whether the same message may be accepted later."""

    reason: str
    retryable: bool


CODES: dict[int, Meaning] = {
    # Refused by the REST API.
    20003: Meaning("the carrier refuses our account or its token", retryable=True),
    20429: Meaning("too many requests", retryable=True),
    21211: Meaning("not a phone number", retryable=False),
    21212: Meaning("our number is not valid", retryable=False),
    21408: Meaning("the account may not send to this region", retryable=False),
    21606: Meaning("our number can't send messages", retryable=False),
    21608: Meaning("a trial account may send to verified numbers only", retryable=False),
    21610: Meaning("the recipient has opted out", retryable=False),
    21611: Meaning("our number's queue is full", retryable=True),
    21612: Meaning("the recipient can't be reached from our number", retryable=False),
    21614: Meaning("not a mobile number", retryable=False),
    21617: Meaning("the text is too long", retryable=False),
    # Told by a receipt.
    30001: Meaning("the queue overflowed", retryable=True),
    30002: Meaning("the account is suspended", retryable=True),
    30003: Meaning("the handset can't be reached", retryable=True),
    30004: Meaning("the recipient blocks messages", retryable=False),
    30005: Meaning("the number does not exist", retryable=False),
    30006: Meaning("a landline, or a network that can't be reached", retryable=False),
    30007: Meaning("a network filtered the message", retryable=False),
    30008: Meaning("delivery failed for an unknown reason", retryable=True),
    # Told in the carrier's own error log, about our answers.
    11200: Meaning("our answer did not reach the carrier", retryable=True),
    11205: Meaning("the carrier could not connect to us", retryable=True),
    12100: Meaning("our answer is not valid XML", retryable=False),
    12200: Meaning("our answer does not follow the TwiML schema", retryable=False),
    12300: Meaning("our answer has the wrong content type", retryable=False),
    31920: Meaning("the media stream's WebSocket was not accepted", retryable=True),
    31921: Meaning("the media stream's WebSocket was closed", retryable=True),
}


def meaning(code: int, status: int) -> Meaning:
    """What an answer with this code means; one that the table doesn't know is judged by its HTTP status."""
    known = CODES.get(code)
    if known:
        return known
    return Meaning(f"HTTP {status}", retryable=status in (408, 425, 429) or status >= 500)
