"""What is private changes nothing outside: two lines that differ in it alone show the very same feed."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.categories import EXACT_PLACE_PUBLIC, Category
from ivr.messages import Channel
from service.domain.report import Emergency, Place, PlacePrecision, Publication, Report
from service.store.store import Unit
from tests.service.web.public_line import START, PublicLine, public_line

FORMS = ("/g/{}/?lang=nl", "/g/{}/feed.json?lang=nl", "/g/{}/feed.atom?lang=nl")

PUBLISHED = set(Category) - {Category.OTHER}

words = st.text(st.characters(exclude_categories=("Cs", "Nd", "Nl", "No")), max_size=40)
private = st.fixed_dictionaries(
    {
        "description": words,
        "original": words,
        "language": st.sampled_from(["nl", "ar", "uk", ""]),
        "channel": st.sampled_from(Channel),
        "pseudonym": st.from_regex(r"[a-z]{4}-\d{3}", fullmatch=True),
        "anonymous": st.booleans(),
        "call_back": st.booleans(),
        "on_behalf": st.booleans(),
        "confirmed": st.booleans(),
        "confidence": st.dictionaries(st.sampled_from(["category", "street"]), st.floats(0, 1)),
        "emergency": st.builds(Emergency, st.booleans(), st.none(), st.sampled_from([None, True, False])),
    }
)
places = st.builds(
    Place,
    street=st.sampled_from(["", "Kerkstraat", "Molenweg"]),
    number=st.from_regex(r"[1-9]\d{0,2}", fullmatch=True),
    suffix=st.sampled_from(["", "b"]),
    postcode=st.just("1234AB"),
    landmark=words,
    lat=st.floats(50, 54),
    lon=st.floats(3, 7),
    precision=st.sampled_from(PlacePrecision),
    gazetteer_id=st.just("0362010000012345"),
)
hidden = st.builds(
    lambda practice, publication: {"practice": practice, "publication": publication},
    *(st.booleans(), st.sampled_from([p for p in Publication if p is not Publication.PUBLISHED])),
)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PublicLine, PublicLine]]:
    with ExitStack() as stack:
        yield (
            stack.enter_context(public_line(tmp_path_factory.mktemp("one"))),
            stack.enter_context(public_line(tmp_path_factory.mktemp("other"))),
        )


def report(group_id: UUID, code: str, public: Mapping[str, object], own: Mapping[str, object], place: Place) -> Report:
    """A report with that public side and those private fields."""
    values: dict[str, object] = {
        "id": uuid4(),
        "code": code,
        "group_id": group_id,
        "practice": False,
        "place": place,
        "created_at": START,
        "updated_at": START,
    }
    return Report(**{**values, **public, **own})  # type: ignore[arg-type]


def seen(line: PublicLine, slug: str) -> list[str]:
    visitor = line.app.test_client()
    return [visitor.get(form.format(slug)).get_data(as_text=True) for form in FORMS]


def add_group(unit: Unit, slug: str) -> UUID:
    return unit.groups.add(slug, "Buurt", ["nl"], [], open_feed=True).id


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_nothing_private_changes_what_is_seen(lines: tuple[PublicLine, PublicLine], data: st.DataObject) -> None:
    slug = f"g{uuid4().hex[:12]}"
    one, other = lines
    with one.line.store.begin() as unit, other.line.store.begin() as other_unit:
        ids = add_group(unit, slug), add_group(other_unit, slug)
        for number in range(data.draw(st.integers(1, 3))):
            public: dict[str, object] = {
                "category": data.draw(st.sampled_from(sorted(PUBLISHED))),
                "redacted": data.draw(words),
                "publication": Publication.PUBLISHED,
                "published_at": START + timedelta(minutes=number),
            }
            place = data.draw(places)
            exact = public["category"] in EXACT_PLACE_PUBLIC
            other_place = data.draw(places)
            if exact:
                kept = {name: getattr(place, name) for name in ("street", "number", "suffix", "lat", "lon")}
            else:
                kept = {"street": place.street}
            other_place = Place(**({name: getattr(other_place, name) for name in Place.__slots__} | kept))
            code = str(1000 + number)
            unit.reports.add(report(ids[0], code, public, data.draw(private), place))
            other_unit.reports.add(report(ids[1], code, public, data.draw(private), other_place))
        for number in range(data.draw(st.integers(0, 2))):
            own = {"category": Category.NOISE, "redacted": "x"} | data.draw(private) | data.draw(hidden)
            other_unit.reports.add(report(ids[1], str(2000 + number), {}, own, data.draw(places)))
    assert seen(one, slug) == seen(other, slug)


@pytest.mark.parametrize("category", sorted(PUBLISHED - EXACT_PLACE_PUBLIC))
def test_a_house_number_in_the_words_is_left_out(lines: tuple[PublicLine, PublicLine], category: Category) -> None:
    line, _ = lines
    slug = f"huis-{category.replace('_', '-')}"
    with line.line.store.begin() as unit:
        group_id = add_group(unit, slug)
        public = {
            "category": category,
            "redacted": "Bij 87b, nummer ٨٧, gebeurt het",
            "publication": Publication.PUBLISHED,
            "published_at": START,
        }
        own = {"description": "", "original": "", "language": "nl", "channel": Channel.SMS}
        unit.reports.add(report(group_id, "1234", public, own, Place("Kerkstraat", "87", "b", lat=52.3, lon=4.9)))
    for text in seen(line, slug):
        assert "gebeurt het" in text
        assert not any(private in text for private in ("87", "٨٧", "52.3", "4.9"))


def test_what_may_be_seen_is_seen_differently(lines: tuple[PublicLine, PublicLine]) -> None:
    line, _ = lines
    slugs = [f"g{uuid4().hex[:12]}" for _ in range(2)]
    with line.line.store.begin() as unit:
        for slug, words_said in zip(slugs, ("rook", "vuur"), strict=True):
            public = {
                "category": Category.FIRE,
                "redacted": words_said,
                "publication": Publication.PUBLISHED,
                "published_at": START,
            }
            own = {"description": "", "original": "", "language": "nl", "channel": Channel.SMS}
            unit.reports.add(report(add_group(unit, slug), "1234", public, own, Place()))
    first, second = ([text.replace(slug, "") for text in seen(line, slug)] for slug in slugs)
    assert all(one != other for one, other in zip(first, second, strict=True))
