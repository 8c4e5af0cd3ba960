"""Logs are JSON lines that name the request and no phone number."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from service.logs import MASK, configure_logging, mask_numbers, new_request, request_id

PHONE = "+31610000001"


@dataclass(frozen=True)
class Chosen:
    log_level: str = "info"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logging(Chosen())
    (ours,) = root.handlers
    yield stream
    root.removeHandler(ours)
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(logged: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in logged.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        PHONE,
        "0031610000001",
        "0610000001",
        "06-1000 0001",
        "06 10 00 00 01",
        "+31 (0)6 1000 0001",
        "From=%2B31610000001&To=x",
        "31610000001",
        "call tel:+31-6-10000001 now",
        "٠٦١٠٠٠٠٠٠١",
    ],
)
def test_a_phone_number_is_masked(text: str) -> None:
    masked = mask_numbers(text)
    assert MASK in masked
    assert "0000" not in masked.replace(" ", "").replace("-", "")
    assert "٠٠٠" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T08:00:00.123456Z",
        "2026-11-24T08:00:00+00:00",
        "01234567-0123-4567-8901-012345678901",
        "SM0123456789abcdef0123456789abcdef",
        "status 200 in 12.5 ms",
        "Molenweg 12, 2311AA",
    ],
)
def test_ids_and_times_are_kept(text: str) -> None:
    assert mask_numbers(text) == text


@given(st.text(), st.integers(0, 99_999), st.text())
def test_a_number_is_masked_among_anything(before: str, digits: int, after: str) -> None:
    assert f"+316100{digits:05}" not in mask_numbers(f"{before} +316100{digits:05} {after}")


def test_a_line_is_json_and_masks_everywhere(logged: io.StringIO) -> None:
    structlog.get_logger("a").info("sent", to=PHONE, many=[{PHONE: 31610000001}], ms=1.5, ok=True, none=None)
    (line,) = lines(logged)
    assert line["event"] == "sent"
    assert line["to"] == MASK
    assert line["many"] == [{MASK: MASK}]
    assert (line["ms"], line["ok"], line["none"], line["level"], line["logger"]) == (1.5, True, None, "info", "a")


def test_exceptions_are_masked_and_the_standard_library_too(logged: io.StringIO) -> None:
    try:
        raise ValueError(f"no such number {PHONE}")
    except ValueError:
        logging.getLogger("b").exception("failed for %s", PHONE)
        structlog.get_logger().exception("failed")
    first, second = lines(logged)
    assert first["event"] == f"failed for {MASK}"
    for line in (first, second):
        assert "ValueError: no such number [number]" in str(line["exception"])


def test_a_line_names_its_request(logged: io.StringIO) -> None:
    made = new_request()
    structlog.get_logger().info("x")
    (line,) = lines(logged)
    assert line["request_id"] == made == request_id()
    assert new_request() != made


def test_requests_of_libraries_are_not_logged(logged: io.StringIO) -> None:
    logging.getLogger("twilio.http_client").info("POST Body=secret")
    logging.getLogger("urllib3").debug("x")
    assert lines(logged) == []
