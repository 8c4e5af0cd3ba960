"""What a verified request of Twilio says, as plain messages. Nothing here is trusted to be well formed."""

import re
from collections.abc import Mapping
from datetime import datetime

from ivr.messages import Channel, Inbound, Receipt, TurnKind

PROVIDER = "twilio"

Fields = Mapping[str, str]

_SID = re.compile(r"[A-Za-z0-9_-]{2,64}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_STEP = re.compile(r"[0-9]{1,4}")
_KEYS = re.compile(r"[0-9*#]{1,32}")

# The number a carrier gives instead of one that is withheld: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE
# typed on a keypad.
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253"})

_HUNG_UP = "hangup"  # stands for a key where the caller hung up while recording
_FINISH_KEY = "#"
_WORDS_SECONDS = 2
"""A recording ended by a key has words in it from this length on; a shorter one is the key alone. Where both count,
the conversation decides: at a choice the key, where words are asked for the words."""

_ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

_RECEIPTS = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}


class Unreadable(ValueError):
    """A request lacks what its kind needs, or is one that can't be answered. The message quotes none of it."""


def sms(fields: Fields, now: datetime) -> Inbound:
    """One SMS. Raises Unreadable, also for a sender that can't be answered (a name, a short code)."""
    sender = fields.get("From", "")
    if not _E164.fullmatch(sender):
        raise Unreadable("the sender can't be answered")
    return Inbound(
        provider=PROVIDER,
        provider_id=_message_sid(fields),
        channel=Channel.SMS,
        kind=TurnKind.TEXT,
        sender=sender,
        recipient=_recipient(fields),
        received_at=now,
        # Where the carrier has recognised an opt-out word, its own word for it counts, whatever the language.
        text=fields.get("OptOutType") or fields.get("Body", ""),
    )


def answered_by_carrier(fields: Fields) -> bool:
    """Whether the carrier has answered an opt-out word itself, so that our answer would be a second one."""
    return bool(fields.get("OptOutType"))


def call_started(fields: Fields, now: datetime) -> Inbound:
    """A call that comes in. Raises Unreadable."""
    return _call(fields, "0", now, TurnKind.START)


def call_turn(fields: Fields, step: str, now: datetime) -> Inbound:
    """What the caller did on a page: keys, an utterance, or nothing. Raises Unreadable."""
    digits, url = fields.get("Digits", ""), fields.get("RecordingUrl", "")
    words = url if url and _seconds(fields) >= _WORDS_SECONDS else ""
    if _KEYS.fullmatch(digits) and not (words and digits == _FINISH_KEY):
        return _call(fields, step, now, TurnKind.KEYS, keys=digits, recording_url=words)
    if url and _seconds(fields):
        return _call(fields, step, now, TurnKind.RECORDING, recording_url=url)
    if not url and not digits and fields.get("FinishedOnKey") == _FINISH_KEY:
        return _call(fields, step, now, TurnKind.KEYS)
    return _call(fields, step, now, TurnKind.NO_INPUT)


def call_waiting(fields: Fields, step: str, now: datetime) -> Inbound:
    """The call asks whether the transcript is there. Raises Unreadable."""
    return _call(fields, step, now, TurnKind.WAITING)


def call_ended(fields: Fields, now: datetime) -> Inbound | None:
    """The end of a call; None while it goes on. Raises Unreadable."""
    if fields.get("CallStatus") not in _ENDED:
        return None
    return _call(fields, "hang_up", now, TurnKind.HANG_UP)


def unused_recording(fields: Fields, inbound: Inbound) -> str:
    """Where a recording lies that is no utterance (a key was pressed, or nothing said); empty if there is none."""
    return "" if inbound.recording_url else fields.get("RecordingUrl", "")


def receipt(fields: Fields) -> Receipt | None:
    """What became of a message of ours; None for a status that says nothing new. Raises Unreadable."""
    status = _RECEIPTS.get(fields.get("MessageStatus") or fields.get("SmsStatus", ""))
    if status is None:
        return None
    return Receipt(PROVIDER, _message_sid(fields), status, fields.get("ErrorCode", "")[:16])


def step_number(step: str) -> int:
    """A page's step from its address; 0 where there is none. Raises Unreadable."""
    if not step:
        return 0
    if not _STEP.fullmatch(step):
        raise Unreadable("the step is no number")
    return int(step)


def _call(
    fields: Fields, step: str, now: datetime, kind: TurnKind, *, keys: str = "", recording_url: str = ""
) -> Inbound:
    sender = fields.get("From", "")
    call = _sid(fields.get("CallSid", ""))
    return Inbound(
        provider=PROVIDER,
        provider_id=f"{call}:{step}",
        channel=Channel.VOICE,
        kind=kind,
        sender=sender if _E164.fullmatch(sender) and sender not in _WITHHELD else "",
        recipient=_recipient(fields),
        received_at=now,
        keys=keys,
        conversation_id=call,
        recording_url=recording_url,
    )


def _sid(value: str) -> str:
    if not _SID.fullmatch(value):
        raise Unreadable("the request names no call or message")
    return value


def _message_sid(fields: Fields) -> str:
    return _sid(fields.get("MessageSid") or fields.get("SmsSid", ""))


def _recipient(fields: Fields) -> str:
    recipient = fields.get("To", "")
    if not _E164.fullmatch(recipient):
        raise Unreadable("the recipient is no phone number")
    return recipient


def _seconds(fields: Fields) -> int:
    """Length of the recording; a carrier that does not say is taken to have recorded words."""
    given = fields.get("RecordingDuration", "")
    return int(given) if re.fullmatch(r"[0-9]{1,6}", given) else _WORDS_SECONDS
