"""The process that holds the speech model: ``python -m service.jobs.model_child <socket> <parent> <models> <engine>``.

Native code that hangs, crashes or eats memory takes this process with it and nothing else.
"""

import ctypes
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

import structlog

from ivr.speech.audio import AudioError, decode
from ivr.speech.choice import load_recogniser
from ivr.speech.recogniser import Recogniser
from service.jobs.model_messages import ANSWER, Answer

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_LEAST_PRIORITY = 19

_log = structlog.get_logger(__name__)


def answer(recogniser: Recogniser, audio: bytes, language: str) -> Answer:
    """Recognise one recording. Never raises."""
    try:
        return Answer(recogniser.transcribe(decode(audio), language))
    except AudioError as error:
        return Answer(reason=f"the recording cannot be used: {error}")
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told
        _log.exception("speech.recogniser_failed", language=language)
        return Answer(reason=f"the recogniser failed: {type(error).__name__}", retryable=True)


def serve(connection: Connection, recogniser: Recogniser) -> None:
    """Answer one recording after the other, until the other end closes."""
    while True:
        try:
            language = connection.recv_bytes().decode()
            audio = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(ANSWER.dump_json(answer(recogniser, audio, language)))


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that ends."""
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the speech worker ended before its model process began")


def main(socket: int, parent: int, models: Path, engine: Literal["auto", "scripted"]) -> None:
    """Serve until the parent ends; signals to the whole group are the parent's to act on."""
    _die_with(parent)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setpriority(os.PRIO_PROCESS, 0, _LEAST_PRIORITY)
    serve(Connection(socket), load_recogniser(models, engine))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), "scripted" if sys.argv[4] == "scripted" else "auto")
