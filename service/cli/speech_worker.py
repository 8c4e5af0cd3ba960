"""`speech-worker`: recognises recordings in a process of its own."""

import signal
from threading import Event

import click

from service.jobs.ledger_client import LedgerClient
from service.jobs.model_process import ModelProcess
from service.jobs.runner import LEASE, worker_name
from service.jobs.speech_worker import GRACE, SpeechWorker
from service.jobs.transport import Transport
from service.web.access import line

_END_WITHIN = 0.8
"""Seconds that recognition in hand gets to end when the worker is stopped; after that the next worker does it again."""


@click.command("speech-worker")
@click.option(
    "--lease",
    default=LEASE,
    show_default=True,
    type=click.FloatRange(0.5, 300),
    help="Seconds after which another worker takes over from one that ended.",
)
@click.option(
    "--grace",
    default=GRACE,
    show_default=True,
    type=click.FloatRange(0.5, 600),
    help="Seconds that recognition may take beside three times the length of a recording.",
)
def speech_worker(lease: float, grace: float) -> None:
    """Recognise recordings for the web service, until told to stop.

    Start as many as there are cores to spare. A worker needs no database: it asks the web service on this machine.
    """
    running = line()
    settings = running.settings
    ledger = LedgerClient(settings.internal_url, running.keys.internal_token, worker_name(), lease)
    stopped = Event()
    model = ModelProcess(settings.models, settings.speech_engine)

    def stop(*_: object) -> None:
        stopped.set()
        model.end_within(_END_WITHIN)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        SpeechWorker(ledger, Transport(settings), model, stopped, grace).run()
    finally:
        model.stop()


commands = (speech_worker,)
