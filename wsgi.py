"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import gc

from service.app import create_app
from service.starting import in_words

with in_words():
    app = create_app()

gc.freeze()  # words and tables stay: looking through them for garbage takes half a second, and two at the end
