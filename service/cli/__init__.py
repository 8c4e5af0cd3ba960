"""The commands of `flask --app wsgi …`."""

import copy
from functools import partial
from typing import Any

import click
from flask import Flask

from service.cli import evaluate, explain, group, job, keys, models, report, simulate, speech_worker, streets, user
from service.store.unit import StoreUnavailable

_MODULES = (evaluate, explain, group, job, keys, models, report, simulate, speech_worker, streets, user)


def register(app: Flask) -> None:
    """Make all commands of the line known to the application."""
    for module in _MODULES:
        for command in module.commands:
            app.cli.add_command(in_words(command))


def in_words(command: click.Command) -> click.Command:
    """The command, which ends with a message when the database is away: to its user a traceback says nothing."""
    told = copy.copy(command)
    told.invoke = partial(_invoke, command)  # type: ignore[method-assign]
    return told


def _invoke(command: click.Command, context: click.Context) -> Any:
    try:
        return command.invoke(context)
    except StoreUnavailable as error:
        reason = str(error).partition("\n")[0]
        raise click.ClickException(f"The database cannot be used: {reason}") from error
