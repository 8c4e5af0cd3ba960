"""`explain`: what led to what in the understanding of one text."""

from pathlib import Path

import click

from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import Understanding
from service.cli.evaluate import gazetteer_of
from service.web.access import line


@click.command()
@click.argument("words", metavar="TEXT...", nargs=-1, required=True)
@click.option("--streets", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A street name per line.")
@click.option("--language", help="The language that the conversation is in; found out when not given.")
def explain(words: tuple[str, ...], streets: Path | None, language: str | None) -> None:
    """Show what is understood of TEXT and which words led to it."""
    running = line()
    text = " ".join(words)
    try:
        gazetteer = gazetteer_of(streets) if streets else Gazetteer(())
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    understood = running.extractor.understand(text, gazetteer, running.clock.now(), language)
    for name, value in _understood(text, understood):
        click.echo(f"{name:<12}{value}")
    click.echo()
    for clue in running.extractor.clues(text, gazetteer, language):
        click.echo(
            f"{clue.weight:+5.1f}  {clue.label:<26}{' … '.join(text[span.start : span.end] for span in clue.spans)}"
        )


def _understood(text: str, found: Understanding) -> list[tuple[str, str]]:
    """What was understood, by name; nothing for what was not found."""
    rows = []
    if found.language:
        rows.append(("language", f"{found.language.code} ({found.language.confidence:.2f})"))
    if found.intent:
        rows.append(("intent", f"{found.intent} {found.intent_language}".rstrip()))
    name = "category" if found.category else "perhaps"
    for guess in (found.category,) if found.category else found.category_options:
        rows.append((name, f"{guess.category} ({guess.confidence:.2f})"))
    for match in found.place.streets:
        said = text[match.span.start : match.span.end] if match.span else ""
        rows.append(("street", f"{match.street} ({match.score:.2f}): {said}"))
    if found.place.number:
        rows.append(("number", found.place.number + found.place.suffix))
    if found.place.postcode:
        rows.append(("postcode", found.place.postcode))
    if found.when:
        start, end = found.when.start, found.when.end
        interval = f" {start:%Y-%m-%d %H:%M}/{end:%Y-%m-%d %H:%M} UTC" if start and end else ""
        rows.append(("when", f"{found.when.label} ({found.when.confidence:.2f}){interval}"))
    answer = "suspected" if found.emergency.suspected else "no"
    rows.append(("emergency", f"{answer} ({found.emergency.confidence:.2f})"))
    rows += [(str(flag.kind), text[flag.span.start : flag.span.end]) for flag in found.flags]
    return rows


commands: tuple[click.Command, ...] = (explain,)
