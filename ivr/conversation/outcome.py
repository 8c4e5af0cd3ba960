"""What one step of a conversation leads to: an Ask or a Lookup, and effects for others to carry out."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.conversation.session import Draft, Session


@dataclass(frozen=True, slots=True)
class Label:
    """A value that is itself a text of the catalogue, such as a category's name."""

    key: str


@dataclass(frozen=True, slots=True)
class Digits:
    """A value that is spoken digit by digit."""

    value: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in a row, with the language's own comma between them."""

    parts: tuple["Value", ...]


Value = str | Label | Digits | Listing


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text of the catalogue; ``.sms`` or ``.voice`` is added to its key. ``locale`` where not the session's."""

    key: str
    values: tuple[tuple[str, Value], ...] = ()
    locale: str = ""


class Answer(StrEnum):
    """How a caller can answer. By SMS every answer is a text."""

    ONE_KEY = "one_key"
    MANY_KEYS = "many_keys"  # ended by #
    UTTERANCE = "utterance"  # recorded; a key ends it and counts by itself
    SHORT_UTTERANCE = "short_utterance"
    TRANSCRIPT = "transcript"  # nothing to answer: we are still listening to the recording
    NONE = "none"  # the conversation is over


@dataclass(frozen=True, slots=True)
class Ask:
    """What is said or written, and how it can be answered. Keys may cut it short only when ``barge_in``."""

    prompts: tuple[Prompt, ...]
    answer: Answer
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Have a recording fetched and its words recognised."""

    recording_id: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Store the draft as an unconfirmed report, for a person to look at."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class File:
    """Store the draft as a confirmed report."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class RememberLocale:
    """The resident's language from now on."""

    locale: str


@dataclass(frozen=True, slots=True)
class RememberConsent:
    """What the resident answered to being recorded."""

    given: bool


@dataclass(frozen=True, slots=True)
class OptOut:
    """No unprompted messages from now on (or again, when ``out`` is false)."""

    out: bool


Effect = Transcribe | Keep | File | RememberLocale | RememberConsent | OptOut


class LookupKind(StrEnum):
    """Facts that only the service knows."""

    CODE = "code"  # the code of this conversation's report
    STATUS = "status"  # code and status of the resident's latest report: "4821 received", empty when there is none


@dataclass(frozen=True, slots=True)
class Lookup:
    """A fact is needed first: look it up, put it into the scene's facts, and ask again with the same turn."""

    kind: LookupKind


@dataclass(frozen=True, slots=True)
class Advance:
    """The session after a turn, what is said or asked next, and the effects in order."""

    session: Session
    ask: Ask
    effects: tuple[Effect, ...] = ()
