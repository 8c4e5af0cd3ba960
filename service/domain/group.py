"""A neighbourhood's group, its numbers and its streets."""

from dataclasses import dataclass
from uuid import UUID

from ivr.categories import Category


class UnknownNumber(Exception):
    """No group has the number that was rung or texted."""


@dataclass(frozen=True, slots=True)
class GroupNumber:
    """A number of the line in E.164 form; whoever rings a ``practice`` number is practising."""

    number: str
    practice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group. ``locales`` in the order of its language menu; ``closed`` are the categories it switched off.

    ``open_feed``: everybody may read the feed, not members only. ``live``: its operator has confirmed controller,
    legal basis and DPIA (the demo group never needs to).
    """

    id: UUID
    slug: str
    name: str
    locales: tuple[str, ...]
    numbers: tuple[GroupNumber, ...] = ()
    closed: frozenset[Category] = frozenset()
    open_feed: bool = False
    live: bool = False


@dataclass(frozen=True, slots=True)
class Street:
    """A street of a group's gazetteer. Coordinates are WGS 84 degrees of its middle, where known."""

    name: str
    postcodes: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    gazetteer_id: str = ""
