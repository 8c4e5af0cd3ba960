"""Fetching a recording from a carrier, over a network that is not trusted."""

import re
import time
from collections.abc import Collection
from urllib.parse import urlsplit

import requests

from ivr.gateways.gateway import RecordingMissing, SendError

LARGEST = 25 * 1024 * 1024
"""Bytes of the largest recording taken: 27 minutes of 8 kHz WAV."""

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 5, 10, 60

# Narrower than the standard, so that no two parsers can read two hosts in one address.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)(\?[A-Za-z0-9._~=&%-]*)?")
_USUAL_PORTS = {"https": 443, "http": 80}
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def download(url: str, auth: tuple[str, str], hosts: Collection[str]) -> bytes:
    """The audio file at ``url``, fetched with ``auth`` from one of ``hosts`` (with :port where it isn't the usual one).

    Raises RecordingMissing where the file isn't there (yet), SendError for anything else.
    """
    address = _checked(url, hosts)
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        with requests.get(
            address, auth=auth, stream=True, allow_redirects=False, timeout=(CONNECT_SECONDS, READ_SECONDS)
        ) as response:
            if response.status_code == 404:
                raise RecordingMissing("the carrier does not have the recording")
            if response.status_code != 200:
                raise SendError(
                    f"the recording's host answered {response.status_code}",
                    retryable=response.status_code == 429 or response.status_code >= 500,
                    code=str(response.status_code),
                )
            return _read(response, deadline)
    except requests.RequestException as error:
        raise SendError("the recording's host can't be reached", retryable=True) from error


def _checked(url: str, hosts: Collection[str]) -> str:
    found = _ADDRESS.fullmatch(url)
    if not found:
        raise SendError("the recording's address is not one we fetch from", retryable=False)
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port or _USUAL_PORTS[parts.scheme]
    named = host if port == _USUAL_PORTS[parts.scheme] else f"{host}:{port}"
    if named not in {known.lower() for known in hosts}:
        raise SendError("the recording's host is not on the list", retryable=False)
    if parts.scheme != "https" and host not in _LOOPBACK:
        raise SendError("a recording is fetched over https only", retryable=False)
    if _EXTENSION.search(parts.path):
        return url
    return parts._replace(path=parts.path + ".wav").geturl()


def _read(response: requests.Response, deadline: float) -> bytes:
    audio = bytearray()
    for chunk in response.iter_content(64 * 1024):
        audio += chunk
        if len(audio) > LARGEST:
            raise SendError("the recording is too large", retryable=False)
        if time.monotonic() > deadline:
            raise SendError("the recording comes too slowly", retryable=True)
    return bytes(audio)
