"""`models list`, `models install` and `models verify`: the speech models of this line."""

import json
import sys

import click

from ivr.speech.installation import install_vosk
from ivr.speech.models import Installed, list_models, verify_models, whisper_folder
from ivr.speech.recogniser import SpeechModelError
from ivr.speech.weights import install_whisper
from service.web.access import line


@click.group()
def models() -> None:
    """List, install and check speech models."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(*, as_json: bool) -> None:
    """List the models for each language: which are installed, and which one hears the language."""
    rows = [_row(found) for found in list_models(line().settings.models)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = "in use" if row["used"] and row["installed"] else "installed" if row["installed"] else "-"
        error_rate = f"WER % {row['wer']}" if row["wer"] else "WER not published"
        click.echo(
            f"{row['language']:4}{row['engine']:14}{state:11}{row['megabytes']:4} MB  {row['licence']:11} "
            f"{row['name']}  {error_rate}"
        )


@models.command()
@click.argument("language")
@click.option("--from", "source", default="", help="Folder, zip or tar archive, or http address of the model.")
@click.option("--sha256", default="", help="The SHA-256 that the archive must have.")
def install(language: str, source: str, sha256: str) -> None:
    """Install the Vosk model of LANGUAGE (nl, en, …), or join the weights of Whisper (LANGUAGE `whisper`).

    Speech workers take a first model of a language at once, and a new one in place of an old when they are restarted.
    """
    folder = line().settings.models
    try:
        if language == "whisper":
            install_whisper(whisper_folder(folder))
            click.echo(f"Whisper base is in {whisper_folder(folder)}.")
            return
        found = install_vosk(folder, language, source, sha256, _show)
    except (SpeechModelError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The model for {language} is installed." + (f" SHA-256 of its archive: {found}" if found else ""))


@models.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(*, as_json: bool) -> None:
    """Check the files of every installed model and load it. Ends with status 1 when one is not sound."""
    found = verify_models(line().settings.models)
    if as_json:
        click.echo(json.dumps({name: {"sound": not fault, "fault": fault} for name, fault in found.items()}))
    else:
        for name, fault in found.items():
            click.echo(f"{name}: {fault or 'sound'}")
    if any(found.values()):
        sys.exit(1)


def _row(found: Installed) -> dict[str, str | int | bool]:
    model = found.model
    return {
        "language": model.language,
        "engine": model.engine,
        "name": model.name,
        "installed": found.installed,
        "used": found.used,
        "megabytes": model.megabytes,
        "licence": model.licence,
        "wer": model.wer,
        "url": model.url,
    }


def _show(done: int, whole: int) -> None:
    of = f" of {whole >> 20}" if whole else ""
    click.echo(f"\r{done >> 20}{of} MB", nl=False, err=True)
    if done == whole:
        click.echo(err=True)


commands: tuple[click.Command, ...] = (models,)
