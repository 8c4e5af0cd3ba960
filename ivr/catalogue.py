"""The texts of the line in every language, read from locales/<code>/messages.po.

Message ids are keys ("ask_street.sms"); every language, English too, has a text for each. Texts have named placeholders
only ("{street}"), and what is put into one is never read as a text itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter

from babel.messages.pofile import read_po

from ivr.locale import LOCALES_DIR, locales


class CatalogueError(ValueError):
    """A text cannot be used: a placeholder is not a plain name."""


def N_(key: str) -> str:  # noqa: N802 (gettext's customary name)
    """Mark ``key`` as a key of the catalogue where it stands in a table; returns it as it is."""
    return key


def placeholders(text: str) -> frozenset[str]:
    """Names of the placeholders in ``text``. Raises CatalogueError for anything but plain names in braces."""
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError as error:
        raise CatalogueError(f"{error}: {text!r}") from error
    names = set()
    for _, name, form, conversion in fields:
        if form or conversion or not name or not name.isidentifier():
            raise CatalogueError(f"not a plain named placeholder: {text!r}")
        names.add(name)
    return frozenset(names)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language by key."""

    locale: str
    texts: Mapping[str, str]

    def text(self, key: str, **params: str) -> str:
        """The text of ``key`` with its placeholders filled in. Raises KeyError for an unknown key or placeholder."""
        return self.texts[key].format_map(params)

    def __contains__(self, key: object) -> bool:
        return key in self.texts


@cache
def catalogue(code: str) -> Catalogue:
    """The catalogue of language ``code``, read once. Raises KeyError for a language that the line does not speak."""
    locale = locales()[code]
    texts = {}
    with (LOCALES_DIR / locale.code / "messages.po").open("rb") as file:
        for message in read_po(file, locale=locale.code):
            if not isinstance(message.id, str) or not isinstance(message.string, str):
                raise CatalogueError(f"{code}: plural forms are not in use: {message.id!r}")
            if message.id and message.string and not message.fuzzy:
                placeholders(message.string)
                texts[message.id] = message.string
    return Catalogue(locale.code, texts)
