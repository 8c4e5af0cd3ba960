from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.web import errors, headers
from tests.service.web.public_line import public_line


@pytest.mark.parametrize("path", ["/assets/base.css", "/nowhere", "/twilio/403"])
def test_every_answer_is_hardened(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path, buffered=True)
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_policy_of_its_own_stays(visitor: FlaskClient) -> None:
    assert visitor.get("/own-policy").headers.getlist("Content-Security-Policy") == ["default-src 'none'"]


@pytest.mark.parametrize(("url", "strict"), [("https://line.example", True), ("http://127.0.0.1:8000", False)])
def test_a_line_on_https_stays_there(tmp_path: Path, url: str, strict: bool) -> None:
    with public_line(tmp_path, public_base_url=url) as line:
        answer = line.app.test_client().get("/nowhere")
    assert ("Strict-Transport-Security" in answer.headers) is strict


def test_pages_have_no_script_or_style_inside() -> None:
    for page in (Path(errors.__file__).parent / "templates").glob("*.html"):
        source = page.read_text(encoding="utf-8")
        assert "<style" not in source, page
        assert " style=" not in source, page
        assert "javascript:" not in source, page
        assert "<script>" not in source, page
        assert " on" not in {word[:3] for word in source.split("<") if "=" in word[:3]}, page


def test_the_policy_is_one_line() -> None:
    assert "\n" not in headers.POLICY
