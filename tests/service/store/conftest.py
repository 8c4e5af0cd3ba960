"""The store on both databases, with a clock that tests set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ivr.categories import Category
from ivr.messages import Channel
from service.clock import Clock
from service.domain.group import Group, GroupNumber
from service.domain.report import Report
from service.settings import Settings
from service.store.keys import Keys
from service.store.migrate import migrate
from service.store.store import Store

PHONE = "+31610000123"
LINE = "+31850000001"
PRACTICE = "+31850000002"


@dataclass
class Hand:
    """A clock moved by hand."""

    at: datetime = datetime(2026, 11, 2, 20, 15, tzinfo=UTC)
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(now=lambda: self.at)

    def move(self, **by: float) -> None:
        """Move on by so much (as timedelta takes it)."""
        self.at += timedelta(**by)


@dataclass(frozen=True)
class Place:
    """A store with one group, and what made it."""

    store: Store
    settings: Settings
    keys: Keys
    hand: Hand
    group: Group
    resident: UUID
    session: UUID

    def report(self, **fields: object) -> Report:
        """A report filed in the store, with other values where given."""
        with self.store.begin() as unit:
            values: dict[str, object] = {
                "id": self.hand.clock.new_id(),
                "code": unit.reports.new_code(self.group.id),
                "group_id": self.group.id,
                "practice": False,
                "channel": Channel.SMS,
                "language": "nl",
                "category": Category.NOISE,
                "description": "Harde muziek",
                "original": "harde muziek!",
                "redacted": "Harde muziek",
                "created_at": self.hand.at,
                "updated_at": self.hand.at,
                "resident_id": self.resident,
                "session_id": self.session,
            }
            return unit.reports.add(Report(**(values | fields)))  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings for either database."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    return Settings(data_dir=tmp_path / "var", database_url=url)


@pytest.fixture
def hand() -> Hand:
    """The clock."""
    return Hand()


@pytest.fixture
def open_store(settings: Settings, hand: Hand) -> Iterator[Callable[[Keys | None], Store]]:
    """Opens stores on the migrated database, as further processes would; closes them at the end."""
    migrate(settings)
    opened = []

    def open_one(keys: Keys | None = None) -> Store:
        opened.append(Store(settings, hand.clock, keys or Keys.load(settings)))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def place(settings: Settings, hand: Hand, open_store: Callable[[Keys | None], Store]) -> Place:
    """A store with a group, a resident and a conversation."""
    keys = Keys.load(settings)
    store = open_store(keys)
    with store.begin() as unit:
        numbers = [GroupNumber(LINE), GroupNumber(PRACTICE, practice=True)]
        group = unit.groups.add("demo", "Demobuurt", ["nl", "en"], numbers)
        resident = unit.residents.find_or_add(group.id, PHONE)
        session = unit.sessions.start(
            group.id, resident.id, Channel.SMS, "", LINE, practice=False, state="{}", step="report"
        )
    return Place(store, settings, keys, hand, group, resident.id, session.id)


@pytest.fixture
def store(place: Place) -> Store:
    """The store alone."""
    return place.store
