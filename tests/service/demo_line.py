"""A line with the demo group as `make run` seeds it, a clock that tests set, and reports filed by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

from ivr.categories import Category
from ivr.extraction.extractor import Extractor
from ivr.gateways.simulator import SimulatorGateway
from ivr.messages import Channel, Inbound, TurnKind
from ivr.rendering.reply import Body
from service.clock import Clock
from service.domain.account import AuditEntry, User
from service.domain.delivery import OutboxMessage
from service.domain.group import Group, GroupNumber
from service.domain.permissions import Role
from service.domain.report import Report
from service.settings import Settings
from service.store.keys import Keys
from service.store.migrate import migrate
from service.store.spool import Spool
from service.store.store import Store
from service.usecases.line import Line
from service.usecases.seed_demo import seed_demo
from service.usecases.sign_in import hash_password
from service.usecases.understand import Gazetteers

PHONE = "+31610000123"
REAL, PRACTICE = "+31850000001", "+31850000002"
PASSWORD = "a password of the tests"
PASSWORD_HASH = hash_password(PASSWORD)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass
class DemoLine:
    """``password`` is the demo moderator's one-time password, ``ahead`` how far the clock was put forward."""

    line: Line
    password: str
    group: Group
    ahead: list[timedelta]
    kicked: list[tuple[str, UUID]] = field(default_factory=list)

    def move(self, **by: float) -> None:
        """Put the clock forward."""
        self.ahead[0] += timedelta(**by)

    def other_group(self) -> Group:
        """A group that is not the demo."""
        with self.line.store.begin() as unit:
            return unit.groups.by_slug("other") or unit.groups.add(
                "other", "Andere buurt", ["nl"], [GroupNumber("+31850000009")]
            )

    def user(self, role: Role, login: str = "", group: Group | None = None, totp_secret: str | None = None) -> User:
        """An account with PASSWORD; an operator of all groups unless one is given."""
        group_id = group.id if group else None if role is Role.OPERATOR else self.group.id
        with self.line.store.begin() as unit:
            return unit.users.add(group_id, login or role, role, PASSWORD_HASH, totp_secret)

    def report(
        self, *, provider: str = "phone", phone: str = PHONE, group: Group | None = None, **fields: object
    ) -> Report:
        """A report filed by SMS through a provider, with other values where given."""
        group = group or self.group
        clock = self.line.clock
        with self.line.store.begin() as unit:
            resident = unit.residents.find_or_add(group.id, phone)
            practice = bool(fields.get("practice"))
            number = next(own.number for own in group.numbers if own.practice == practice)
            session = unit.sessions.start(
                group.id, resident.id, Channel.SMS, "", number, practice=practice, state="{}", step="report"
            )
            unit.sessions.finish(session.id)
            inbound = Inbound(
                provider, str(clock.new_id()), Channel.SMS, TurnKind.TEXT, phone, number, clock.now(), text="…"
            )
            unit.inbox.add(inbound, resident.id, session.id, "{}", Body("", "text/plain"))
            values: dict[str, object] = {
                "id": clock.new_id(),
                "code": unit.reports.new_code(group.id),
                "group_id": group.id,
                "practice": False,
                "channel": Channel.SMS,
                "language": "nl",
                "category": Category.NOISE,
                "description": "Harde muziek bij mijn buren",
                "original": "Harde muziek bij mijn buren",
                "redacted": "Harde muziek bij mijn buren",
                "created_at": clock.now(),
                "updated_at": clock.now(),
                "resident_id": resident.id,
                "pseudonym": resident.pseudonym,
                "session_id": session.id,
            }
            return unit.reports.add(Report(**(values | fields)))  # type: ignore[arg-type]

    def now(self, report: Report) -> Report:
        """The report as it is by now."""
        with self.line.store.read() as unit:
            return unit.reports.by_id(report.id)

    def outbox(self) -> tuple[OutboxMessage, ...]:
        """What we started ourselves, the newest first."""
        with self.line.store.read() as unit:
            return unit.outbox.list()

    def audit(self) -> list[AuditEntry]:
        """The audit trail, the oldest first."""
        with self.line.store.read() as unit:
            return list(reversed(unit.audit.list()))


@contextmanager
def demo_line(folder: Path, public_base_url: str = "") -> Iterator[DemoLine]:
    """A line on a data folder of its own. Turns cannot be taken: it understands no words."""
    settings = Settings(data_dir=folder / "var", demo=True, public_base_url=public_base_url)
    migrate(settings)
    keys = Keys.load(settings)
    ahead = [timedelta()]
    ticks = iter(range(1_000_000))
    clock = Clock(now=lambda: NOW + ahead[0] + timedelta(microseconds=next(ticks)))
    store = Store(settings, clock, keys)
    kicked: list[tuple[str, UUID]] = []
    line = Line(
        settings=settings,
        clock=clock,
        keys=keys,
        store=store,
        spool=Spool(settings, keys),
        load_extractor=lambda: cast(Extractor, None),
        gazetteers=Gazetteers(),
        gateways={"simulator": SimulatorGateway()},
        kick=lambda queue, job_id: kicked.append((queue, job_id)),
    )
    try:
        password = seed_demo(line)
        with store.read() as unit:
            group = unit.groups.by_slug("demo")
        assert group
        yield DemoLine(line, password, group, ahead, kicked)
    finally:
        store.close()
