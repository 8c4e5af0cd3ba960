"""Whether a request was signed by the carrier: Twilio's scheme, which others speak too.

The signature covers the public URL as the carrier knows it, and either every form field or the hash of the raw body.
It has no time in it: a signed request stays valid for ever, so that a repetition must be recognised elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, RequestValidator
from twilio.request_validator import get_signature_algorithm as signature_algorithm


class Form(Protocol):
    """The fields of a form; a field may have several values."""

    def __iter__(self) -> Iterator[str]:
        """The fields' names."""
        ...

    def getlist(self, key: str, /) -> list[str]:
        """All values of one field."""
        ...


def signed_form(url: str, headers: Mapping[str, str], form: Form, tokens: Sequence[str]) -> bool:
    """Whether a form (or, with no fields, a GET) sent to ``url`` was signed with one of the tokens.

    ``url`` is the configured public address with path and query as asked for, never made from forwarded headers.
    """
    return _signed(url, headers, form, tokens)


def signed_body(url: str, headers: Mapping[str, str], body: bytes, tokens: Sequence[str]) -> bool:
    """Whether a body that is no form (JSON) was signed: the URL is, and has the body's hash as ``bodySHA256``."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return "bodySHA256" in parse_qs(urlsplit(url).query) and _signed(url, headers, text, tokens)


def signed_socket(url: str, headers: Mapping[str, str], tokens: Sequence[str]) -> bool:
    """Whether the upgrade to a WebSocket at ``url`` (ws:// or wss://) was signed with one of the tokens."""
    return _signed(url, headers, {}, tokens)


def _signed(url: str, headers: Mapping[str, str], payload: Form | dict[str, str] | str, tokens: Sequence[str]) -> bool:
    named = {name.lower(): value for name, value in headers.items()}
    signature = named.get(SIGNATURE_HEADER.lower(), "")
    algorithm = signature_algorithm(named.get(SIGNATURE_SETTINGS_HEADER.lower(), ""))
    # A list, not a generator: every token is tried, whichever fits.
    fits = [RequestValidator(token).validate(url, payload, signature, algorithm) for token in tokens]
    return any(fits)
