"""Starts a whole line on one machine and stays until it is told to stop: ``python -m service.supervise``.

Checks the ports and the data folder, migrates the database, makes the speech model ready, seeds the demo group where it
is wanted, and leaves the running of the processes to supervisord.
"""

import fcntl
import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import requests
from sqlalchemy.exc import DBAPIError

from ivr.speech.recogniser import SpeechModelError
from ivr.speech.weights import install_whisper, whisper_installed
from service.app import create_app
from service.domain.delivery import Queue
from service.jobs.transport import Transport, TransportDown
from service.logs import configure_logging
from service.settings import ROOT, BadSettings, Settings, read_settings
from service.store.files import private_folder
from service.store.keys import KeysError
from service.store.migrate import NewerDatabase, migrate
from service.store.soundness import DamagedDatabase, check_keys, check_sound
from service.store.unit import AlreadyTaken, StoreUnavailable
from service.usecases.seed_demo import MODERATOR, seed_demo

READY_WITHIN = 120.0
"""Seconds after which a line that is not ready is told about."""

END_WITHIN = 40.0
"""Seconds that all processes together get to end; supervisord ends one after the other."""


class CannotStart(Exception):
    """The line cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """What supervisord keeps running, ``processes`` times. It gets ``seconds_to_end`` before it is killed."""

    name: str
    command: str
    processes: int = 1
    seconds_to_end: int = 15


def programs(settings: Settings) -> tuple[Program, ...]:
    """The processes of a line, in the order in which they start. Their settings are in the environment."""
    python = f'"{sys.executable}"'
    return (
        Program("web", f"{python} -m gunicorn -c python:service.gunicorn_web wsgi:app"),
        Program(
            "media",
            f"{python} -m gunicorn -c python:service.gunicorn_media service.media_app:create_media_app()",
            seconds_to_end=5,
        ),
        Program(
            "speech",
            f"nice -n 19 {python} -m flask --app wsgi speech-worker",
            processes=settings.speech_workers,
            seconds_to_end=5,
        ),
    )


def configuration(settings: Settings) -> RawConfigParser:
    """Supervisord's configuration. It holds no secrets: programs inherit the environment."""
    config = RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "logfile": "/dev/null",
        "logfile_maxbytes": "0",
        "loglevel": "warn",
        "pidfile": _literal(settings.data_dir / "supervisord.pid"),
        "childlogdir": _literal(settings.data_dir),
    }
    if os.getuid() == 0:
        config["supervisord"]["user"] = "root"
    web, *callers = programs(settings)
    # The web service starts first and ends last: the others, which end together, have what they did kept by it.
    config["group:web"] = {"programs": web.name, "priority": "0"}
    config["group:callers"] = {"programs": ",".join(program.name for program in callers), "priority": "1"}
    for program in (web, *callers):
        config[f"program:{program.name}"] = {
            "command": _literal(program.command),
            "directory": _literal(ROOT),
            "numprocs": str(program.processes),
            "process_name": "%(program_name)s_%(process_num)d",
            "autorestart": "true",
            "startretries": "1000",
            "stopwaitsecs": str(program.seconds_to_end),
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": "/dev/fd/1",
            "stdout_logfile_maxbytes": "0",
        }
    return config


def _literal(value: Path | str) -> str:
    """``value`` as supervisord takes it: a percent sign starts an expansion there."""
    return str(value).replace("%", "%%")


def choose_ports(settings: Settings) -> Settings:
    """``settings`` with the two ports to listen on.

    Raises CannotStart when one that was asked for is taken. The media service's usual port, the one after PORT, gives
    way to any free one.
    """
    _check_free(settings.port, "PORT")
    media_port = settings.media_listen_port
    try:
        _check_free(media_port, "BUURTLIJN_MEDIA_PORT")
    except CannotStart:
        if settings.media_port:
            raise
        media_port = 0
    with socket.create_server(("127.0.0.1", media_port)) as chosen:
        return settings.model_copy(update={"media_port": chosen.getsockname()[1]})


def _check_free(port: int, name: str) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise CannotStart(f"Port {port} is in use ({error.strerror}). Choose another one with {name}.") from error


def claim_data_folder(settings: Settings) -> IO[str]:
    """Make the data folder and take it for this line; it stays taken while the returned file is open.

    Raises CannotStart when it cannot be written or another line has it.
    """
    try:
        private_folder(settings.data_dir)
        claim = (settings.data_dir / "claim").open("a", encoding="utf-8")
    except OSError as error:
        raise CannotStart(
            f"The data folder {settings.data_dir} cannot be written ({error.strerror}). "
            "Choose another one with BUURTLIJN_DATA_DIR."
        ) from error
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        claim.close()
        raise CannotStart(
            f"Another line runs on the data folder {settings.data_dir}. "
            "Stop it, or choose another folder with BUURTLIJN_DATA_DIR."
        ) from error
    return claim


