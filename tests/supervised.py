"""A whole line in processes of its own, started as `make run` does, for tests and measurements."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from service.settings import ROOT, Settings
from tests.servers import free_port

READY_WITHIN = 90.0
END_WITHIN = 45.0


@dataclass(frozen=True)
class Supervised:
    """A running line. ``settings`` are those that its processes have."""

    settings: Settings
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it; returns its exit code."""
        self.process.send_signal(how)
        return self.process.wait(END_WITHIN)


def environment(data_dir: Path, **variables: str) -> dict[str, str]:
    """Variables of a line with two free ports, without any setting of the machine that tests run on."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BUURTLIJN_")}
    return inherited | {
        "PORT": str(free_port()),
        "BUURTLIJN_MEDIA_PORT": str(free_port()),
        "BUURTLIJN_DATA_DIR": str(data_dir),
        "BUURTLIJN_DEMO": "true",
        **variables,
    }


def settings_of(variables: dict[str, str]) -> Settings:
    """The settings that a process with these variables has."""
    names = {name.removeprefix("BUURTLIJN_").lower(): value for name, value in variables.items()}
    known = {name: value for name, value in names.items() if name in Settings.model_fields}
    return Settings.model_validate({**known, "PORT": variables["PORT"]})


@contextmanager
def supervised(data_dir: Path, **variables: str) -> Iterator[Supervised]:
    """Start a line on a data folder, wait until it is ready, and end it afterwards. The log is beside the folder."""
    chosen = environment(data_dir, **variables)
    log = data_dir.with_name(f"{data_dir.name}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "service.supervise"], cwd=ROOT, env=chosen, stdout=output, stderr=output
        )
    line = Supervised(settings_of(chosen), process, log)
    try:
        _wait(line)
        yield line
    finally:
        if process.poll() is None:
            line.stop()


def _wait(line: Supervised) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and line.process.poll() is None:
        try:
            if requests.get(f"{line.settings.internal_url}/readyz", timeout=2).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            pass
        time.sleep(0.1)
    raise AssertionError(f"the line did not get ready:\n{line.log.read_text(encoding='utf-8')[-5000:]}")


def descendants(pid: int) -> set[int]:
    """All processes below this one."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.add(child)
            waiting.append(child)
    return found


def command_line(pid: int) -> str:
    """A process's program and arguments; empty once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""
