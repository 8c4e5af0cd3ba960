import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ivr.locale import locales
from service.web import pages
from tests.service.web.public_line import PublicLine

CSS = Path(pages.__file__).parent / "static" / "base.css"


@pytest.mark.parametrize(
    ("query", "accepted", "code"),
    [
        ("", "", "nl"),
        ("", "uk,en;q=0.5", "uk"),
        ("", "xx, pl;q=0.1", "pl"),
        ("", "ar;q=0", "nl"),
        ("", "de-AT", "de"),
        ("?lang=xx", "fr-BE,en", "fr"),
        ("?lang=pl", "uk", "pl"),
        ("?lang=AR", "", "ar"),
    ],
)
def test_chooses_the_language(visitor: FlaskClient, query: str, accepted: str, code: str) -> None:
    answer = visitor.get(f"/nowhere{query}", headers={"Accept-Language": accepted})
    assert f'<html lang="{code}"' in answer.get_data(as_text=True)
    assert answer.headers["Content-Language"] == code
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_groups_first_language_comes_before_the_lines(public: PublicLine) -> None:
    with public.line.store.begin() as unit:
        group = unit.groups.add("kyiv", "Buurt", ["uk", "nl"], [])
    with public.app.test_request_context("/"):
        assert pages.visitor_locale(group).code == "uk"
    with public.app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert pages.visitor_locale(group).code == "en"


def test_links_to_the_same_page_in_every_language(visitor: FlaskClient) -> None:
    html = visitor.get("/nowhere?before=1%262&lang=de").get_data(as_text=True)
    links = dict(re.findall(r'<a href="([^"]+)" lang="(\w+)"', html))
    assert {code: f"?before=1%262&amp;lang={code}" for code in locales()} == {c: a for a, c in links.items()}
    assert re.findall(r'hreflang="(\w+)" aria-current="true"', html) == ["de"]


def test_values_stand_apart_in_languages_from_right_to_left() -> None:
    assert pages.texts(locales()["ar"])("status.sms", code="1234", status="x").count("\u2068") == 2
    assert "\u2068" not in pages.texts(locales()["nl"])("status.sms", code="1234", status="x")


@pytest.mark.parametrize(("query", "address"), [("?lang=tr", "/assets/a.css?lang=tr"), ("?lang=xx", "/assets/a.css")])
def test_links_stay_in_the_language_that_was_chosen(public: PublicLine, query: str, address: str) -> None:
    with public.app.test_request_context(f"/{query}"):
        assert pages.link("pages.static", filename="a.css") == address


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("ink", "soft", "link") for ground in ("ground", "card")),
        *(("danger", "danger-ground"), ("done", "done-ground"), ("busy", "busy-ground"), ("new", "new-ground")),
    ],
)
def test_text_has_enough_contrast(theme: int, text: str, ground: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", blocks[theme]))
    assert contrast(colours[text], colours[ground]) >= 4.5
    assert contrast("#ffffff", colours["go"]) >= 4.5
    assert contrast(colours["focus"], colours["ground"]) >= 3
