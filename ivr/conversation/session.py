"""Where a conversation stands: small, versioned, and the same after a trip through JSON."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import TypeAdapter

from ivr.categories import Category
from ivr.messages import Channel, WhenFound

VERSION = 1


class StepId(StrEnum):
    """The steps of the dialogue; what each one asks stands in ivr.conversation.dialogue."""

    LANGUAGE = "language"
    CONSENT = "consent"
    DESCRIBE = "describe"
    LISTENING = "listening"
    CATEGORY = "category"
    CATEGORY_DANGER = "category_danger"
    CATEGORY_CRIME = "category_crime"
    CATEGORY_STREET = "category_street"
    CATEGORY_ELSE = "category_else"
    CATEGORY_OFFER = "category_offer"
    STREET = "street"
    STREET_KEYS = "street_keys"
    STREET_OFFER = "street_offer"
    NUMBER = "number"
    WHEN = "when"
    CONFIRM = "confirm"
    CORRECT = "correct"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Draft:
    """The report as far as it has been told. ``words`` are the resident's own, in order; confidences are 0 to 1."""

    words: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    category: Category | None = None
    category_confidence: float = 0.0
    street: str = ""
    street_confidence: float = 0.0
    street_unknown: bool = False
    number: str = ""
    suffix: str = ""
    postcode: str = ""
    landmark: str = ""
    number_asked: bool = False
    when: WhenFound | None = None
    when_asked: bool = False
    emergency: bool = False
    advised_112_at: datetime | None = None
    wants_person: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing at all has been told yet."""
        return not (self.words or self.recordings or self.category or self.street or self.wants_person)

    @property
    def house_number(self) -> str:
        """The number with its suffix, as it is read back."""
        return (
            f"{self.number}{self.suffix}"
            if len(self.suffix) < 2 or self.suffix[0] == "-"
            else f"{self.number} {self.suffix}"
        )


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation. ``locale`` is empty until it is known; ``practice`` is set when it starts and for good."""

    channel: Channel
    practice: bool = False
    version: int = VERSION
    locale: str = ""
    locale_sure: bool = False  # by SMS: told clearly by a text, chosen, or known from before
    step: StepId = StepId.DESCRIBE
    tries: int = 0  # answers in a row that the step could not use
    draft: Draft = field(default_factory=Draft)
    may_record: bool | None = None  # None: not yet asked
    returning: StepId = StepId.DESCRIBE  # the step whose utterance is being transcribed, or at which a caller hung up
    pending: str = ""  # id of the recording whose transcript is awaited
    waited: int = 0  # how often the caller has been asked to wait for this transcript
    category_offer: tuple[Category, ...] = ()
    street_offer: tuple[str, ...] = ()
    refused: int = 0  # offers of streets that were all wrong
    announced: bool = False  # practice has been announced

    def but(self, **changes: object) -> Self:
        """The same session with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def with_draft(self, **changes: object) -> Self:
        """The same session with some fields of the draft changed."""
        return replace(self, draft=replace(self.draft, **changes))  # type: ignore[arg-type]

    @property
    def spoken(self) -> bool:
        """Whether this is a call."""
        return self.channel is Channel.VOICE

    @property
    def ended(self) -> bool:
        """Whether nothing more is expected from the resident."""
        return self.step is StepId.ENDED


_ADAPTER = TypeAdapter(Session)


def dump(session: Session) -> str:
    """The session as JSON."""
    return _ADAPTER.dump_json(session).decode()


def load(text: str) -> Session:
    """A session from its JSON. Raises pydantic.ValidationError for anything else."""
    return _ADAPTER.validate_json(text)
