"""The answer to an inbound message, and its wire form."""

from dataclasses import dataclass

from ivr.rendering.page import VoicePage


@dataclass(frozen=True, slots=True)
class SmsReply:
    """One text message to send back; ``text`` is empty when silence is the answer."""

    text: str
    locale: str


Reply = SmsReply | VoicePage


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a webhook's response, kept with the inbox row so that a repetition gets the same."""

    content: str
    media_type: str
