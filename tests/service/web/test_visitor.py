"""Whom a request is said to come from: the address that sent it, or the one that our own proxies tell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from service.settings import Settings
from service.web import visitor

Ask = Callable[..., str]


def asker(folder: Path, proxies: int) -> Ask:
    app = Flask(__name__)
    visitor.init_app(app, Settings(data_dir=folder, trusted_proxies=proxies))
    app.get("/")(visitor.visitor)

    def ask(forwarded: str = "", address: str = "127.0.0.1") -> str:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        client = app.test_client()
        return client.get("/", headers=headers, environ_overrides={"REMOTE_ADDR": address}).text

    return ask


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "192.0.2.7", "127.0.0.1"),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        (2, "198.51.100.1, 192.0.2.7, 203.0.113.9", "192.0.2.7"),
        (2, "192.0.2.7", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "what is no address", "unknown"),
    ],
)
def test_only_our_own_proxies_are_believed(tmp_path: Path, proxies: int, forwarded: str, seen: str) -> None:
    assert asker(tmp_path, proxies)(forwarded) == seen


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_connection_with_many_addresses_is_one_visitor(tmp_path: Path, address: str, seen: str) -> None:
    assert asker(tmp_path, 0)(address=address) == seen
