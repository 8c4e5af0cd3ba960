"""Prompts recorded by people, as carriers fetch them while they play a voice page."""

import re
from http import HTTPStatus

from flask import Blueprint, Response, abort, send_from_directory

from ivr.locale import LOCALES_DIR, locales

A_DAY = 24 * 3600
"""Seconds for which a carrier may keep a prompt."""

_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")

blueprint = Blueprint("prompts", __name__, url_prefix="/prompts")


@blueprint.get("/<code>/prompts/<key>.wav")
def prompt(code: str, key: str) -> Response:
    """The recording of a prompt in a language; nothing else of locales/ can be had."""
    if code not in locales() or not _KEY.fullmatch(key):
        abort(HTTPStatus.NOT_FOUND)
    return send_from_directory(LOCALES_DIR / code / "prompts", f"{key}.wav", mimetype="audio/wav", max_age=A_DAY)
