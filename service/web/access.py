"""The running line, as requests and commands get at it."""

from typing import cast

from flask import current_app

from service.usecases.line import Line


def line() -> Line:
    """The line of the current application."""
    return cast(Line, current_app.extensions["buurtlijn"])
