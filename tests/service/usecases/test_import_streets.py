import json

import pytest

from service.domain.group import Landmark, Places, Street
from service.usecases.import_streets import BadStreets, read_places, read_streets


def test_a_list_has_a_name_per_line() -> None:
    assert read_streets("\ufeffKerkstraat\r\n\n  Lange  Voorhout \n's-Gravenweg\n".encode()) == (
        Street("Kerkstraat"),
        Street("Lange Voorhout"),
        Street("'s-Gravenweg"),
    )


def test_names_are_composed() -> None:
    assert read_streets("Cafe\u0301straat".encode()) == (Street("Caféstraat"),)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_has_a_header(mark: str) -> None:
    rows = ["id,Name,lat,lon,postcodes", '1,"Zeeweg",52.5,4.25,2511 AB 2512', "2,Duinweg,,,"]
    assert read_streets("\n".join(rows).replace(",", mark).encode()) == (
        Street("Zeeweg", ("2511AB", "2512"), 52.5, 4.25),
        Street("Duinweg"),
    )


def test_csv_may_have_names_only() -> None:
    assert read_streets(b'name\n"Zeeweg, Oost"\n') == (Street("Zeeweg, Oost"),)


def feature(name: object, *coordinates: object, kind: str = "LineString", **more: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": list(coordinates)}
    return {"type": "Feature", "properties": {"name": name, **more}, "geometry": geometry}


def geojson(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_geojson_joins_the_parts_of_a_street() -> None:
    content = geojson(
        feature("Zeeweg", [4.0, 52.0], [4.5, 52.0], postcodes="2511"),
        feature("Zeeweg", [[4.5, 52.0], [4.5, 52.5]], kind="MultiLineString", postcodes="2511, 2512"),
        {"type": "Feature", "properties": {"name": "Duinweg"}, "geometry": None},
        feature("Plein", 4.5, 52.5, kind="Point"),
    )
    assert read_streets(content) == (
        Street("Zeeweg", ("2511", "2512"), 52.25, 4.25),
        Street("Duinweg"),
        Street("Plein", (), 52.5, 4.5),
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no street"),
        (b"Zeeweg\n\xff\xfe\n", "line 2: the file is not in UTF-8"),
        (b"Zeeweg\nKerkstraat,52.1,4.3\n", "line 2: more than a name"),
        (b"Zeeweg\n" + b"x" * 101, "line 2: a name of 101 characters"),
        ("Zeeweg\nKerk\u202estraat".encode(), "line 2: a character"),
        (b"name,lat,lon\nZeeweg,52.1\n", "line 2: 2 values, where the header has 3"),
        (b"name,lat,lon\nZeeweg,52.1,4.3\nDuinweg,noord,4.3\n", "line 3: lat and lon are numbers"),
        (b"name,lat,lon\nZeeweg,81000,455000\n", "line 2: lat and lon are WGS 84"),
        (b"name,lat,lon\nZeeweg,nan,4\n", "line 2: lat and lon are WGS 84"),
        (b"name,postcodes\nZeeweg,Den Haag\n", "line 2: postcodes"),
        (b"name,lat\n,52\n", "line 2: no name"),
        (b'name,lat\n"Zeeweg,52\n', "line 2: "),
        (b'{"type":\n "FeatureCollection",\n oops}', "line 3: no JSON"),
        (b'{"type": "Feature"}', "FeatureCollection"),
        (b"[]", "FeatureCollection"),
        (geojson(feature("Zeeweg"), feature(None)), "feature 2: no property name"),
        (geojson(feature("Zeeweg", "4", "52")), "feature 1: wrong coordinates"),
        (geojson(feature("Zeeweg", [[[[[4.0, 52.0]]]]])), "feature 1: wrong coordinates"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_wrong_file_is_told_where(content: bytes, told: str) -> None:
    with pytest.raises(BadStreets) as error:
        read_streets(content)
    assert told in str(error.value)


def test_csv_tells_more_of_streets_and_of_landmarks() -> None:
    rows = [
        "name;kind;spoken;numbers;street;lat;lon;gazetteer_id",
        "Zeeweg;;Strandweg|De Zee;1-99 120-180;;52.5;4.25;77",
        "Moskee An-Noor;landmark;An-Noor;;Zeeweg;52.5;4.5;m1",
    ]
    assert read_places("\n".join(rows).encode()) == Places(
        (Street("Zeeweg", (), 52.5, 4.25, "77", ("Strandweg", "De Zee"), ((1, 99), (120, 180))),),
        (Landmark("Moskee An-Noor", ("An-Noor",), "Zeeweg", 52.5, 4.5, "m1"),),
    )


def test_an_extract_of_osm_has_landmarks_among_its_streets() -> None:
    content = geojson(
        feature("Zeeweg", [4.0, 52.0], [4.5, 52.0], highway="residential", loc_name="Strandweg", **{"@id": "way/1"}),
        feature("Zeemarkt", 4.25, 52.5, kind="Point", shop="supermarket", **{"addr:street": "Zeeweg"}),
        feature("Zeeplein", 4.5, 52.5, kind="Point", highway="bus_stop"),
    )
    assert read_places(content) == Places(
        (Street("Zeeweg", (), 52.0, 4.25, "way/1", ("Strandweg",)),),
        (Landmark("Zeemarkt", (), "Zeeweg", 52.5, 4.25), Landmark("Zeeplein", (), "", 52.5, 4.5)),
    )


def test_an_extract_of_bag_has_an_address_a_row() -> None:
    rows = ["openbareruimtenaam,huisnummer,huisletter,postcode", "Zeeweg,3,,2511AB", "Zeeweg,17,A,2511AC"]
    assert read_streets("\n".join(rows).encode()) == (Street("Zeeweg", ("2511AB", "2511AC"), numbers=((3, 17),)),)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Zeeweg,river,", "line 2: kind is street or landmark, not river"),
        ("Zeeweg,,9-1", "line 2: house numbers from 9 to 1"),
        ("Zeeweg,,all", "line 2: house numbers are like"),
    ],
)
def test_a_wrong_property_is_told_where(row: str, told: str) -> None:
    with pytest.raises(BadStreets) as error:
        read_places(f"name,kind,numbers\n{row}".encode())
    assert told in str(error.value)
