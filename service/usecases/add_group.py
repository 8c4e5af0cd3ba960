"""Add a group with its numbers and languages."""

import re
from collections.abc import Sequence

from ivr.locale import locales
from service.domain.group import Group, GroupNumber
from service.domain.number import BadNumber, e164
from service.usecases.line import Line

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 50
_LONGEST_NAME = 100


class BadGroup(ValueError):
    """A group cannot be like this; the message says what is wrong."""


def add_group(
    line: Line,
    slug: str,
    name: str,
    *,
    numbers: Sequence[str],
    practice_numbers: Sequence[str],
    languages: Sequence[str],
    open_feed: bool = False,
) -> Group:
    """A new group. Numbers are E.164, ``languages`` codes in the order of its menu. Raises BadGroup, AlreadyTaken."""
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG:
        raise BadGroup(f"the slug stands in addresses: small letters, digits and hyphens, not {slug!r}")
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadGroup(f"the name has 1 to {_LONGEST_NAME} characters")
    unknown = [code for code in languages if code not in locales()]
    if unknown or not languages or len(set(languages)) != len(languages):
        raise BadGroup(f"the languages are some of {', '.join(locales())}, each once")
    own = [*(GroupNumber(_number(text)) for text in numbers)]
    own += [GroupNumber(_number(text), practice=True) for text in practice_numbers]
    if not own or len({number.number for number in own}) != len(own):
        raise BadGroup("a group has a number, and each of its numbers once")
    with line.store.begin() as unit:
        group = unit.groups.add(slug, name, languages, own, open_feed=open_feed)
        unit.audit.add("command line", "add_group", f"group {group.id}", group_id=group.id)
    return group


def _number(text: str) -> str:
    try:
        return e164(text)
    except BadNumber as error:
        raise BadGroup(str(error)) from error
