"""The plain values that travel between gateways, understanding, conversation and rendering.

Everything here is frozen, built from plain types, and (de)serialised by ``pydantic.TypeAdapter``.
Times are timezone-aware and in UTC; phone numbers are E.164; spans are character offsets into the text as sent.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ivr.categories import Category


class Channel(StrEnum):
    """How a resident reached the line."""

    VOICE = "voice"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    WEB = "web"
    DEVICE = "device"


class TurnKind(StrEnum):
    """What a resident, or the passing of time, did in one turn."""

    START = "start"  # a call came in; nothing said yet
    TEXT = "text"  # a typed message
    KEYS = "keys"  # keypad entry: 0-9 * # (empty: only the finish key)
    RECORDING = "recording"  # an utterance was recorded; its transcript is still to come
    WAITING = "waiting"  # asked again while the transcript is being made
    SPEECH = "speech"  # the transcript of an utterance; ``text`` is empty when no words were recognised
    NO_INPUT = "no_input"  # silence, no key
    HANG_UP = "hang_up"  # the call ended


class Slot(StrEnum):
    """What a step of the conversation asks for."""

    REPORT = "report"  # anything: what, where, when, in free words
    CATEGORY = "category"
    STREET = "street"
    NUMBER = "number"
    WHEN = "when"
    CONFIRM = "confirm"
    LANGUAGE = "language"
    CONSENT = "consent"


class Intent(StrEnum):
    """What a whole message means by itself, in any language: commands and short answers."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    LANGUAGE = "language"
    STATUS = "status"
    DELETE = "delete"
    PRACTICE = "practice"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters of the text as sent."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """A language among the group's, with a confidence of 0 to 1."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CategoryGuess:
    """A category with a confidence of 0 to 1 and the words that led to it."""

    category: Category
    confidence: float
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class StreetMatch:
    """A street of the group's gazetteer with a score of 0 to 1 and the words it was found in."""

    street: str
    score: float
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """Where: the streets that fit, best first (one when clear, more when they need asking), and the house number."""

    streets: tuple[StreetMatch, ...] = ()
    number: str = ""
    suffix: str = ""
    postcode: str = ""
    number_span: Span | None = None
    landmark: str = ""  # a place of the gazetteer that is no street


class WhenLabel(StrEnum):
    """The times that a report distinguishes."""

    NOW = "now"
    THIS_MORNING = "this_morning"
    TODAY = "today"
    EVENING = "evening"  # evenings in general ("every evening")
    LAST_NIGHT = "last_night"
    YESTERDAY = "yesterday"
    YESTERDAY_EVENING = "yesterday_evening"


@dataclass(frozen=True, slots=True)
class WhenFound:
    """When it happened: a label and, where it follows from it, the interval [start, end) in UTC."""

    label: WhenLabel
    confidence: float
    start: datetime | None = None
    end: datetime | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class EmergencyGuess:
    """Whether this may need 112, with a confidence of 0 to 1 and the words that led to it."""

    suspected: bool
    confidence: float
    spans: tuple[Span, ...] = ()


class FlagKind(StrEnum):
    """House rules that a text may offend."""

    PLATE = "plate"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Flag:
    """Words that the feed must not show."""

    kind: FlagKind
    span: Span


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that one text was understood to say. Empty fields mean that nothing was found."""

    language: LanguageGuess | None = None
    intent: Intent | None = None
    intent_language: str = ""  # with Intent.LANGUAGE: the language asked for, if named
    category: CategoryGuess | None = None  # only when clear enough to read back
    category_options: tuple[CategoryGuess, ...] = ()  # the likeliest, best first, when it needs asking
    place: PlaceFound = field(default_factory=PlaceFound)
    when: WhenFound | None = None
    emergency: EmergencyGuess = EmergencyGuess(suspected=False, confidence=0.0)
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds from the start of the audio, confidence 0 to 1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser heard. ``text`` is empty when there was no speech."""

    text: str
    language: str
    confidence: float
    engine: str
    duration: float  # seconds of audio
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a resident's side of the conversation.

    ``text`` is what was typed or recognised, ``understood`` what it was understood to say, ``keys`` the keypad entry,
    ``street_options`` the streets that a keypad entry spells, ``recording_id`` the stored recording of an utterance.
    """

    kind: TurnKind
    text: str = ""
    keys: str = ""
    understood: Understanding = field(default_factory=Understanding)
    street_options: tuple[str, ...] = ()
    recording_id: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A verified request of a gateway as a plain message: one SMS or one step of a call.

    ``provider_id`` is unique within ``provider``: the same id again is a repetition and gets the same answer.
    ``conversation_id`` names the call (the same for all its steps) and is empty for an SMS.
    ``recording_url`` is where the provider keeps an utterance, ``recording_id`` where we do already.
    """

    provider: str
    provider_id: str
    channel: Channel
    kind: TurnKind
    sender: str
    recipient: str
    received_at: datetime
    text: str = ""
    keys: str = ""
    conversation_id: str = ""
    recording_url: str = ""
    recording_id: str = ""


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message that we start ourselves (never the answer to an inbound one)."""

    id: str
    sender: str
    recipient: str
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says became of an outbound message. ``status`` is one of queued, sent, delivered, failed."""

    provider: str
    provider_id: str
    status: str
    code: str = ""
