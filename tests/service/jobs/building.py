"""A line with real parts for tests of jobs, built alike in the test and in the processes that it starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from flask import Flask
from typing_extensions import override

from ivr.extraction.extractor import Extractor
from ivr.gateways.gateway import Accepted, Gateway, RecordingMissing
from ivr.gateways.simulator import SimulatorGateway
from ivr.messages import Outbound
from ivr.rendering.reply import Body, Reply
from service.clock import Clock
from service.jobs.transport import Transport
from service.settings import Settings
from service.store.keys import Keys
from service.store.spool import Spool
from service.store.store import Store
from service.usecases.line import Line
from service.usecases.understand import Gazetteers

NUMBER = "+31850000001"
PHONE = "+31610000001"


@dataclass(frozen=True)
class PostOffice(Gateway):
    """A carrier that keeps a line in a file for each message it takes, and says what it took."""

    taken: Path
    name: str = "post"

    @override
    def render(self, reply: Reply) -> Body:
        raise NotImplementedError

    @override
    def send(self, message: Outbound) -> Accepted:
        with self.taken.open("a", encoding="ascii") as file:
            file.write(f"{message.id}\n")
            file.flush()
            os.fsync(file.fileno())
        return Accepted(f"post-{message.id}")

    @override
    def sent_since(self, message: Outbound, since: datetime) -> tuple[str, ...]:
        taken = self.taken.read_text(encoding="ascii").split() if self.taken.exists() else []
        return tuple(f"post-{message.id}" for one in taken if one == message.id)

    @override
    def fetch_recording(self, url: str) -> bytes:
        raise RecordingMissing(url)

    @override
    def delete_recording(self, url: str) -> None:
        raise NotImplementedError


def build_line(settings: Settings, clock: Clock | None = None) -> Line:
    """A line on a database that was migrated before."""
    clock = clock or Clock()
    keys = Keys.load(settings)
    gateways: Mapping[str, Gateway] = {
        "simulator": SimulatorGateway(),
        "post": PostOffice(settings.data_dir / "post"),
    }
    return Line(
        settings=settings,
        clock=clock,
        keys=keys,
        store=Store(settings, clock, keys),
        spool=Spool(settings, keys),
        load_extractor=cache(partial(Extractor, ["nl", "en"])),
        gazetteers=Gazetteers(),
        gateways=gateways,
        kick=Transport(settings).kick,
    )


def application(line: Line) -> Flask:
    """A Flask application that has that line."""
    app = Flask(__name__)
    app.extensions["buurtlijn"] = line
    return app
