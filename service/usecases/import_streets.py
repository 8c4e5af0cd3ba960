"""Import a group's streets from a list of names, a CSV file or GeoJSON: all of them, or none."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import category, normalize

from service.domain.group import Street
from service.store.unit import Missing
from service.usecases.line import Line

LONGEST_NAME = 100
"""Characters."""

_DEEPEST = 3  # lists in lists that a MultiPolygon has around a position
_DELIMITERS = ",;\t"
_POSTCODE = re.compile(r"\b(\d{4}) ?([A-Z]{2})?\b")


class BadStreets(ValueError):
    """The file is no list of streets; the message says which line or feature is wrong, and how."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many streets a group has, and had."""

    streets: int
    before: int


def import_streets(line: Line, slug: str, content: bytes) -> Imported:
    """Replace a group's streets by those of a file's content.

    Raises BadStreets and Missing, and changes nothing then.
    """
    streets = read_streets(content)
    with line.store.begin() as unit:
        group = unit.groups.by_slug(slug)
        if group is None:
            raise Missing(f"group {slug}")
        before = len(unit.groups.streets(group.id))
        unit.audit.add("command line", "import_streets", f"group {group.id}", group_id=group.id)
        return Imported(unit.groups.import_streets(group.id, streets), before)


def read_streets(content: bytes) -> tuple[Street, ...]:
    """The streets of a file's content, in any of three forms. Raises BadStreets.

    A name per line; CSV whose header has ``name`` and perhaps ``lat``, ``lon`` and ``postcodes``; or a GeoJSON
    FeatureCollection with the property ``name``, where features of one name are parts of one street.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise BadStreets(f"line {number}: the file is not in UTF-8") from error
    if text.lstrip().startswith(("{", "[")):
        streets = tuple(_from_geojson(text))
    elif delimiter := _csv_delimiter(text):
        streets = tuple(_from_csv(text, delimiter))
    else:
        streets = tuple(_from_names(text))
    if not streets:
        raise BadStreets("there is no street in the file")
    return streets


def _from_names(text: str) -> Iterator[Street]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if any(delimiter in line for delimiter in _DELIMITERS):
            raise BadStreets(f"line {number}: more than a name; a CSV file begins with a line such as name,lat,lon")
        yield Street(_name(line, f"line {number}"))


def _csv_delimiter(text: str) -> str:
    """The delimiter of a CSV file, by its header; empty for another file."""
    header = text.lstrip("\n").partition("\n")[0].strip().casefold()
    if header.strip('"') == "name":
        return ","
    return next((mark for mark in _DELIMITERS if "name" in [cell.strip(' "') for cell in header.split(mark)[:20]]), "")


def _from_csv(text: str, delimiter: str) -> Iterator[Street]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            where = f"line {reader.line_num}"
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip().casefold() for cell in cells]
                continue
            if len(cells) != len(header):
                raise BadStreets(f"{where}: {len(cells)} values, where the header has {len(header)}")
            row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            name = _name(row["name"], where)
            lat, lon = _point(row.get("lat", ""), row.get("lon", ""), where)
            yield Street(name, _postcodes(row.get("postcodes", ""), where), lat, lon)
    except csv.Error as error:
        raise BadStreets(f"line {reader.line_num}: {error}") from error


def _from_geojson(text: str) -> Iterator[Street]:
    try:
        collection = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadStreets(f"line {error.lineno}: no JSON: {error.msg}") from error
    except RecursionError as error:
        raise BadStreets("the JSON is nested too deeply") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        raise BadStreets("line 1: JSON, but no GeoJSON FeatureCollection")
    points: dict[str, list[tuple[float, float]]] = {}
    postcodes: dict[str, tuple[str, ...]] = {}
    for number, feature in enumerate(features, start=1):
        where = f"feature {number}"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or not isinstance(properties.get("name"), str):
            raise BadStreets(f"{where}: no property name")
        name = _name(properties["name"], where)
        geometry = feature.get("geometry")
        coordinates = geometry.get("coordinates", []) if isinstance(geometry, dict) else []
        points.setdefault(name, []).extend(_points(coordinates, where))
        found = _postcodes(str(properties.get("postcodes") or ""), where)
        postcodes[name] = tuple(dict.fromkeys((*postcodes.get(name, ()), *found)))
    for name, of_street in points.items():
        lat, lon = _middle(of_street)
        yield Street(name, postcodes[name], lat, lon)


def _points(coordinates: object, where: str, depth: int = 0) -> Iterator[tuple[float, float]]:
    """The (lat, lon) pairs in coordinates of whatever geometry."""
    if not isinstance(coordinates, list) or depth > _DEEPEST:
        raise BadStreets(f"{where}: wrong coordinates")
    if coordinates and not isinstance(coordinates[0], list):
        if len(coordinates) < 2 or not all(isinstance(value, int | float) for value in coordinates):
            raise BadStreets(f"{where}: wrong coordinates")
        yield _checked(float(coordinates[1]), float(coordinates[0]), where)
        return
    for part in coordinates:
        yield from _points(part, where, depth + 1)


def _middle(points: Iterable[tuple[float, float]]) -> tuple[float, float] | tuple[None, None]:
    """The middle of the box around some points."""
    lats, lons = [point[0] for point in points], [point[1] for point in points]
    if not lats:
        return None, None
    return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2


def _point(lat: str, lon: str, where: str) -> tuple[float, float] | tuple[None, None]:
    if not lat and not lon:
        return None, None
    try:
        return _checked(float(lat), float(lon), where)
    except ValueError as error:
        if isinstance(error, BadStreets):
            raise
        raise BadStreets(f"{where}: lat and lon are numbers of degrees, such as 52.0705 and 4.3007") from error


def _checked(lat: float, lon: float, where: str) -> tuple[float, float]:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadStreets(f"{where}: lat and lon are WGS 84 degrees, so {lat} and {lon} cannot be")
    return lat, lon


def _postcodes(text: str, where: str) -> tuple[str, ...]:
    text = text.upper()
    if _POSTCODE.sub("", text).strip(" ;,|/"):
        raise BadStreets(f"{where}: postcodes are like 2511 AB or 2511, with spaces or semicolons between them")
    return tuple(dict.fromkeys("".join(match.groups("")) for match in _POSTCODE.finditer(text)))


def _name(text: str, where: str) -> str:
    name = normalize("NFC", " ".join(text.split()))
    if len(name) > LONGEST_NAME:
        raise BadStreets(f"{where}: a name of {len(name)} characters; {LONGEST_NAME} is the most")
    if not any(character.isalpha() for character in name):
        raise BadStreets(f"{where}: no name")
    if any(category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in name):
        raise BadStreets(f"{where}: a character that no name has")
    return name
