"""The web application as it is put together from the environment."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from flask import Flask

from service.app import create_app
from service.web.access import line
from service.web.visitor import visitor


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    monkeypatch.setenv("BUURTLIJN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("BUURTLIJN_TRUSTED_PROXIES", "1")
    made = create_app()
    yield made
    with made.app_context():
        line().store.close()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_visitors_are_told_apart_behind_the_proxies_of_the_settings(app: Flask) -> None:
    app.get("/visitor")(visitor)
    assert app.test_client().get("/visitor", headers={"X-Forwarded-For": "192.0.2.7"}).text == "192.0.2.7"


def test_what_came_through_a_trusted_proxy_is_no_process_of_ours(app: Flask) -> None:
    with app.app_context():
        token = line().keys.internal_token
    asked = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "127.0.0.1"}
    assert app.test_client().post("/internal/recordings", headers=asked).status_code == 403
    assert app.test_client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
