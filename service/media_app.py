"""Composition of the media process: ``gunicorn -k gthread "service.media_app:create_media_app()"``.

It knows the settings and the keys and never opens the database.
"""

import logging
from functools import partial
from pathlib import Path

from flask import Flask

from ivr.locale import LOCALES_DIR
from ivr.rendering.page import Spoken
from ivr.speech import mulaw
from ivr.speech.audio import AudioError, decode
from ivr.speech.synthesis import SynthesisError, synthesise
from service.clock import Clock
from service.logs import configure_logging
from service.settings import read_settings
from service.starting import in_words
from service.store.keys import Keys
from service.web import visitor
from service.web.media import MediaService, open_media
from service.web.media_messages import RATE
from service.web.room import WAITING, Room

log = logging.getLogger(__name__)


def create_media_app() -> Flask:
    """The application that holds the web phone's sockets. Ends the process when it cannot be."""
    with in_words():
        settings = read_settings()
        token = Keys.load(settings).internal_token
    configure_logging(settings)
    app = Flask(__name__, static_folder=None)
    service = MediaService(
        settings=settings,
        clock=Clock(),
        token=token,
        voice=partial(voice, settings.data_dir / "prompts"),
        waiting=Room(WAITING, each=WAITING // 2),
        calls=Room(settings.media_sockets, each=settings.media_sockets - settings.media_sockets // 4),
    )
    visitor.init_app(app, settings)
    open_media(app, service)
    return app


def voice(cache: Path, spoken: Spoken) -> bytes:
    """A prompt as mu-law audio at 8 kHz: a person's recording where there is one, else synthesised.

    Without either there is silence: the page shows the words all the same.
    """
    try:
        if spoken.audio:
            return mulaw.encode(decode((LOCALES_DIR / spoken.audio).read_bytes(), RATE).samples)
        return mulaw.encode(synthesise(spoken.text, spoken.locale, RATE, cache).samples)
    except (AudioError, OSError, SynthesisError):
        log.exception("a prompt cannot be spoken in %s", spoken.locale)
        return b""
