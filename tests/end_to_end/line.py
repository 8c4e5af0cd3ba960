"""A whole line in processes of its own, with its commands."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from service.settings import ROOT
from tests.supervised import Supervised, supervised


@dataclass(frozen=True)
class RunningLine:
    """A line that is ready."""

    supervised: Supervised

    @property
    def url(self) -> str:
        return self.supervised.settings.web_url

    def command(self, *arguments: str) -> str:
        """What a command of the line prints."""
        settings = self.supervised.settings
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BUURTLIJN_")}
        variables = {
            "PORT": str(settings.port),
            "BUURTLIJN_MEDIA_PORT": str(settings.media_port),
            "BUURTLIJN_DATA_DIR": str(settings.data_dir),
            "BUURTLIJN_DEMO": "true",
        }
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=inherited | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def running_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLine]:
    """The demo line on free ports and a data folder of its own."""
    with supervised(tmp_path_factory.mktemp("line") / "data") as line:
        yield RunningLine(line)
