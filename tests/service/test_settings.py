"""Settings that cannot work are refused at the start, by the name of their variable and with what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import make_url

from service.settings import ROOT, BadSettings, Settings, read_settings
from tests.servers import free_port
from tests.supervised import environment

ACCOUNT, TOKEN = "AC" + "0" * 32, "a-token-that-nobody-may-see"


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment without a setting of the machine that tests run on."""
    for name in [name for name in os.environ if name.startswith("BUURTLIJN_") or name == "PORT"]:
        monkeypatch.delenv(name)
    return monkeypatch


def refusal(clean: pytest.MonkeyPatch, name: str, value: str) -> str:
    clean.setenv(name, value)
    with pytest.raises(BadSettings) as told:
        read_settings()
    return str(told.value)


GARBAGE = [
    "line.example.org",
    "ftp://line.example.org",
    "https://",
    "https:///path",
    "https://line.example.org?x=1",
    "https://line.example.org#x",
    "https://user:secret@line.example.org",
    "https://line example.org",
    "https://line.example.org:port",
    "https://line.example.org:70000",
    "https://line.example.org//x",
    "HTTPS://line.example.org",
]


@pytest.mark.parametrize("name", ["BUURTLIJN_PUBLIC_BASE_URL", "BUURTLIJN_TWILIO_API_BASE"])
@pytest.mark.parametrize("value", GARBAGE)
def test_an_address_needs_scheme_and_host(clean: pytest.MonkeyPatch, name: str, value: str) -> None:
    told = refusal(clean, name, value)
    assert told.startswith(f"{name}: give an address that begins with https:// or http://")
    assert "secret" not in told


@pytest.mark.parametrize("value", ["https://line.example.org/line", "https://line.example.org/?"])
def test_the_public_address_has_no_path(clean: pytest.MonkeyPatch, value: str) -> None:
    assert "nothing behind it" in refusal(clean, "BUURTLIJN_PUBLIC_BASE_URL", value)


@pytest.mark.parametrize("value", ["https://line.example.org", "line.example.org", "wss://line.example.org/phone"])
def test_the_media_address_is_one_of_websockets(clean: pytest.MonkeyPatch, value: str) -> None:
    assert "wss:// or ws://" in refusal(clean, "BUURTLIJN_MEDIA_BASE_URL", value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_base_url", "https://line.example.org/"),
        ("public_base_url", "http://127.0.0.1:8000"),
        ("public_base_url", "https://[2001:db8::1]:8443"),
        ("media_base_url", "ws://localhost:8001"),
        ("twilio_api_base", "https://space.example.com/api/laml"),
        ("twilio_api_base", "http://my_carrier:4000"),
    ],
)
def test_addresses_that_may_be(name: str, value: str) -> None:
    assert getattr(Settings.model_validate({name: value}), name) == value


