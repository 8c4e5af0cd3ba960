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
    """A street of a group's gazetteer. Coordinates are WGS 84 degrees of its middle, where known.

    ``spoken`` are other names that people use, ``numbers`` the first and last house numbers of its stretches.
    """

    name: str
    postcodes: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    gazetteer_id: str = ""
    spoken: tuple[str, ...] = ()
    numbers: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that people name instead of a street, with other names that they use, and its street where known."""

    name: str
    spoken: tuple[str, ...] = ()
    street: str = ""
    lat: float | None = None
    lon: float | None = None
    gazetteer_id: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """All that a group's gazetteer has."""

    streets: tuple[Street, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
