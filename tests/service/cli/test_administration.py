import json
from pathlib import Path

import pyotp
import pytest

from service.cli import register
from service.cli.group import group
from service.cli.streets import streets
from service.cli.user import user
from service.domain.permissions import Role
from service.usecases.sign_in import recognise, sign_in
from tests.service.demo_line import PASSWORD, DemoLine

from .conftest import Run


def test_a_group_is_added_and_shown(demo: DemoLine, ask: Run) -> None:
    arguments = ("add", "duinoord", "Duinoord", "--number", "+31 85 000 0011", "--practice-number", "+31850000012")
    result = ask(group, *arguments, "--locales", "nl, tr,ar")
    assert result.exit_code == 0, result.output
    shown = json.loads(ask(group, "show", "duinoord", "--json").output)
    assert shown == {
        "slug": "duinoord",
        "name": "Duinoord",
        "numbers": ["+31850000011"],
        "practice_numbers": ["+31850000012"],
        "locales": ["nl", "tr", "ar"],
        "closed": [],
        "open_feed": False,
        "live": False,
        "streets": 0,
    }
    assert [row["slug"] for row in json.loads(ask(group, "list", "--json").output)] == ["demo", "duinoord"]
    assert "+31850000011, +31850000012" in ask(group, "list").output
    assert "duinoord" in ask(group, "show", "duinoord").output
    assert ask(group, "show", "nowhere").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Duinoord", "Duinoord", "--number", "+31850000011"), "slug"),
        (("demo", "Nog een", "--number", "+31850000011"), "there is a group demo"),
        (("d", "D", "--number", "+31850000001"), "another group's number"),
        (("d", "D", "--number", "0850000011"), "country code"),
        (("d", "D", "--number", "+3185"), "digits"),
        (("d", "D", "--number", "+31850000011", "--practice-number", "+31850000011"), "once"),
        (("d", "D", "--number", "+31850000011", "--locales", "nl,xx"), "languages"),
        (("d", " ", "--number", "+31850000011"), "name"),
    ],
)
def test_a_group_that_cannot_be_is_refused(demo: DemoLine, ask: Run, arguments: tuple[str, ...], told: str) -> None:
    result = ask(group, "add", *arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert told in result.output
    with demo.line.store.read() as unit:
        assert [one.slug for one in unit.groups.list()] == ["demo"]


def test_an_account_is_added_with_a_password_from_a_pipe(demo: DemoLine, ask: Run) -> None:
    result = ask(
        user, "add", "Anna", "--group", "demo", "--role", "moderator", "--password-stdin", typed=PASSWORD + "\n"
    )
    assert result.output == "anna may sign in as moderator.\n"
    signed_in = sign_in(demo.line, "anna", PASSWORD)
    assert signed_in
    added = recognise(demo.line, signed_in.id)
    assert added
    assert (added.role, added.group_id) == (Role.MODERATOR, demo.group.id)


def test_an_account_is_added_with_a_password_typed_twice(demo: DemoLine, ask: Run) -> None:
    result = ask(user, "add", "bo", "--role", "operator", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    different = ask(user, "add", "cas", "--role", "operator", typed=f"{PASSWORD}\nanother one altogether\n")
    assert different.exit_code == 1
    assert sign_in(demo.line, "bo", PASSWORD)


def test_the_address_for_the_app_gives_codes_that_work(demo: DemoLine, ask: Run) -> None:
    arguments = ("add", "dia", "--group", "demo", "--role", "member", "--totp", "--password-stdin")
    uri = json.loads(ask(user, *arguments, "--json", typed=PASSWORD).output)["otpauth"]
    totp = pyotp.parse_uri(uri)
    assert isinstance(totp, pyotp.TOTP)
    assert (totp.issuer, totp.name) == ("Buurtlijn", "dia")
    assert sign_in(demo.line, "dia", PASSWORD) is None
    assert sign_in(demo.line, "dia", PASSWORD, totp.at(demo.line.clock.now()))
    assert "otpauth://totp/Buurtlijn:eva?" in ask(user, "add", "eva", *arguments[2:], typed=PASSWORD).output


@pytest.mark.parametrize(
    ("arguments", "password", "told"),
    [
        (("f", "--role", "member"), PASSWORD, "belongs to a group"),
        (("f", "--group", "nowhere", "--role", "member"), PASSWORD, "There is no group nowhere"),
        (("f", "--group", "demo", "--role", "member"), "too short", "12 to 200"),
        (("moderator", "--group", "demo", "--role", "member"), PASSWORD, "there is an account"),
        (("f g", "--group", "demo", "--role", "member"), PASSWORD, "no spaces"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    demo: DemoLine, ask: Run, arguments: tuple[str, ...], password: str, told: str
) -> None:
    result = ask(user, "add", *arguments, "--password-stdin", typed=password)
    assert result.exit_code == 1
    assert told in result.output
    assert password not in result.output


def test_streets_are_imported_and_counted(demo: DemoLine, ask: Run, tmp_path: Path) -> None:
    file = tmp_path / "streets.csv"
    file.write_text("name,lat,lon,postcodes\nZeeweg,52.1,4.3,2500 AB\n", encoding="utf-8")
    before = len(names(demo))
    result = ask(streets, "import", "--group", "demo", "--json", file)
    assert json.loads(result.output) == {"group": "demo", "streets": 1, "before": before, "landmarks": 0}
    assert names(demo) == ["Zeeweg"]


def test_of_a_wrong_file_nothing_is_imported(demo: DemoLine, ask: Run, tmp_path: Path) -> None:
    file = tmp_path / "streets.txt"
    file.write_text("Zeeweg\n\n12345\n", encoding="utf-8")
    before = names(demo)
    result = ask(streets, "import", "--group", "demo", file)
    assert result.exit_code == 1
    assert result.output == f"Error: {file}: line 3: no name. Nothing was imported.\n"
    assert names(demo) == before
    assert ask(streets, "import", "--group", "nowhere", file).exit_code == 1


def names(demo: DemoLine) -> list[str]:
    with demo.line.store.read() as unit:
        return [street.name for street in unit.groups.streets(demo.group.id)]


def test_all_commands_are_registered() -> None:
    class Commands:
        def __init__(self) -> None:
            self.cli = self
            self.names: set[str] = set()

        def add_command(self, command: object) -> None:
            self.names.add(str(getattr(command, "name", "")))

    app = Commands()
    register(app)  # type: ignore[arg-type]
    assert {"group", "keys", "report", "streets", "user"} <= app.names
