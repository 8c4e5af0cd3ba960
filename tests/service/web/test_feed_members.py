"""A feed that is not open to everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.domain.permissions import Role
from service.domain.report import Publication
from tests.service.web.console_line import ConsoleLine, console_line

FORMS = ("/g/other/", "/g/other/feed.json", "/g/other/feed.atom")
READERS = sorted(set(Role) - {Role.RESIDENT})


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleLine]:
    with console_line(tmp_path) as running:
        group = running.demo.other_group()
        now = running.demo.line.clock.now()
        running.demo.report(group=group, redacted="Rook", publication=Publication.PUBLISHED, published_at=now)
        yield running


@pytest.mark.parametrize("role", READERS)
def test_is_for_the_groups_own_people(console: ConsoleLine, role: Role) -> None:
    browser = console.signed_in(console.demo.user(role, "somebody", group=console.demo.other_group()))
    for form in FORMS:
        answer = browser.get(form)
        assert answer.status_code == 200, form
        assert "Rook" in answer.text
        assert "private" in answer.headers["Cache-Control"]
        assert "Cookie" in answer.headers["Vary"]
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("role", sorted(set(READERS) - {Role.OPERATOR}))
def test_is_not_there_for_other_groups_people(console: ConsoleLine, role: Role) -> None:
    browser = console.signed_in(console.demo.user(role, "somebody"))
    assert [browser.get(form).status_code for form in FORMS] == [404] * 3


def test_is_not_there_for_anybody_else(console: ConsoleLine) -> None:
    assert [console.browser().get(form).status_code for form in FORMS] == [404] * 3


def test_an_open_feed_needs_no_cookie(console: ConsoleLine) -> None:
    answer = console.browser().get("/g/demo/feed.json")
    assert "Cookie" not in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
