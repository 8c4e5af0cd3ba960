"""The commands of `flask --app wsgi …`."""

from flask import Flask

from service.cli import evaluate, explain, group, job, keys, models, report, simulate, speech_worker, streets, user

_MODULES = (evaluate, explain, group, job, keys, models, report, simulate, speech_worker, streets, user)


def register(app: Flask) -> None:
    """Make all commands of the line known to the application."""
    for module in _MODULES:
        for command in module.commands:
            app.cli.add_command(command)
