"""What the socket takes, and that nothing else gets through."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.media_messages import (
    LARGEST_MESSAGE,
    LARGEST_PAYLOAD,
    BadMessage,
    Key,
    Media,
    Start,
    parse,
)

START = {
    "event": "start",
    "sequenceNumber": "1",
    "start": {
        "streamSid": "s1",
        "callSid": "c1",
        "tracks": ["inbound"],
        "customParameters": {"ticket": "t"},
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    },
}


def with_format(**changes: object) -> str:
    start = {**START["start"], "mediaFormat": {**START["start"]["mediaFormat"], **changes}}  # type: ignore[dict-item,index]
    return json.dumps({**START, "start": start})


def media(payload: str) -> str:
    return json.dumps({"event": "media", "media": {"payload": payload}})


def test_start_carries_the_ticket() -> None:
    message = parse(json.dumps(START))
    assert isinstance(message, Start)
    assert message.start.custom_parameters == {"ticket": "t"}


@pytest.mark.parametrize(
    "changes", [{"encoding": "audio/opus"}, {"sampleRate": 16000}, {"sampleRate": "8000"}, {"channels": 2}]
)
def test_another_codec_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadMessage):
        parse(with_format(**changes))


@given(st.binary(max_size=LARGEST_PAYLOAD))
def test_audio_of_any_length_up_to_the_largest_is_taken_as_it_is(sound: bytes) -> None:
    message = parse(media(base64.b64encode(sound).decode()))
    assert isinstance(message, Media)
    assert message.media.payload == sound


@pytest.mark.parametrize("payload", ["A", "AAA", "AA=A", "not base64!", "é", "AAAA\n"])
def test_truncated_or_spoilt_audio_is_refused(payload: str) -> None:
    with pytest.raises(BadMessage):
        parse(media(payload))


def test_too_much_audio_in_one_message_is_refused() -> None:
    with pytest.raises(BadMessage):
        parse(media(base64.b64encode(bytes(LARGEST_PAYLOAD + 1)).decode()))


@pytest.mark.parametrize("digit", [*"0123456789*#"])
def test_keys(digit: str) -> None:
    message = parse(json.dumps({"event": "dtmf", "dtmf": {"digit": digit, "track": "inbound_track"}}))
    assert isinstance(message, Key)
    assert message.dtmf.digit == digit


@pytest.mark.parametrize("digit", ["", "12", "A", "٣", "1\n", "²"])
def test_what_is_no_key_is_refused(digit: str) -> None:
    with pytest.raises(BadMessage):
        parse(json.dumps({"event": "dtmf", "dtmf": {"digit": digit}}))


@given(st.text() | st.binary())
def test_anything_is_a_message_or_refused(text: str | bytes) -> None:
    with pytest.raises(BadMessage):
        parse(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.sampled_from(["connected", "start", "media", "dtmf", "mark", "stop"])


@given(EVENTS, st.sampled_from(["start", "media", "dtmf", "mark"]), JSON)
def test_the_right_event_with_arbitrary_fields_never_gets_further_than_parsing(
    event: str, field: str, value: object
) -> None:
    try:
        message = parse(json.dumps({"event": event, field: value}))
    except BadMessage:
        return
    assert message.event == event


def test_a_huge_message_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadMessage, match="bounded length"):
        parse('{"event": "stop", "more": "' + "x" * LARGEST_MESSAGE + '"}')
