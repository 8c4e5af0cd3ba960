"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`."""

from service.app import create_app
from service.starting import in_words

with in_words():
    app = create_app()
