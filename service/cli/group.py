"""`group add`, `group list` and `group show`: the groups of this line."""

import json

import click

from ivr.locale import locales
from service.domain.group import Group
from service.store.unit import AlreadyTaken
from service.usecases.add_group import BadGroup, add_group
from service.web.access import line


@click.group()
def group() -> None:
    """Add and see groups."""


@group.command()
@click.argument("slug")
@click.argument("name")
@click.option("--number", "numbers", multiple=True, required=True, help="A number of the line; may be repeated.")
@click.option("--practice-number", "practice_numbers", multiple=True, help="A number to practise on.")
@click.option("--locales", "languages", default="nl", show_default=True, help="Languages in menu order: nl,tr,ar")
@click.option("--open-feed", is_flag=True, help="Let everybody read the feed, not members only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(
    slug: str,
    name: str,
    numbers: tuple[str, ...],
    practice_numbers: tuple[str, ...],
    languages: str,
    *,
    open_feed: bool,
    as_json: bool,
) -> None:
    """Add the group NAME, whose feed is at /g/SLUG/."""
    codes = [code.strip() for code in languages.split(",")]
    try:
        added = add_group(
            line(),
            slug,
            name,
            numbers=numbers,
            practice_numbers=practice_numbers,
            languages=codes,
            open_feed=open_feed,
        )
    except (BadGroup, AlreadyTaken) as error:
        raise click.ClickException(str(error)) from error
    _print(added, 0, as_json=as_json)
    unreviewed = [code for code in codes if not locales()[code].reviewed]
    if unreviewed and not as_json:
        click.echo(f"No native speaker has reviewed the texts in {', '.join(unreviewed)} yet.", err=True)


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_groups(*, as_json: bool) -> None:
    """List the groups."""
    with line().store.read() as unit:
        rows = [(one, len(unit.groups.streets(one.id))) for one in unit.groups.list()]
    if as_json:
        click.echo(json.dumps([_row(one, streets) for one, streets in rows], ensure_ascii=False, indent=2))
        return
    for one, streets in rows:
        numbers = ", ".join(number.number for number in one.numbers)
        click.echo(f"{one.slug:16}  {one.name:24}  {numbers}  {streets} streets")


@group.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(slug: str, *, as_json: bool) -> None:
    """Show the group SLUG."""
    with line().store.read() as unit:
        found = unit.groups.by_slug(slug)
        streets = len(unit.groups.streets(found.id)) if found else 0
    if found is None:
        raise click.ClickException(f"There is no group {slug}. `group list` shows those there are.")
    _print(found, streets, as_json=as_json)


def _print(one: Group, streets: int, *, as_json: bool) -> None:
    row = _row(one, streets)
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
        return
    for name, value in row.items():
        text = ", ".join(value) if isinstance(value, list) else str(value)
        click.echo(f"{name.replace('_', ' ') + ':':18} {text or '-'}")


def _row(one: Group, streets: int) -> dict[str, object]:
    return {
        "slug": one.slug,
        "name": one.name,
        "numbers": [number.number for number in one.numbers if not number.practice],
        "practice_numbers": [number.number for number in one.numbers if number.practice],
        "locales": list(one.locales),
        "closed": sorted(one.closed),
        "open_feed": one.open_feed,
        "live": one.live,
        "streets": streets,
    }


commands: tuple[click.Command, ...] = (group,)
