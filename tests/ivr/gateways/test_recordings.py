import base64
from http.server import BaseHTTPRequestHandler

import pytest

from ivr.gateways import recordings
from ivr.gateways.gateway import RecordingMissing, SendError
from ivr.gateways.recordings import download
from ivr.gateways.twilio import TwilioGateway
from tests.carrier import Carrier, answer, reset

PATH = "/2010-04-01/Accounts/AC1/Recordings/RE1"


def trickle(request: BaseHTTPRequestHandler) -> None:
    """More than it announces, and no end to it."""
    request.send_response(200)
    request.end_headers()
    for _ in range(1000):
        request.wfile.write(b"\0" * 65536)


def refused(url: str, *hosts: str) -> SendError:
    with pytest.raises(SendError) as caught:
        download(url, ("AC1", "secret"), hosts)
    return caught.value


def test_a_recording_is_fetched_with_credentials(carrier: Carrier, gateway: TwilioGateway) -> None:
    carrier.will(answer(200, b"RIFF"))
    assert gateway.fetch_recording(carrier.url + PATH) == b"RIFF"
    (asked,) = carrier.asked
    assert (asked.method, asked.path) == ("GET", PATH + ".wav")
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode().endswith(":secret")


def test_a_file_name_is_left_as_it_is(carrier: Carrier) -> None:
    carrier.will(answer(200, b"x"))
    download(f"{carrier.url}/a/b.mp3?token=1", ("AC1", "secret"), [carrier.host])
    assert (carrier.asked[0].path, carrier.asked[0].query) == ("/a/b.mp3", {"token": ["1"]})


def test_a_recording_may_come_late(carrier: Carrier, gateway: TwilioGateway) -> None:
    carrier.will(answer(404), answer(404), answer(200, b"RIFF"))
    for _ in range(2):
        with pytest.raises(RecordingMissing):
            gateway.fetch_recording(carrier.url + PATH)
    assert gateway.fetch_recording(carrier.url + PATH) == b"RIFF"


@pytest.mark.parametrize(("status", "retryable"), [(401, False), (403, False), (410, False), (429, True), (503, True)])
def test_a_refusal_says_whether_to_try_again(carrier: Carrier, status: int, retryable: bool) -> None:
    carrier.will(answer(status))
    error = refused(carrier.url + PATH, carrier.host)
    assert (error.retryable, error.code) == (retryable, str(status))


def test_a_redirect_is_not_followed(carrier: Carrier) -> None:
    carrier.will(answer(302, b"", Location=f"{carrier.url}/elsewhere"))
    assert not refused(carrier.url + PATH, carrier.host).retryable
    assert len(carrier.asked) == 1


def test_a_recording_that_is_too_large_is_refused(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "LARGEST", 1_000_000)
    carrier.will(trickle)
    assert "too large" in str(refused(carrier.url + PATH, carrier.host))


def test_a_recording_that_comes_too_slowly_is_given_up_on(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "TOTAL_SECONDS", -1)
    carrier.will(trickle)
    error = refused(carrier.url + PATH, carrier.host)
    assert "slowly" in str(error)
    assert error.retryable


def test_a_host_that_stalls_or_breaks_off_may_be_tried_again(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "READ_SECONDS", 0.2)
    carrier.will(reset, carrier.stall)
    assert refused(carrier.url + PATH, carrier.host).retryable
    assert refused(carrier.url + PATH, carrier.host).retryable


@pytest.mark.parametrize(
    "url",
    [
        "http://{host}@evil.example/RE1",
        "http://evil.example/RE1",
        "http://evil.example\\@{host}/RE1",
        "http://127.0.0.1/RE1",
        "http://127.0.0.1:1/RE1",
        "http://[::1]/RE1",
        "file:///etc/passwd",
        "ftp://{host}/RE1",
        "//{host}/RE1",
        "http://{host}/RE1\r\nX: y",
        "http://{host}",
        "",
    ],
)
def test_a_foreign_address_is_never_asked(carrier: Carrier, url: str) -> None:
    assert not refused(url.format(host=carrier.host), carrier.host).retryable
    assert not carrier.asked


def test_other_hosts_are_fetched_from_over_https_only() -> None:
    assert "https only" in str(refused("http://recordings.example/RE1", "recordings.example:80", "recordings.example"))


@pytest.mark.parametrize("known", ["Recordings.Example", "recordings.example"])
def test_hosts_are_told_apart_by_name_and_port(known: str) -> None:
    for url in ("https://recordings.example.evil.example/RE1", "https://recordings.example:8443/RE1"):
        assert "not on the list" in str(refused(url, known))
