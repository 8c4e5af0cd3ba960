"""Gunicorn's configuration of the media service: `gunicorn -c python:service.gunicorn_media "service.media_app:…"`."""

from service.settings import read_settings
from service.starting import in_words
from service.web.room import WAITING

with in_words():
    _settings = read_settings()

bind = f"127.0.0.1:{_settings.media_listen_port}"
worker_class = "gthread"
workers = 1
threads = _settings.media_sockets + WAITING + 4  # a socket holds its thread; a few answer plain requests
graceful_timeout = 2
loglevel = "warning"
control_socket_disable = True