@pytest.mark.parametrize("value", ["https://media.example.org", "media.example.org/x", "media.example.org:0"])
def test_recordings_come_from_hosts(clean: pytest.MonkeyPatch, value: str) -> None:
    told = refusal(clean, "BUURTLIJN_RECORDING_HOSTS", f"other.example.org,{value}")
    assert told.startswith("BUURTLIJN_RECORDING_HOSTS: ")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"BUURTLIJN_TWILIO_ACCOUNT_SID": ACCOUNT}, "set BUURTLIJN_TWILIO_AUTH_TOKENS too"),
        ({"BUURTLIJN_TWILIO_AUTH_TOKENS": TOKEN}, "set BUURTLIJN_TWILIO_ACCOUNT_SID too"),
    ],
)
def test_account_and_tokens_go_together(clean: pytest.MonkeyPatch, given: dict[str, str], wanted: str) -> None:
    for name, value in given.items():
        told = refusal(clean, name, value)
    assert wanted in told
    assert TOKEN not in told


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BUURTLIJN_TWILIO_AUTH_TOKEN", "BUURTLIJN_TWILIO_AUTH_TOKENS"),
        ("BUURTLIJN_DATABSE_URL", "BUURTLIJN_DATABASE_URL"),
        ("BUURTLIJN_BASE_URL", "BUURTLIJN_DATABASE_URL"),
        ("BUURTLIJN_PORT", "PORT"),
        ("buurtlijn_twilio_sid", "BUURTLIJN_TWILIO_ACCOUNT_SID"),
    ],
)
def test_a_name_misspelt_is_refused_with_the_one_that_was_meant(
    clean: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    assert refusal(clean, name, "x") == f"{name}: there is no such setting; did you mean {meant}?"


def test_a_name_like_none_is_refused_as_well(clean: pytest.MonkeyPatch) -> None:
    assert "take it out" in refusal(clean, "BUURTLIJN_QQQQ", "")


def test_all_that_is_wrong_is_told_at_once(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("PORT", "many")
    told = refusal(clean, "BUURTLIJN_WEB_THREADS", "0").splitlines()
    assert [line.partition(":")[0] for line in told] == ["PORT", "BUURTLIJN_WEB_THREADS"]


def test_what_is_empty_or_blank_is_not_set(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("PORT", "")
    clean.setenv("BUURTLIJN_PUBLIC_BASE_URL", " ")
    clean.setenv("BUURTLIJN_LOG_LEVEL", " debug ")
    settings = read_settings()
    assert (settings.port, settings.public_base_url, settings.log_level) == (8000, "", "debug")


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://x@y/z",
        "postgres://user@host/name",
        "postgresql:/host/name",
        "postgresql://user:pass@word@host/name",
        "postgresql://host:port/name",
        "postgresql://host:0/name",
        "sqlite://",
        "sqlite://file.db",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:////tmp/x.db",
    ],
)
def test_a_database_of_another_kind_is_refused(clean: pytest.MonkeyPatch, url: str) -> None:
    assert refusal(clean, "BUURTLIJN_DATABASE_URL", url).startswith("BUURTLIJN_DATABASE_URL: give postgresql://")


@pytest.mark.parametrize(
    "url",
    ["nonsense", "amqp://host/1", "redis://", "redis://host:port/0", "redis:///0", "redis://host/queue", "sqlite://"],
)
def test_a_transport_of_another_kind_is_refused(clean: pytest.MonkeyPatch, url: str) -> None:
    assert refusal(clean, "BUURTLIJN_QUEUE_URL", url).startswith("BUURTLIJN_QUEUE_URL: give redis://")


@pytest.mark.parametrize(
    "values",
    [
        {"database_url": "postgresql://user:p%40:#/?[ss@host:5432/name?sslmode=require"},
        {"database_url": "postgresql+psycopg://host/name"},
        {"database_url": "postgresql:///name?host=/var/run/postgresql"},
        {"database_url": "postgresql://user@[::1]:5432/name"},
        {"database_url": "sqlite:////srv/data/file.db"},
        {"queue_url": "redis://:secret@host:6379/0"},
        {"queue_url": "rediss://user:secret@host?ssl_cert_reqs=none"},
        {"queue_url": "sqlite:////srv/data/queue.db"},
    ],
)
def test_kinds_that_may_be_can_be_read_by_those_who_open_them(values: dict[str, str]) -> None:
    Settings.model_validate(values)
    for url in values.values():
        make_url(url)


def test_secrets_are_in_no_refusal() -> None:
    with pytest.raises(ValidationError) as told:
        Settings(database_url="mysql://user:secret@host/name")
    assert "secret" not in "".join(error["msg"] for error in told.value.errors())


class TestStart:
    """Each of the ways to start tells it in words."""

    WAYS = (
        ("service.supervise",),
        ("flask", "--app", "wsgi", "group", "list"),
        ("gunicorn", "-c", "python:service.gunicorn_web", "wsgi:app"),
        ("gunicorn", "-c", "python:service.gunicorn_media", "service.media_app:create_media_app()"),
        ("gunicorn", "-b", "127.0.0.1:0", "wsgi:app"),
    )

    @staticmethod
    def start(way: tuple[str, ...], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *way],
            cwd=ROOT,
            env=variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @pytest.mark.server
    @pytest.mark.parametrize("way", WAYS)
    def test_a_wrong_setting(self, tmp_path: Path, way: tuple[str, ...]) -> None:
        refused = self.start(way, environment(tmp_path / "data", BUURTLIJN_PUBLIC_BASE_URL="line.example.org"))
        assert refused.returncode != 0
        assert "BUURTLIJN_PUBLIC_BASE_URL: give an address" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert not (tmp_path / "data").exists()

    @pytest.mark.server
    @pytest.mark.parametrize("way", WAYS)
    def test_keys_that_are_none(self, tmp_path: Path, way: tuple[str, ...]) -> None:
        variables = environment(tmp_path / "data", BUURTLIJN_KEYS="none", BUURTLIJN_DEMO="false")
        refused = self.start(way, variables)
        assert refused.returncode != 0
        assert "the keys are malformed" in refused.stderr
        assert "Traceback" not in refused.stderr

    @pytest.mark.server
    def test_a_database_server_that_is_away(self, tmp_path: Path) -> None:
        url = f"postgresql://user:secret@127.0.0.1:{free_port()}/name"
        refused = self.start(self.WAYS[0], environment(tmp_path / "data", BUURTLIJN_DATABASE_URL=url))
        assert refused.returncode == 1
        assert "BUURTLIJN_DATABASE_URL" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert "secret" not in refused.stderr

    @pytest.mark.server
    def test_a_database_server_that_is_away_for_a_command(self, tmp_path: Path) -> None:
        url = f"postgresql://user:secret@127.0.0.1:{free_port()}/name"
        refused = self.start(self.WAYS[1], environment(tmp_path / "data", BUURTLIJN_DATABASE_URL=url))
        assert refused.returncode == 1
        assert "The database cannot be used" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert "secret" not in refused.stderr


def test_one_port_for_two_services_is_refused(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("PORT", "8123")
    told = refusal(clean, "BUURTLIJN_MEDIA_PORT", "8123")
    assert "BUURTLIJN_MEDIA_PORT is the same as PORT" in told
