"""The web process of a line with a demo group, as the web phone and the media process find it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from flask import Flask

from ivr.extraction.extractor import Extractor
from ivr.gateways.gateway import Gateway
from ivr.gateways.simulator import SimulatorGateway
from ivr.messages import Inbound, TurnKind
from ivr.rendering.page import AwaitKeys, Spoken, VoicePage
from ivr.rendering.reply import Body, SmsReply
from service.clock import Clock
from service.domain.group import Group, GroupNumber
from service.settings import Settings
from service.store.keys import Keys
from service.store.migrate import migrate
from service.store.spool import Spool
from service.store.store import Store
from service.usecases.line import Line
from service.usecases.take_turn import UnknownNumber
from service.usecases.understand import Gazetteers
from service.web import internal, phone

WEB = "http://127.0.0.1:8000"
REAL, PRACTICE = "+31850000001", "+31850000002"


@dataclass
class Turns:
    """Stands for the use case: keeps what it is given, and knows the two numbers."""

    taken: list[Inbound] = field(default_factory=list)

    def __call__(self, line: Line, inbound: Inbound, gateway: Gateway) -> Body:
        if inbound.recipient not in (REAL, PRACTICE):
            raise UnknownNumber
        self.taken.append(inbound)
        if inbound.kind is TurnKind.TEXT:
            return gateway.render(SmsReply("Dank u wel", "nl"))
        return gateway.render(VoicePage((Spoken("Dag", "nl"),), AwaitKeys()))


@dataclass
class PhoneLine:
    """``ahead`` is how far the clock has been put forward."""

    app: Flask
    line: Line
    turns: Turns
    group: Group
    ahead: list[timedelta] = field(default_factory=lambda: [timedelta()])

    @property
    def token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.line.keys.internal_token}"}


@contextmanager
def phone_line(folder: Path, turns: Turns, *, demo: bool = True) -> Iterator[PhoneLine]:
    settings = Settings.model_validate({"data_dir": folder / "var", "demo": demo, "PORT": 8000, "media_port": 8001})
    migrate(settings)
    keys = Keys.load(settings)
    ahead = [timedelta()]
    clock = Clock(now=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC) + ahead[0])
    store = Store(settings, clock, keys)
    line = Line(
        settings=settings,
        clock=clock,
        keys=keys,
        store=store,
        spool=Spool(settings, keys),
        load_extractor=lambda: cast(Extractor, None),  # turns are taken by a stand-in
        gazetteers=Gazetteers(),
        gateways={"simulator": SimulatorGateway()},
        kick=lambda queue, job_id: None,
    )
    app = Flask("service.web")
    app.secret_key = b"a secret of the tests"
    app.extensions["buurtlijn"] = line
    app.register_blueprint(phone.blueprint)
    app.register_blueprint(internal.blueprint)
    try:
        with store.begin() as unit:
            numbers = [GroupNumber(REAL), GroupNumber(PRACTICE, practice=True)]
            group = unit.groups.add("demo", "Demobuurt", ["nl", "en"], numbers, open_feed=True)
        yield PhoneLine(app, line, turns, group, ahead)
    finally:
        phone.limiter.reset()
        store.close()
