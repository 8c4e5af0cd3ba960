"""`user add`: accounts of the console."""

import json
import sys

import click

from service.domain.permissions import Role
from service.store.unit import AlreadyTaken, Missing
from service.usecases.add_user import BadUser, add_user
from service.web.access import line


@click.group()
def user() -> None:
    """Accounts of the console."""


@user.command()
@click.argument("login")
@click.option("--group", "slug", default="", help="The group's slug; none for an operator of the whole install.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.RESIDENT]))
@click.option("--totp", is_flag=True, help="Ask for a code from an app too, and print the address that sets it up.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(login: str, slug: str, role: str, *, totp: bool, password_stdin: bool, as_json: bool) -> None:
    """Add the account LOGIN."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    try:
        added = add_user(line(), login, slug, Role(role), password, totp=totp)
    except (BadUser, AlreadyTaken) as error:
        raise click.ClickException(str(error)) from error
    except Missing as error:
        raise click.ClickException(f"There is no group {slug}. `group list` shows those there are.") from error
    if as_json:
        row = {"id": str(added.user.id), "login": added.user.login, "group": slug, "role": role}
        click.echo(json.dumps(row | {"otpauth": added.otpauth}))
        return
    click.echo(f"{added.user.login} may sign in as {role}.")
    if added.otpauth:
        click.echo(f"Set up the app with this address; it is not shown again:\n{added.otpauth}")


commands: tuple[click.Command, ...] = (user,)
