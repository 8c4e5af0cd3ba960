import io
import json

from flask.testing import FlaskClient

from service.web.traffic import traffic
from tests.service.web.public_line import PublicLine


def test_one_line_a_request_and_nothing_of_the_visitor(visitor: FlaskClient, logged: io.StringIO) -> None:
    answer = visitor.get("/fail/404?From=%2B31610000123&q=geheim", headers={"User-Agent": "Elisabeth"})
    output = logged.getvalue()
    (line,) = map(json.loads, output.splitlines())
    assert line["event"] == "request"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/fail/<int:status>", 404)
    assert line["ms"] >= 0
    assert line["request_id"] == answer.headers["X-Request-Id"]
    for private in ("geheim", "31610000123", "Elisabeth", "127.0.0.1"):
        assert private not in output


def test_a_worker_that_finds_no_work_leaves_no_line(visitor: FlaskClient, logged: io.StringIO) -> None:
    visitor.get("/nothing")
    assert logged.getvalue() == ""


def test_an_address_that_is_no_route_is_not_told(visitor: FlaskClient, logged: io.StringIO) -> None:
    visitor.get("/nowhere/geheim")
    assert "geheim" not in logged.getvalue()


def test_ids_are_ours_and_new(visitor: FlaskClient) -> None:
    answers = [visitor.get("/nowhere", headers={"X-Request-Id": "mine"}) for _ in range(2)]
    ids = {answer.headers["X-Request-Id"] for answer in answers}
    assert len(ids) == 2
    assert "mine" not in ids


def test_requests_are_counted_by_route_and_status(visitor: FlaskClient, public: PublicLine) -> None:
    for status in (404, 404, 403):
        visitor.get(f"/fail/{status}")
    with public.app.app_context():
        registry = traffic().registry
    counted = {
        status: registry.get_sample_value(
            "buurtlijn_request_seconds_count", {"route": "/fail/<int:status>", "status": status}
        )
        for status in ("403", "404", "500")
    }
    assert counted == {"403": 1, "404": 2, "500": None}
