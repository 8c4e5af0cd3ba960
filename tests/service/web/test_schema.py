import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from ivr.categories import Category
from ivr.messages import Channel, WhenLabel
from service.domain.report import Emergency, Occurred, Place, PlacePrecision, Report, Status, TimePrecision
from service.usecases.report_view import inside_view
from tests.service.web.public_line import PublicLine


def validator(visitor: FlaskClient, name: str) -> Draft202012Validator:
    answer = visitor.get(f"/schema/{name}.json", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/schema+json")
    schema: dict[str, Any] = json.loads(answer.get_data())
    assert schema["$id"] == f"/schema/{name}.json"
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def full(public: PublicLine) -> Report:
    """A published report with every field filled."""
    now = public.now
    first = public.file()
    report = public.published(
        category=Category.TRAFFIC,
        place=Place("Kerkstraat", "12", "b", "1234AB", "kerk", 52.37, 4.9, PlacePrecision.POINT, "0362"),
        occurred=Occurred(WhenLabel.TODAY, now - timedelta(hours=9), now, TimePrecision.DAY),
        emergency=Emergency(suspected=True, advised_112_at=now, called_112=False),
        pseudonym="egel-123",
        confidence={"category": 0.5, "street": 1.0},
        on_behalf=True,
        call_back=True,
        session_id=None,
    )
    public.change(report, Status.IN_PROGRESS)
    with public.line.store.begin() as unit:
        unit.media.add(public.group.id, report.id, None, "a.wav", 1.0, created=now)
        changed = unit.reports.by_id(report.id)
        assert changed.media_ids
        assert first.code != changed.code
        return changed


def test_what_is_seen_inside_is_as_the_schema_says(public: PublicLine, visitor: FlaskClient) -> None:
    schema = validator(visitor, "report")
    filed = [public.file(category=category, channel=channel) for category in Category for channel in Channel]
    for report in (full(public), *filed):
        schema.validate(inside_view(report, public.group))


def test_what_is_seen_outside_is_as_the_schema_says(public: PublicLine, visitor: FlaskClient) -> None:
    schema = validator(visitor, "public-report")
    full(public)
    published = sorted(set(Category) - {Category.OTHER})
    for category in published:
        public.published(category=category)
    items = json.loads(visitor.get("/g/demo/feed.json").get_data())["items"]
    assert len(items) == len(published) + 1
    assert any(item["_report"]["follow_up"] for item in items)
    for item in items:
        schema.validate(item["_report"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "12"),
        ("category", "party"),
        ("reporter", {}),
        ("text", None),
        ("published_at", None),
        ("language", "nl"),
    ],
)
def test_what_is_not_public_does_not_pass(public: PublicLine, visitor: FlaskClient, field: str, value: object) -> None:
    public.published()
    (item,) = json.loads(visitor.get("/g/demo/feed.json").get_data())["items"]
    with pytest.raises(jsonschema.ValidationError):
        validator(visitor, "public-report").validate(item["_report"] | {field: value})


def test_an_id_has_to_be_one(public: PublicLine, visitor: FlaskClient) -> None:
    view = inside_view(public.file(id=uuid4()), public.group)
    with pytest.raises(jsonschema.ValidationError):
        validator(visitor, "report").validate(view | {"id": "7"})


@pytest.mark.parametrize("name", ["nothing", "..%2freport", "report.json"])
def test_there_are_no_others(visitor: FlaskClient, name: str) -> None:
    assert visitor.get(f"/schema/{name}.json").status_code == 404


def test_who_has_it_already_is_told_so(visitor: FlaskClient) -> None:
    tag = visitor.get("/schema/report.json", buffered=True).headers["ETag"]
    assert visitor.get("/schema/report.json", headers={"If-None-Match": tag}, buffered=True).status_code == 304
