"""`keys generate`: a new secret key."""

import click

from service.store.keys import Keys


@click.group()
def keys() -> None:
    """The install's secret keys."""


@keys.command()
def generate() -> None:
    """Print a new key for BUURTLIJN_KEYS or the keys file.

    Put it in front of the keys that are there, separated by a comma, and keep those: they still open what they closed.
    """
    click.echo(Keys.generate())


commands: tuple[click.Command, ...] = (keys,)
