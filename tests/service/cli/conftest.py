"""A line with settings only, for commands that need no more."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from ivr.extraction.extractor import Extractor
from service.clock import Clock
from service.settings import Settings

Run = Callable[..., Result]


@dataclass
class SmallLine:
    settings: Settings
    clock: Clock
    extractor: Extractor


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def run(tmp_path: Path, models_dir: Path) -> Iterator[Run]:
    """Run a command as `flask --app wsgi` does: run(command, "argument", …)."""
    app = Flask(__name__)
    settings = Settings(data_dir=tmp_path, models_dir=models_dir, speech_engine="scripted")
    app.extensions["buurtlijn"] = SmallLine(settings, Clock(), Extractor(["nl", "en"]))
    with app.app_context():

        def command(which: click.Command, *arguments: object) -> Result:
            return CliRunner().invoke(which, [str(argument) for argument in arguments])

        yield command
