"""The speech worker's hold on its model process: asks it, and replaces it when it hangs or dies."""

import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Timer
from typing import Literal

import structlog

from service.jobs.model_messages import ANSWER, Answer
from service.settings import ROOT

_log = structlog.get_logger(__name__)


class ModelProcess:
    """A model in a process of its own, started at once and again whenever it is gone.

    Use it from the main thread only: the system ends the process with the thread that started it.
    """

    def __init__(self, models: Path, engine: Literal["auto", "scripted"]) -> None:
        self._arguments = (str(models), engine)
        self._ending = False
        self._start()

    @property
    def pid(self) -> int:
        """The process' id."""
        return self._process.pid

    def recognise(self, audio: bytes, language: str, within: float) -> Answer:
        """The answer to a recording; one that says so when there was none within so many seconds."""
        if self._process.poll() is not None and not self._ending:
            self._restart()
        process, late = self._process, Event()

        def end() -> None:
            late.set()
            process.kill()

        deadline = Timer(within, end)
        deadline.start()
        try:
            self._connection.send_bytes(language.encode())
            self._connection.send_bytes(audio)
            return ANSWER.validate_json(self._connection.recv_bytes())
        except (EOFError, OSError):
            if self._ending:
                return Answer(reason="the speech worker was stopped", retryable=True)
            self._restart()
            reason = f"no answer within {within:g} s" if late.is_set() else "the model process died"
            _log.warning("speech.model_restarted", reason=reason)
            return Answer(reason=reason, retryable=True)
        finally:
            deadline.cancel()

    def end_within(self, seconds: float) -> None:
        """Give the recording in hand so many seconds more; after that its answer is that it has to be done again."""
        self._ending = True
        process = self._process
        deadline = Timer(seconds, process.kill)
        deadline.daemon = True
        deadline.start()

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._connection.close()

    def _restart(self) -> None:
        self.stop()
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            handle = theirs.fileno()
            command = (sys.executable, "-m", "service.jobs.model_child", str(handle), str(os.getpid()))
            self._process = subprocess.Popen((*command, *self._arguments), cwd=ROOT, pass_fds=(handle,))
        self._connection = Connection(ours.detach())
