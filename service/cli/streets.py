"""`streets import`: the streets of a group."""

import json
from dataclasses import asdict
from typing import BinaryIO

import click

from service.store.unit import Missing
from service.usecases.import_streets import BadStreets, import_streets
from service.web.access import line


@click.group()
def streets() -> None:
    """The streets of a group."""


@streets.command("import")
@click.option("--group", "slug", required=True, help="The group's slug.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("file", type=click.File("rb"))
def import_(slug: str, file: BinaryIO, *, as_json: bool) -> None:
    """Replace the group's streets by those of FILE: all of them, or none when the file is wrong.

    FILE (UTF-8, - for standard input) has a name per line; or is CSV with a header line
    name[,lat,lon,postcodes,spoken,numbers,kind,street,gazetteer_id]; or GeoJSON, a FeatureCollection whose features
    have the property name and perhaps those. spoken are other names that people use (a;b), numbers house numbers
    (1-99), kind is street or landmark. Extracts of OSM and BAG can be read as they are.
    """
    try:
        imported = import_streets(line(), slug, file.read())
    except BadStreets as error:
        raise click.ClickException(f"{file.name}: {error}. Nothing was imported.") from error
    except Missing as error:
        raise click.ClickException(f"There is no group {slug}. `group list` shows those there are.") from error
    if as_json:
        click.echo(json.dumps({"group": slug, **asdict(imported)}))
    else:
        marks = f" It has {imported.landmarks} landmarks." if imported.landmarks else ""
        click.echo(f"{slug} has {imported.streets} streets; it had {imported.before}.{marks}")


commands: tuple[click.Command, ...] = (streets,)
