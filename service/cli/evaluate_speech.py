"""`evaluate speech`: how well the line hears recordings whose words are known."""

import json
from pathlib import Path

import click

from ivr.speech.choice import load_recogniser
from ivr.speech.recogniser import SpeechModelError
from service.usecases.evaluate_speech import ManifestError, evaluate_speech, read_manifest
from service.web.access import line


@click.command()
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--streets", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A street name per line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def speech(manifest: Path, streets: Path | None, *, as_json: bool) -> None:
    """Recognise the recordings of MANIFEST (tab-separated: file, lang, text; maybe category, street, number)."""
    running = line()
    names = streets.read_text(encoding="utf-8").splitlines() if streets else []
    recogniser = load_recogniser(running.settings.models, running.settings.speech_engine)
    try:
        found = evaluate_speech(
            read_manifest(manifest),
            recogniser,
            running.extractor,
            [name.strip() for name in names if name.strip()],
            running.clock.now(),
        )
    except (ManifestError, SpeechModelError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        click.echo(f"{name}: {value}")
