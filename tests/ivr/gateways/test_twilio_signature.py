import hashlib

import pytest
from werkzeug.datastructures import Headers, MultiDict

from ivr.gateways.twilio_signature import signed_body, signed_form, signed_socket
from tests.carrier import sign

URL = "https://line.example/twilio/voice/turn?step=3"
FORM = {"AccountSid": "AC1", "From": "+31610000001", "Body": "Er is brand — حريق", "Digits": ""}
TOKENS = ("new-token", "old-token")


def headers(signature: str, **more: str) -> dict[str, str]:
    return {"X-Twilio-Signature": signature, **{name.replace("_", "-"): value for name, value in more.items()}}


def accepted(form: dict[str, str] | MultiDict[str, str], signature: str, *, url: str = URL, **more: str) -> bool:
    return signed_form(url, headers(signature, **more), MultiDict(form), TOKENS)


def test_a_form_as_sent_is_accepted() -> None:
    assert accepted(FORM, sign(URL, FORM, "new-token"))


def test_the_token_before_the_rotation_is_accepted() -> None:
    assert accepted(FORM, sign(URL, FORM, "old-token"))


@pytest.mark.parametrize("url", ["https://line.example:443/twilio/sms", "http://127.0.0.1:8000/twilio/sms"])
def test_a_port_may_be_named(url: str) -> None:
    assert accepted(FORM, sign(url, FORM, "new-token"), url=url)


def test_a_carrier_that_names_the_usual_port_is_accepted() -> None:
    assert accepted(
        FORM, sign("https://line.example:443/twilio/sms", FORM, "new-token"), url="https://line.example/twilio/sms"
    )


def test_header_names_in_lower_case_are_accepted() -> None:
    lower = {"x-twilio-signature": sign(URL, FORM, "new-token")}
    assert signed_form(URL, lower, MultiDict(FORM), TOKENS)
    assert signed_form(URL, dict(Headers(lower)), MultiDict(FORM), TOKENS)


@pytest.mark.parametrize("more", [{}, {"User-Agent": "TwilioProxy/1.1"}])
def test_a_missing_header_is_refused(more: dict[str, str]) -> None:
    assert not signed_form(URL, more, MultiDict(FORM), TOKENS)


@pytest.mark.parametrize("signature", ["", "x", "é", "=" * 28, "0/ksYBXhyYVdmYGJLnRo+8qPHqI="])
def test_a_made_up_signature_is_refused(signature: str) -> None:
    assert not accepted(FORM, signature)


def test_another_token_is_refused() -> None:
    assert not accepted(FORM, sign(URL, FORM, "other-token"))


def test_without_a_token_everything_is_refused() -> None:
    assert not signed_form(URL, headers(sign(URL, FORM, "")), MultiDict(FORM), ())


@pytest.mark.parametrize(
    "altered",
    [
        FORM | {"Body": "Niets aan de hand"},
        FORM | {"From": "+31610000002"},
        FORM | {"Extra": "1"},
        {name: value for name, value in FORM.items() if name != "Body"},
        MultiDict([*FORM.items(), ("Body", "STOP")]),
        {},
    ],
    ids=["body", "sender", "added", "removed", "second value", "empty"],
)
def test_an_altered_form_is_refused(altered: dict[str, str] | MultiDict[str, str]) -> None:
    assert not accepted(altered, sign(URL, FORM, "new-token"))


@pytest.mark.parametrize(
    "url",
    [
        "http://line.example/twilio/voice/turn?step=3",
        "https://evil.example/twilio/voice/turn?step=3",
        "https://line.example/twilio/voice/wait?step=3",
        "https://line.example/twilio/voice/turn?step=4",
        "https://line.example/twilio/voice/turn",
        "https://line.example/twilio/voice/turn?step=3&more=1",
    ],
)
def test_the_signature_of_another_address_is_refused(url: str) -> None:
    assert not accepted(FORM, sign(url, FORM, "new-token"))


def test_sha256_is_accepted_where_the_settings_header_names_it() -> None:
    settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    signature = sign(URL, FORM, "new-token", "sha256")
    assert accepted(FORM, signature, X_Twilio_Webhooks_Signature_Settings=settings)
    assert signed_form(
        URL,
        {"x-twilio-signature": signature, "x-twilio-webhooks-signature-settings": settings},
        MultiDict(FORM),
        TOKENS,
    )
    assert not accepted(FORM | {"Body": ""}, signature, X_Twilio_Webhooks_Signature_Settings=settings)
    assert not accepted(FORM, signature)


@pytest.mark.parametrize("algorithm", ["HMAC_MD5", "none", "HMAC_SHA256\r\nforged"])
def test_an_unknown_algorithm_is_refused(algorithm: str) -> None:
    settings = f"key=1,algorithm={algorithm}"
    assert not accepted(FORM, sign(URL, FORM, "new-token"), X_Twilio_Webhooks_Signature_Settings=settings)


BODY = '{"MessageSid": "SM1", "Body": "حريق"}'.encode()


def json_url(body: bytes) -> str:
    return f"https://line.example/twilio/status?bodySHA256={hashlib.sha256(body).hexdigest()}"


def test_a_json_body_as_sent_is_accepted() -> None:
    url = json_url(BODY)
    assert signed_body(url, headers(sign(url, {}, "old-token")), BODY, TOKENS)


@pytest.mark.parametrize("body", [BODY.replace(b"SM1", b"SM2"), BODY + b" ", b"", b"\xff\xfe"])
def test_a_tampered_json_body_is_refused(body: bytes) -> None:
    url = json_url(BODY)
    assert not signed_body(url, headers(sign(url, {}, "new-token")), body, TOKENS)


def test_the_hash_of_a_json_body_is_signed_itself() -> None:
    forged = json_url(BODY.replace(b"SM1", b"SM2"))
    assert not signed_body(forged, headers(sign(json_url(BODY), {}, "new-token")), BODY.replace(b"SM1", b"SM2"), TOKENS)


@pytest.mark.parametrize(
    "url",
    [
        "https://line.example/twilio/status",
        "https://line.example/twilio/status?bodySHA256=",
        "https://line.example/twilio/status?xbodySHA256=1",
    ],
)
def test_a_json_body_without_its_hash_is_refused(url: str) -> None:
    assert not signed_body(url, headers(sign(url, {}, "new-token")), BODY, TOKENS)


def test_the_upgrade_to_a_websocket_is_signed_over_its_own_address() -> None:
    url = "wss://line.example/twilio/media"
    lower = {"x-twilio-signature": sign(url, {}, "new-token")}
    assert signed_socket(url, lower, TOKENS)
    assert not signed_socket("wss://line.example/phone/media", lower, TOKENS)
    assert not signed_socket(
        url, {"x-twilio-signature": sign("https://line.example/twilio/media", {}, "new-token")}, TOKENS
    )
    assert not signed_socket(url, {}, TOKENS)
