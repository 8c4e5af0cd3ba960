"""The structured report: the one thing that every channel makes and every desk works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ivr.categories import Category
from ivr.messages import Channel, WhenLabel


class Status(StrEnum):
    """How far the handling of a report is."""

    RECEIVED = "received"
    NEEDS_INFO = "needs_info"
    IN_PROGRESS = "in_progress"
    FORWARDED = "forwarded"
    PLANNED = "planned"
    RESOLVED = "resolved"
    NO_ACTION = "no_action"
    NOT_OURS = "not_ours"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


class Publication(StrEnum):
    """Whether the feed shows a report. A new one is pending: it waits for a moderator."""

    PRIVATE = "private"  # decided: handled, but not for the feed
    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    RETRACTED = "retracted"


class PlacePrecision(StrEnum):
    """How exactly a place is known."""

    NONE = "none"
    LANDMARK = "landmark"
    STREET = "street"
    NUMBER = "number"
    POINT = "point"


class TimePrecision(StrEnum):
    """How exactly a time is known."""

    NONE = "none"
    MINUTE = "minute"
    PART_OF_DAY = "part_of_day"
    DAY = "day"
    RECURRING = "recurring"


@dataclass(frozen=True, slots=True)
class Place:
    """Where. Empty strings and None mean not known; coordinates are WGS 84 degrees."""

    street: str = ""
    number: str = ""
    suffix: str = ""
    postcode: str = ""
    landmark: str = ""
    lat: float | None = None
    lon: float | None = None
    precision: PlacePrecision = PlacePrecision.NONE
    gazetteer_id: str = ""


@dataclass(frozen=True, slots=True)
class Occurred:
    """When it happened: the label and, where known, the interval [start, end) in UTC."""

    label: WhenLabel | None = None
    start: datetime | None = None
    end: datetime | None = None
    precision: TimePrecision = TimePrecision.NONE


@dataclass(frozen=True, slots=True)
class Emergency:
    """Whether 112 was due: suspected by us, when we advised it, whether the resident called it (None: not asked)."""

    suspected: bool = False
    advised_112_at: datetime | None = None
    called_112: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. Change it with ``dataclasses.replace`` and the workflow's functions, keep it with ``unit.reports``.

    ``description`` is the resident's own words as confirmed, ``original`` the text or transcript untouched,
    ``redacted`` what the feed shows. ``confidence`` maps field names to 0-1. ``confirmed`` is false when the caller
    hung up before confirming. ``media_ids`` follow from the media table and are not saved with the report.
    ``publish_decisions`` counts the moderator's decisions to publish while pending, ``decided_at`` is the
    moderator's first decision (recordings are deleted some days after it), ``revision`` counts saves from 1.
    """

    id: UUID
    code: str
    group_id: UUID
    practice: bool
    channel: Channel
    language: str
    category: Category
    description: str
    original: str
    redacted: str
    created_at: datetime
    updated_at: datetime
    place: Place = field(default_factory=Place)
    occurred: Occurred = field(default_factory=Occurred)
    emergency: Emergency = field(default_factory=Emergency)
    resident_id: UUID | None = None
    pseudonym: str = ""
    anonymous: bool = False
    call_back: bool = False
    on_behalf: bool = False
    confidence: Mapping[str, float] = field(default_factory=dict)
    media_ids: tuple[UUID, ...] = ()
    duplicate_of: UUID | None = None
    status: Status = Status.RECEIVED
    publication: Publication = Publication.PENDING
    confirmed: bool = True
    session_id: UUID | None = None
    publish_decisions: int = 0
    decided_at: datetime | None = None
    published_at: datetime | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Revision:
    """A report as one save left it, by whom and why."""

    report: Report
    actor: str
    at: datetime
    reason: str


class DecisionField(StrEnum):
    """What a decision was about."""

    STATUS = "status"
    PUBLICATION = "publication"
    PUBLISH_DECISIONS = "publish_decisions"  # the first of two decisions to publish


@dataclass(frozen=True, slots=True)
class ModerationDecision:
    """One recorded change of a report's status or publication."""

    report_id: UUID
    field: DecisionField
    before: str
    after: str
    actor: str
    at: datetime
    reason: str