def prepare(settings: Settings) -> str:
    """Bring database and speech model up to date and seed the demo. Returns what to print when all is ready.

    Raises CannotStart when the database, the keys or the speech model are out of order.
    """
    configure_logging(settings)
    for lack in lacking(settings):
        print(lack, file=sys.stderr, flush=True)
    try:
        check_sound(settings)
        migrate(settings)
        check_keys(settings)
        whisper = settings.models / "whisper-base"
        if settings.speech_engine == "auto" and not whisper_installed(whisper):
            print("Making the speech model ready (once).", flush=True)
            install_whisper(whisper)
        if not settings.demo:
            return f"Buurtlijn is ready. Console: {settings.web_url}/console"
        password = seed_demo(create_app().extensions["buurtlijn"])
    except DBAPIError as error:
        raise CannotStart(
            f"The database cannot be used: {error.orig}\n"
            "Start its server or free its file, or set BUURTLIJN_DATABASE_URL to where it is."
        ) from error
    except (
        DamagedDatabase,
        NewerDatabase,
        StoreUnavailable,
        AlreadyTaken,
        KeysError,
        SpeechModelError,
        OSError,
    ) as error:
        raise CannotStart(str(error)) from error
    return "\n".join(
        (
            "Buurtlijn is ready. Ctrl-C ends it.",
            f"  Web phone  {settings.web_url}/phone",
            f"  Feed       {settings.web_url}/g/demo/",
            f"  Console    {settings.web_url}/console",
            f"             sign in as {MODERATOR} with the one-time password {password}",
        )
    )


def lacking(settings: Settings) -> Iterator[str]:
    """What the line can do without, at a price: what is missing, and what to do about it."""
    if shutil.which("espeak-ng") is None:
        yield (
            "espeak-ng is not installed: calls in the web phone have no voice, and SMS works. "
            "Install it (Debian: `apt-get install espeak-ng`) and start again."
        )
    transport = Transport(settings)
    try:
        transport.waiting(Queue.FAST)
    except TransportDown as error:
        yield (
            f"The queue cannot be reached ({error}). Jobs are taken from the database until it can. "
            "Start its server, or set BUURTLIJN_QUEUE_URL to where it is."
        )
    finally:
        transport.close()


def announce_when_ready(settings: Settings, text: str) -> None:
    """Print ``text`` once the web service says it is ready, or that it still isn't after READY_WITHIN."""
    deadline = time.monotonic() + READY_WITHIN
    why, pause = "the web service does not answer", 0.2
    while time.monotonic() < deadline:
        with suppress(requests.ConnectionError, requests.Timeout):
            answer = requests.get(f"{settings.internal_url}/readyz", timeout=2)
            if answer.ok:
                print(text, flush=True)
                return
            why, pause = f"/readyz says {answer.text.strip()}", 1.0  # each such answer is an error in the log
        time.sleep(pause)
    print(f"Not ready after {READY_WITHIN:.0f} s: {why}. See the log above.", file=sys.stderr, flush=True)


def supervise(settings: Settings, announcement: str, stopping: list[int]) -> int:
    """Run supervisord until a signal's number is in ``stopping`` or it ends by itself. Returns the exit code."""
    path = settings.data_dir / "supervisord.conf"
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8") as file:
        configuration(settings).write(file)
    with subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        start_new_session=True,  # Ctrl-C reaches this process only, which then ends supervisord once
    ) as supervisord:
        threading.Thread(target=_copy, args=(supervisord.stdout, stopping), daemon=True).start()
        threading.Thread(target=announce_when_ready, args=(settings, announcement), daemon=True).start()
        while supervisord.poll() is None and not stopping:
            time.sleep(0.1)
        supervisord.terminate()
        try:
            code = supervisord.wait(END_WITHIN)
        except subprocess.TimeoutExpired:
            supervisord.kill()
            raise
    return 0 if stopping else code


def _copy(source: IO[bytes], stopping: list[int]) -> None:
    """Copy the processes' logs to our own output, through a pipe because they open it by name.

    When nobody reads our output any longer, end; but go on reading, lest the processes wait for us while they end.
    """
    for line in source:
        try:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            stopping.append(signal.SIGPIPE)


def main() -> int:
    """Start a line and stay with it. Returns the exit code: 0 after Ctrl-C or SIGTERM, 1 when it cannot start."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    try:
        settings = read_settings()
        settings = choose_ports(settings.model_copy(update={"data_dir": settings.data_dir.resolve()}))
        os.environ["BUURTLIJN_DATA_DIR"] = str(settings.data_dir)
        os.environ["BUURTLIJN_MEDIA_PORT"] = str(settings.media_port)
        with claim_data_folder(settings):
            announcement = prepare(settings)
            gc.freeze()  # what is left of the preparations would be looked through at the end, for two seconds
            return 0 if stopping else supervise(settings, announcement, stopping)
    except (BadSettings, CannotStart) as error:
        print(error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
