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
from tests.service.demo_line import DemoLine, demo_line

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


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[DemoLine]:
    with demo_line(tmp_path) as running:
        yield running


@pytest.fixture
def ask(demo: DemoLine) -> Iterator[Run]:
    """Run a command on the demo line; ``typed`` is its standard input."""
    app = Flask(__name__)
    app.extensions["buurtlijn"] = demo.line
    with app.app_context():

        def command(which: click.Command, *arguments: object, typed: str = "") -> Result:
            return CliRunner().invoke(which, [str(argument) for argument in arguments], input=typed)

        yield command
