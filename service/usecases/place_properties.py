"""What a row or feature of a file says about a street, a landmark or an address, in the words of ours, OSM and BAG."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.domain.group import Landmark, Places, Street

NAMES = ("name", "openbareruimtenaam", "openbare_ruimte_naam", "openbare_ruimte", "straatnaam")
_NUMBERS = ("numbers", "huisnummer")
_SPOKEN = ("spoken", "alt_name", "loc_name", "short_name", "old_name", "official_name")
_IDS = ("gazetteer_id", "@id", "openbareruimteidentificatie", "openbare_ruimte_identificatie", "identificatie")
_OF_LANDMARKS = ("amenity", "shop", "public_transport", "leisure", "tourism", "railway", "office", "healthcare")
_POSTCODES = ("postcodes", "postcode")
_STRETCH = re.compile(r"(\d{1,5})\s*(?:-\s*(\d{1,5}))?")

Point = tuple[float, float]


class BadProperties(ValueError):
    """A property that can't be; the message says which."""


@dataclass(slots=True)
class Gathered:
    """What the rows and features of one name say together."""

    landmark: bool = False
    spoken: dict[str, None] = field(default_factory=dict)
    postcodes: dict[str, None] = field(default_factory=dict)
    numbers: dict[tuple[int, int], None] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)
    street: str = ""
    gazetteer_id: str = ""

    def add(self, values: Mapping[str, str]) -> None:
        """What one more row or feature says. Raises BadProperties."""
        self.spoken.update(dict.fromkeys(_names(values)))
        self.numbers.update(dict.fromkeys(_stretches(values)))
        self.street = self.street or values.get("street", "") or values.get("addr:street", "")
        self.gazetteer_id = self.gazetteer_id or _first(values, _IDS)


def name_of(values: Mapping[str, str]) -> str:
    """The name that a row or feature has, "" for none."""
    return _first(values, NAMES)


def postcodes_of(values: Mapping[str, str]) -> str:
    """The postcodes as they are written."""
    return _first(values, _POSTCODES)


def is_landmark(values: Mapping[str, str]) -> bool:
    """Whether a row or feature is a place that is no street. Raises BadProperties."""
    kind = values.get("kind", "").casefold()
    if kind not in ("", "street", "landmark"):
        raise BadProperties(f"kind is street or landmark, not {kind}")
    return (
        kind == "landmark"
        or (not kind and "highway" not in values and any(values.get(k) for k in _OF_LANDMARKS))
        or (not kind and values.get("highway") == "bus_stop")
    )


def places(gathered: Mapping[tuple[bool, str], Gathered]) -> Places:
    """The streets and landmarks that were gathered by whether they are landmarks, and name."""
    streets, marks = [], []
    for (landmark, name), each in gathered.items():
        lat, lon = middle(each.points)
        spoken = tuple(other for other in each.spoken if other != name)
        if landmark:
            marks.append(Landmark(name, spoken, each.street, lat, lon, each.gazetteer_id))
        else:
            numbers = _joined(each.numbers)
            streets.append(Street(name, tuple(each.postcodes), lat, lon, each.gazetteer_id, spoken, numbers))
    return Places(tuple(streets), tuple(marks))


def middle(points: Iterable[Point]) -> Point | tuple[None, None]:
    """The middle of the box around some (lat, lon) points."""
    listed = list(points)
    lats, lons = [point[0] for point in listed], [point[1] for point in listed]
    if not lats:
        return None, None
    return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2


def _first(values: Mapping[str, str], keys: Iterable[str]) -> str:
    return next((values[key] for key in keys if values.get(key)), "")


def _names(values: Mapping[str, str]) -> list[str]:
    listed = [part.strip() for key in _SPOKEN for part in re.split(r"[;|]", values.get(key, ""))]
    return [name for name in listed if name]


def _stretches(values: Mapping[str, str]) -> list[tuple[int, int]]:
    text = _first(values, _NUMBERS)
    if _STRETCH.sub("", text).strip(" ;,|"):
        raise BadProperties("house numbers are like 1-99 or 1-99 120-180")
    found = []
    for match in _STRETCH.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise BadProperties(f"house numbers from {first} to {last}")
        found.append((first, last))
    return found


def _joined(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The stretches; where each is one number, as in a list of addresses, the one from the first to the last."""
    listed = sorted(stretches)
    if len(listed) > 1 and all(first == last for first, last in listed):
        return ((listed[0][0], listed[-1][1]),)
    return tuple(listed)
