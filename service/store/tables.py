"""The tables. Migrations make them; a test holds that both say the same."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)

from ivr.categories import Category
from ivr.messages import Channel, Transcript, TurnKind
from service.domain.delivery import JobState, OutboxStatus, Queue
from service.domain.permissions import Role
from service.domain.report import DecisionField, Emergency, Occurred, Place, Publication, Report, Status
from service.store.columns import Choice, Document, Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[object]:
    return Column("id", Uuid, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, ForeignKey(f"{target}.id"), nullable=nullable, index=True)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Moment, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Words, nullable=nullable)


def _flag(name: str) -> Column[object]:
    return Column(name, Boolean, nullable=False)


def _count(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False)


groups = Table(
    "groups",
    metadata,
    _id(),
    Column("slug", Words, nullable=False, unique=True),
    _text("name"),
    Column("locales", Document(tuple[str, ...]), nullable=False),
    Column("closed", Document(frozenset[Category]), nullable=False),
    _flag("open_feed"),
    _flag("live"),
    _count("streets_version"),
)

group_numbers = Table(
    "group_numbers",
    metadata,
    Column("number", Words, primary_key=True),
    _ref("group_id", "groups"),
    _flag("practice"),
)

streets = Table(
    "streets",
    metadata,
    Column("group_id", ForeignKey("groups.id"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("postcodes", Document(tuple[str, ...]), nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    _text("gazetteer_id"),
    Column("spoken", Document(tuple[str, ...]), nullable=False),
    Column("numbers", Document(tuple[tuple[int, int], ...]), nullable=False),
)

landmarks = Table(
    "landmarks",
    metadata,
    Column("group_id", ForeignKey("groups.id"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("spoken", Document(tuple[str, ...]), nullable=False),
    _text("street"),
    Column("lat", Float),
    Column("lon", Float),
    _text("gazetteer_id"),
)

residents = Table(
    "residents",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    _text("phone_hmac", nullable=True),
    Column("phone_aes", LargeBinary),
    _text("key_id", nullable=True),
    _text("pseudonym"),
    Column("locale", Words),
    Column("recording_consent", Boolean),
    _moment("recording_consent_at", nullable=True),
    _flag("opted_out"),
    _moment("opted_out_at", nullable=True),
    _moment("created_at"),
    UniqueConstraint("group_id", "phone_hmac"),
    UniqueConstraint("group_id", "pseudonym"),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    _ref("resident_id", "residents", nullable=True),
    Column("channel", Choice(Channel), nullable=False),
    _text("conversation_id"),
    _text("number"),
    _flag("practice"),
    _text("state"),
    _text("step"),
    _count("version"),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("finished_at", nullable=True),
    Index(
        "uq_sessions_unfinished",
        "group_id",
        "resident_id",
        "channel",
        "conversation_id",
        "number",
        unique=True,
        sqlite_where=text("finished_at IS NULL"),
        postgresql_where=text("finished_at IS NULL"),
    ),
    Index("ix_sessions_updated_at", "updated_at"),
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    _text("provider"),
    _text("provider_id"),
    _ref("resident_id", "residents", nullable=True),
    _ref("session_id", "sessions", nullable=True),
    Column("channel", Choice(Channel), nullable=False),
    Column("kind", Choice(TurnKind), nullable=False),
    _text("recipient"),
    _text("text"),
    _text("keys"),
    _text("conversation_id"),
    _text("recording_url"),
    _text("recording_id"),
    _text("understanding"),
    _text("content"),
    _text("media_type"),
    _moment("received_at"),
    UniqueConstraint("provider", "provider_id"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    _ref("resident_id", "residents"),
    _text("gateway"),
    _text("sender"),
    _text("text"),
    Column("unique_key", Words, nullable=False, unique=True),
    Column("status", Choice(OutboxStatus), nullable=False),
    Column("provider_id", Words),
    _text("reason"),
    _text("code"),
    _moment("created_at"),
    _moment("updated_at"),
    UniqueConstraint("gateway", "provider_id"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _text("kind"),
    Column("queue", Choice(Queue), nullable=False),
    Column("payload", Document(dict[str, object]), nullable=False),
    Column("unique_key", Words, nullable=False, unique=True),
    Column("state", Choice(JobState), nullable=False),
    _moment("due_at"),
    _count("attempts"),
    _count("max_attempts"),
    Column("lease_token", Uuid),
    _moment("leased_until", nullable=True),
    _text("worker"),
    _text("last_error"),
    _moment("created_at"),
    _moment("finished_at", nullable=True),
    Index("ix_jobs_state_queue_due_at", "state", "queue", "due_at"),
)

reports = Table(
    "reports",
    metadata,
    _id(),
    _text("code"),
    _ref("group_id", "groups"),
    _flag("practice"),
    Column("channel", Choice(Channel), nullable=False),
    _text("language"),
    Column("category", Choice(Category), nullable=False),
    _text("description"),
    _text("original"),
    _text("redacted"),
    Column("place", Document(Place), nullable=False),
    Column("occurred", Document(Occurred), nullable=False),
    Column("emergency", Document(Emergency), nullable=False),
    _ref("resident_id", "residents", nullable=True),
    _text("pseudonym"),
    _flag("anonymous"),
    _flag("call_back"),
    _flag("on_behalf"),
    Column("confidence", Document(dict[str, float]), nullable=False),
    _ref("duplicate_of", "reports", nullable=True),
    Column("status", Choice(Status), nullable=False),
    Column("publication", Choice(Publication), nullable=False),
    _flag("confirmed"),
    _ref("session_id", "sessions", nullable=True),
    _count("publish_decisions"),
    _moment("decided_at", nullable=True),
    _moment("published_at", nullable=True),
    _count("revision"),
    _moment("created_at"),
    _moment("updated_at"),
    UniqueConstraint("group_id", "code"),
    CheckConstraint(
        "NOT (practice AND (publication = 'published' OR status = 'forwarded'))", name="practice_stays_inside"
    ),
    Index("ix_reports_group_id_publication_published_at", "group_id", "publication", "published_at"),
    Index("ix_reports_group_id_created_at", "group_id", "created_at"),
)

report_revisions = Table(
    "report_revisions",
    metadata,
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("report", Document(Report), nullable=False),
    _text("actor"),
    _moment("at"),
    _text("reason"),
)

report_events = Table(
    "report_events",
    metadata,
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("field", Choice(DecisionField), primary_key=True),
    _text("before"),
    _text("after"),
    _text("actor"),
    _moment("at"),
    _text("reason"),
)

media = Table(
    "media",
    metadata,
    _id(),
    _ref("group_id", "groups"),
    _ref("report_id", "reports", nullable=True),
    _ref("session_id", "sessions", nullable=True),
    _text("path"),
    Column("seconds", Float, nullable=False),
    Column("transcript", Document(Transcript)),
    _flag("unwanted"),
    _moment("created_at"),
    _moment("deleted_at", nullable=True),
)

users = Table(
    "users",
    metadata,
    _id(),
    _ref("group_id", "groups", nullable=True),
    Column("login", Words, nullable=False, unique=True),
    Column("role", Choice(Role), nullable=False),
    _text("password_hash"),
    _text("one_time_hash"),
    _moment("one_time_until", nullable=True),
    Column("totp_aes", LargeBinary),
    Column("totp_key_id", Words),
    _count("totp_step"),
    _moment("disabled_at", nullable=True),
    _moment("created_at"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    _id(),
    _ref("user_id", "users"),
    _moment("created_at"),
    _moment("seen_at"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("token_hash", Words, primary_key=True),
    _text("kind"),
    Column("payload", Document(dict[str, object]), nullable=False),
    _moment("expires_at"),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _moment("at"),
    _text("actor"),
    _text("verb"),
    _text("target"),
    _ref("group_id", "groups", nullable=True),
    Index("ix_audit_at", "at"),
)
