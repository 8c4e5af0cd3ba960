"""The public part of the web service, running."""

import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from flask.testing import FlaskClient

from service.logs import configure_logging
from tests.service.web.public_line import PublicLine, public_line


@pytest.fixture
def public(tmp_path: Path) -> Iterator[PublicLine]:
    with public_line(tmp_path) as line:
        yield line


@pytest.fixture
def visitor(public: PublicLine) -> FlaskClient:
    return public.app.test_client()


@pytest.fixture
def logged(public: PublicLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the service logs, a JSON object a line."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logging(public.line.settings)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
