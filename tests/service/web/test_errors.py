import io
import json
import re
from pathlib import Path

import pytest
from flask import Response, abort
from flask.testing import FlaskClient

from ivr.catalogue import catalogue
from ivr.locale import locales
from service.store.unit import StoreUnavailable
from service.web import errors
from tests.service.web.public_line import PublicLine


@pytest.mark.parametrize("status", errors.TEXTS)
@pytest.mark.parametrize("code", locales())
def test_a_visitor_reads_what_is_wrong_in_their_language(visitor: FlaskClient, status: int, code: str) -> None:
    answer = visitor.get(f"/fail/{status}?lang={code}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert f'<html lang="{code}" dir="{locales()[code].direction}">' in html
    text = catalogue(code).text
    assert f"<h1>{text(f'error.{status}')}</h1>".replace("'", "&#39;") in html
    assert text(f"error.{status}_hint").replace("'", "&#39;") in html
    assert answer.headers["X-Request-Id"] in html


@pytest.mark.parametrize(("status", "spoken_of_as"), [(409, "error.400"), (418, "error.400"), (502, "error.500")])
def test_other_statuses_are_spoken_of_as_their_kind(visitor: FlaskClient, status: int, spoken_of_as: str) -> None:
    answer = visitor.get(f"/fail/{status}?lang=nl")
    assert answer.status_code == status
    assert catalogue("nl").text(spoken_of_as) in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/nowhere", "/broken", "/fail/500"])
def test_no_answer_tells_what_happened_inside(visitor: FlaskClient, public: PublicLine, path: str) -> None:
    public.app.config["PROPAGATE_EXCEPTIONS"] = False
    text = visitor.get(path).get_data(as_text=True)
    assert not re.search("Traceback|RuntimeError|was rung|werkzeug|service[./]web", text)


@pytest.mark.parametrize(
    ("path", "headers", "kind"),
    [
        ("/fail/404", {}, "text/html"),
        ("/fail/404", {"Accept": "*/*"}, "text/html"),
        ("/fail/404", {"Accept": "application/json"}, "application/json"),
        ("/fail/404", {"Content-Type": "application/json"}, "application/json"),
        ("/missing/feed.json", {"Accept": "text/html"}, "application/json"),
        ("/internal/404", {}, "application/json"),
        ("/twilio/404", {"Accept": "text/html"}, "text/plain"),
    ],
)
def test_answers_in_the_form_that_is_understood(
    visitor: FlaskClient, path: str, headers: dict[str, str], kind: str
) -> None:
    answer = visitor.get(path, headers=headers)
    assert (answer.status_code, answer.mimetype) == (404, kind)
    if kind == "application/json":
        request_id = answer.headers["X-Request-Id"]
        assert answer.get_json() == {"error": "Not Found", "status": 404, "request_id": request_id}


def test_a_carrier_is_told_no_more_than_the_status(visitor: FlaskClient) -> None:
    assert visitor.post("/twilio/500").get_data(as_text=True) == "Internal Server Error\n"


def test_keeps_what_the_protocol_wants_beside_it(visitor: FlaskClient) -> None:
    answer = visitor.delete("/broken")
    assert answer.status_code == 405
    assert {method.strip() for method in answer.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert answer.headers.getlist("Content-Type") == ["text/html; charset=utf-8"]


def test_offers_no_languages_where_a_link_would_not_lead_back(visitor: FlaskClient) -> None:
    assert 'hreflang="tr"' in visitor.get("/fail/400").get_data(as_text=True)
    assert 'hreflang="tr"' not in visitor.post("/fail/400").get_data(as_text=True)


def test_the_log_has_what_happened_without_numbers(
    visitor: FlaskClient, public: PublicLine, logged: io.StringIO
) -> None:
    public.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = visitor.get("/broken")
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    (failure,) = [line for line in lines if line["level"] == "error"]
    assert failure["request_id"] == answer.headers["X-Request-Id"]
    assert "RuntimeError: the number [number] was rung" in failure["exception"]


def test_a_database_that_is_away_is_said_so(visitor: FlaskClient, public: PublicLine, logged: io.StringIO) -> None:
    def away() -> str:
        raise StoreUnavailable("the database: locked")

    public.app.add_url_rule("/away", view_func=away)
    answer = visitor.get("/away")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "locked" not in answer.get_data(as_text=True)
    assert "locked" in logged.getvalue()


def test_an_answer_of_its_own_stays(visitor: FlaskClient, public: PublicLine) -> None:
    def own() -> str:
        abort(Response("own", 402))

    public.app.add_url_rule("/own", view_func=own)
    answer = visitor.get("/own")
    assert (answer.status_code, answer.get_data()) == (402, b"own")


def test_a_redirect_is_no_failure(visitor: FlaskClient, public: PublicLine, tmp_path: Path) -> None:
    public.app.add_url_rule("/folder/", view_func=lambda: "there", endpoint="folder")
    assert visitor.get("/folder").status_code == 308
