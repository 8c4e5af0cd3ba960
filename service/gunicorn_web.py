"""Gunicorn's configuration of the web service: `gunicorn -c python:service.gunicorn_web wsgi:app`."""

import gc

from gunicorn.workers.base import Worker

from service.app import start
from service.settings import read_settings
from service.starting import in_words

with in_words():
    _settings = read_settings()

gc.freeze()  # what is loaded stays: the process that watches over the others would look through it at its end

bind = f"127.0.0.1:{_settings.port}"
worker_class = "gthread"
workers = 1  # SQLite has one writing process; its threads share a lock
threads = _settings.web_threads
keepalive = 5
graceful_timeout = 10
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: Worker) -> None:
    """Start the job threads in the process that serves, never in the one that only watches over it."""
    start(worker.wsgi)
