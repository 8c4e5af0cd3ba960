"""A line with a real store and a carrier's account, for tests of what happens between us and a carrier."""

import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from uuid import UUID

from ivr.extraction.extractor import Extractor
from ivr.gateways.twilio import TwilioGateway
from service.clock import Clock
from service.domain.delivery import Job, OutboxMessage, Queue
from service.domain.group import Group, GroupNumber
from service.settings import Settings
from service.store.keys import Keys
from service.store.migrate import migrate
from service.store.spool import Spool
from service.store.store import Store
from service.usecases.line import Line
from service.usecases.understand import Gazetteers

ACCOUNT = "AC" + "0" * 32
TOKENS = ("new-token", "old-token")
WEB = "https://line.example"
NUMBER = "+31850000001"
PHONE = "+31610000001"
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass
class CarrierLine:
    line: Line
    group: Group
    resident_id: UUID
    kicked: list[tuple[str, UUID]] = field(default_factory=list)

    def add_job(self, kind: str, payload: dict[str, object], max_attempts: int = 3) -> None:
        with self.line.store.begin() as unit:
            unit.jobs.add(kind, Queue.FAST, payload, kind, max_attempts=max_attempts)

    def claim(self) -> Job:
        """The next attempt at the oldest job, whatever its time."""
        with self.line.store.begin() as unit:
            for job in unit.jobs.list():
                unit.jobs.hasten(job.id)
        with self.line.store.begin() as unit:
            claimed = unit.jobs.claim(None, Queue.FAST, "test", lease_seconds=-1)
        assert claimed
        return claimed

    def jobs(self, kind: str) -> tuple[Job, ...]:
        with self.line.store.read() as unit:
            return unit.jobs.list(kind=kind)

    def add_message(self, text: str, key: str = "k") -> UUID:
        with self.line.store.begin() as unit:
            return unit.outbox.add(self.group.id, self.resident_id, "twilio", NUMBER, text=text, unique_key=key)

    def message(self, message_id: UUID) -> OutboxMessage:
        with self.line.store.read() as unit:
            return unit.outbox.get(message_id)

    def add_recording(self) -> UUID:
        with self.line.store.begin() as unit:
            return unit.media.add(self.group.id, None, None, "", 0.0, created=NOW)


@contextmanager
def carrier_line(folder: Path, api_base: str) -> Iterator[CarrierLine]:
    settings = Settings(
        data_dir=folder / "var",
        public_base_url=WEB,
        twilio_account_sid=ACCOUNT,
        twilio_auth_tokens=TOKENS,
        twilio_api_base=api_base,
    )
    migrate(settings)
    keys = Keys.load(settings)
    ticks = iter(range(1_000_000))
    clock = Clock(now=lambda: NOW + timedelta(milliseconds=next(ticks)))
    store = Store(settings, clock, keys)
    kicked: list[tuple[str, UUID]] = []
    line = Line(
        settings=settings,
        clock=clock,
        keys=keys,
        store=store,
        spool=Spool(settings, keys),
        load_extractor=cache(partial(Extractor, ["nl", "en"])),
        gazetteers=Gazetteers(),
        gateways={"twilio": TwilioGateway(ACCOUNT, TOKENS[0], WEB, api_base)},
        kick=lambda queue, job_id: kicked.append((queue, job_id)),
    )
    try:
        with store.begin() as unit:
            group = unit.groups.add("demo", "Demobuurt", ["nl", "en"], [GroupNumber(NUMBER)])
            resident = unit.residents.find_or_add(group.id, PHONE)
        yield CarrierLine(line, group, resident.id, kicked)
    finally:
        store.close()


def wav(seconds: float = 1.5, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(rate)
        audio.writeframes(b"\x10\x20" * int(seconds * rate))
    return file.getvalue()
