"""`evaluate text` and `evaluate speech`: how well the line understands and hears."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from ivr.extraction.gazetteer import Gazetteer
from service.cli.evaluate_speech import speech
from service.usecases.evaluate_text import TextsError, evaluate_text, read_samples
from service.web.access import line

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def evaluate() -> None:
    """Measure how well the line understands texts and recordings."""


@evaluate.command()
@click.argument("texts", metavar="FILE", type=_FILE)
@click.option("--streets", type=_FILE, help="A street name per line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def text(texts: Path, streets: Path | None, *, as_json: bool) -> None:
    """Understand the texts of FILE (tab-separated: text; maybe lang, category, street, number, when, emergency)."""
    running = line()
    try:
        gazetteer = gazetteer_of(streets) if streets else None
        found = evaluate_text(read_samples(texts), running.extractor, gazetteer, running.clock.now())
    except (TextsError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    by_language = found.pop("by_language", {})
    click.echo(_row("all", found))
    for language, shares in by_language.items() if isinstance(by_language, Mapping) else ():
        click.echo(_row(language, shares))


def gazetteer_of(streets: Path) -> Gazetteer:
    """The streets of a file with a name on each line."""
    return Gazetteer(name.strip() for name in streets.read_text(encoding="utf-8-sig").splitlines())


def _row(language: str, shares: Mapping[str, object]) -> str:
    return "  ".join((f"{language:<4}", *(f"{name} {value}" for name, value in shares.items())))


evaluate.add_command(speech)

commands: tuple[click.Command, ...] = (evaluate,)
