"""Import a group's streets from a list of names, a CSV file or GeoJSON: all of them, or none."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from unicodedata import category, normalize

from service.domain.group import Places, Street
from service.store.unit import Missing
from service.usecases import place_properties
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
    landmarks: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """A row or feature: where it stands, its name, all its values by lower-case key, and what was read of them."""

    where: str
    name: str
    values: Mapping[str, str]
    postcodes: tuple[str, ...]
    points: tuple[tuple[float, float], ...]


def import_streets(line: Line, slug: str, content: bytes) -> Imported:
    """Replace a group's streets by those of a file's content.

    Raises BadStreets and Missing, and changes nothing then.
    """
    places = read_places(content)
    with line.store.begin() as unit:
        group = unit.groups.by_slug(slug)
        if group is None:
            raise Missing(f"group {slug}")
        before = len(unit.groups.streets(group.id))
        unit.audit.add("command line", "import_streets", f"group {group.id}", group_id=group.id)
        imported = unit.groups.import_streets(group.id, places.streets, places.landmarks)
        return Imported(imported, before, len({mark.name for mark in places.landmarks}))


def read_streets(content: bytes) -> tuple[Street, ...]:
    """The streets of a file's content, as ``read_places``."""
    return read_places(content).streets


def read_places(content: bytes) -> Places:
    """The streets and landmarks of a file's content, in any of three forms. Raises BadStreets.

    A name per line; CSV whose header has ``name`` and perhaps ``lat``, ``lon``, ``postcodes``, ``spoken``, ``numbers``,
    ``kind``, ``street`` and ``gazetteer_id``; or a GeoJSON FeatureCollection with such properties. The names
    that OSM and BAG extracts have for these are known as well. Rows and features of one name are parts of one street.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise BadStreets(f"line {number}: the file is not in UTF-8") from error
    if text.lstrip().startswith(("{", "[")):
        places = _gathered(_from_geojson(text))
    elif delimiter := _csv_delimiter(text):
        places = _gathered(_from_csv(text, delimiter))
    else:
        places = Places(tuple(_from_names(text)))
    if not places.streets:
        raise BadStreets("there is no street in the file")
    return places


def _gathered(rows: Iterable[_Row]) -> Places:
    by_name: dict[tuple[bool, str], place_properties.Gathered] = {}
    for row in rows:
        try:
            landmark = place_properties.is_landmark(row.values)
            each = by_name.setdefault((landmark, row.name), place_properties.Gathered())
            each.add(row.values)
        except place_properties.BadProperties as error:
            raise BadStreets(f"{row.where}: {error}") from error
        for other in each.spoken:
            _name(other, row.where)
        each.postcodes.update(dict.fromkeys(row.postcodes))
        each.points.extend(row.points)
    return place_properties.places(by_name)


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
    for mark in _DELIMITERS:
        cells = [cell.strip(' "') for cell in header.split(mark)]
        if len(cells) > 1 and any(name in cells for name in place_properties.NAMES):
            return mark
    return ""


def _from_csv(text: str, delimiter: str) -> Iterator[_Row]:
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
            name = _name(place_properties.name_of(row), where)
            lat, lon = _point(row.get("lat", ""), row.get("lon", ""), where)
            points = ((lat, lon),) if lat is not None and lon is not None else ()
            yield _Row(where, name, row, _postcodes(place_properties.postcodes_of(row), where), points)
    except csv.Error as error:
        raise BadStreets(f"line {reader.line_num}: {error}") from error


def _from_geojson(text: str) -> Iterator[_Row]:
    try:
        collection = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadStreets(f"line {error.lineno}: no JSON: {error.msg}") from error
    except RecursionError as error:
        raise BadStreets("the JSON is nested too deeply") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        raise BadStreets("line 1: JSON, but no GeoJSON FeatureCollection")
    for number, feature in enumerate(features, start=1):
        where = f"feature {number}"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            raise BadStreets(f"{where}: no property name")
        values = {key.casefold(): str(value) for key, value in properties.items() if isinstance(value, str | int)}
        if "@id" not in values and isinstance(feature.get("id"), str | int):
            values["@id"] = str(feature["id"])
        if not place_properties.name_of(values):
            raise BadStreets(f"{where}: no property name")
        name = _name(place_properties.name_of(values), where)
        geometry = feature.get("geometry")
        coordinates = geometry.get("coordinates", []) if isinstance(geometry, dict) else []
        postcodes = _postcodes(place_properties.postcodes_of(values), where)
        yield _Row(where, name, values, postcodes, tuple(_points(coordinates, where)))


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
