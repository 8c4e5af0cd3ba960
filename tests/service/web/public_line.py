"""The public part of the web service on a real store, with a group whose feed is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

from flask import Flask, abort, request

from ivr.categories import Category
from ivr.extraction.extractor import Extractor
from ivr.gateways.simulator import SimulatorGateway
from ivr.messages import Channel
from service.clock import Clock
from service.domain.group import Group, GroupNumber
from service.domain.permissions import Role
from service.domain.report import Publication, Report, Status
from service.domain.workflow import change_publication, change_status
from service.settings import Settings
from service.store.keys import Keys
from service.store.migrate import migrate
from service.store.spool import Spool
from service.store.store import Store
from service.usecases.line import Line
from service.usecases.understand import Gazetteers
from service.web import errors, feed, front, headers, health, pages, prompts, schema, traffic

NUMBER = "+31850000001"
PHONE = "+31610000123"
START = datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass
class PublicLine:
    """``ahead`` is how far the clock has been put forward."""

    app: Flask
    line: Line
    group: Group
    ahead: list[timedelta] = field(default_factory=lambda: [timedelta()])

    @property
    def now(self) -> datetime:
        return self.line.clock.now()

    def move(self, **by: float) -> None:
        self.ahead[0] += timedelta(**by)

    def file(self, **fields: object) -> Report:
        """A report filed now, private fields and all, with other values where given."""
        now = self.line.clock.now()
        values: dict[str, object] = {
            "id": uuid4(),
            "group_id": self.group.id,
            "practice": False,
            "channel": Channel.SMS,
            "language": "nl",
            "category": Category.NOISE,
            "description": "Harde muziek, zegt Jan",
            "original": "harde muziek!! zegt Jan",
            "redacted": "Harde muziek",
            "created_at": now,
            "updated_at": now,
        }
        with self.line.store.begin() as unit:
            values["code"] = unit.reports.new_code(self.group.id)
            return unit.reports.add(Report(**(values | fields)))  # type: ignore[arg-type]

    def publish(self, report: Report) -> Report:
        with self.line.store.begin() as unit:
            report = unit.reports.by_id(report.id)
            for second in (False, True):
                if report.publication is not Publication.PUBLISHED:
                    moved = change_publication(
                        report, Publication.PUBLISHED, Role.MODERATOR, self.line.clock.now(), second_decision=second
                    )
                    report = unit.reports.save(moved, "moderator")
        return report

    def published(self, **fields: object) -> Report:
        return self.publish(self.file(**fields))

    def change(self, report: Report, to: Status) -> Report:
        with self.line.store.begin() as unit:
            moved = change_status(unit.reports.by_id(report.id), to, Role.MODERATOR, self.line.clock.now())
            return unit.reports.save(moved, "moderator")

    def retract(self, report: Report) -> Report:
        with self.line.store.begin() as unit:
            moved = change_publication(
                unit.reports.by_id(report.id), Publication.RETRACTED, Role.MODERATOR, self.line.clock.now()
            )
            return unit.reports.save(moved, "moderator")

    def resident(self) -> UUID:
        with self.line.store.begin() as unit:
            return unit.residents.find_or_add(self.group.id, PHONE).id


@contextmanager
def public_line(folder: Path, **settings: object) -> Iterator[PublicLine]:
    """The line; ``settings`` are further settings."""
    chosen = Settings.model_validate({"data_dir": folder / "var", "public_base_url": "https://line.example"} | settings)
    migrate(chosen)
    keys = Keys.load(chosen)
    ahead = [timedelta()]
    clock = Clock(now=lambda: START + ahead[0])
    store = Store(chosen, clock, keys)
    line = Line(
        settings=chosen,
        clock=clock,
        keys=keys,
        store=store,
        spool=Spool(chosen, keys),
        load_extractor=lambda: cast(Extractor, None),  # nobody says anything here
        gazetteers=Gazetteers(),
        gateways={"simulator": SimulatorGateway()},
        kick=lambda queue, job_id: None,
    )
    try:
        with store.begin() as unit:
            group = unit.groups.add("demo", "Demobuurt", ["nl", "en"], [GroupNumber(NUMBER)], open_feed=True)
        yield PublicLine(public_app(line), line, group, ahead)
    finally:
        store.close()


def public_app(line: Line) -> Flask:
    """The application, with a few routes that fail."""
    app = Flask("service.web")
    app.secret_key = b"a secret of the tests"
    app.extensions["buurtlijn"] = line
    for part in (traffic, headers, errors):
        part.init_app(app)
    for part in (pages, feed, front, schema, health, prompts):
        app.register_blueprint(part.blueprint)

    @app.route("/fail/<int:status>", methods=["GET", "POST"])
    @app.route("/twilio/<int:status>", methods=["GET", "POST"])
    @app.route("/internal/<int:status>", methods=["GET", "POST"])
    def fail(status: int) -> str:
        abort(status)

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("the number +31610000123 was rung")

    @app.get("/nothing")
    def nothing() -> tuple[str, int]:
        return "", 204

    @app.get("/own-policy")
    def own_policy() -> tuple[str, dict[str, str]]:
        return request.path, {"Content-Security-Policy": "default-src 'none'"}

    return app
