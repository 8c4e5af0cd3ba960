"""The messages on the web phone's socket, in the form of a carrier's media stream: JSON texts with an ``event``.

From the phone come connected, start, media, dtmf, mark and stop; to it go media, mark and clear, and beyond that form
``caption`` (what is being said) and ``state`` (what is awaited), so that the page can show both.
"""

import base64
import binascii
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

LARGEST_MESSAGE = 8 * 1024
"""Bytes of a message."""

LARGEST_PAYLOAD = 1600
"""Bytes of mu-law audio in one message: 200 ms."""

RATE = 8000
"""Samples, and bytes of mu-law, a second."""

FRAME = 160
"""Bytes of a frame of mu-law audio: 20 ms."""

SILENT = b"\xff"
"""Silence in mu-law."""


class BadMessage(Exception):
    """A message is not of the form; the call cannot go on."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", str_max_length=LARGEST_MESSAGE)


class Connected(_Message):
    """The socket is open."""

    event: Literal["connected"]


class MediaFormat(_Message):
    """The only codec of the line."""

    encoding: Literal["audio/x-mulaw"]
    sample_rate: Literal[8000] = Field(alias="sampleRate")
    channels: Literal[1]


class StartFields(_Message):
    """What a call starts with. ``customParameters.ticket`` is the one-time ticket."""

    stream_sid: str = Field(alias="streamSid", min_length=1, max_length=64)
    call_sid: str = Field(alias="callSid", max_length=64)
    custom_parameters: dict[str, str] = Field(alias="customParameters", max_length=16)
    media_format: MediaFormat = Field(alias="mediaFormat")


class Start(_Message):
    """A call begins."""

    event: Literal["start"]
    start: StartFields


class MediaFields(_Message):
    """Audio as base64 on the wire, mu-law bytes here."""

    payload: Annotated[bytes, Field(max_length=LARGEST_PAYLOAD)]

    @field_validator("payload", mode="before")
    @classmethod
    def _decode(cls, value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("audio is sent as base64")  # noqa: TRY004 (pydantic turns ValueError into its own)
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ValueError("not base64") from error


class Media(_Message):
    """What the microphone hears."""

    event: Literal["media"]
    media: MediaFields


class KeyFields(_Message):
    """One key."""

    digit: str = Field(pattern="^[0-9*#]$")


class Key(_Message):
    """A key was pressed."""

    event: Literal["dtmf"]
    dtmf: KeyFields


class MarkFields(_Message):
    """A mark's name."""

    name: str = Field(max_length=64)


class Mark(_Message):
    """Everything sent before a mark has been played, or cleared."""

    event: Literal["mark"]
    mark: MarkFields


class Stop(_Message):
    """The caller hung up."""

    event: Literal["stop"]


Message = Connected | Start | Media | Key | Mark | Stop
_ADAPTER: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="event")])


def parse(text: str | bytes) -> Message:
    """A message from its JSON. Raises BadMessage for anything else."""
    if not isinstance(text, str) or len(text) > LARGEST_MESSAGE:
        raise BadMessage("a message is a JSON text of bounded length")
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        raise BadMessage(f"{'.'.join(str(part) for part in problem['loc'])}: {problem['type']}") from error


def media(stream_sid: str, frame: bytes) -> dict[str, object]:
    """Audio to be played after what was sent before."""
    return {"event": "media", "streamSid": stream_sid, "media": {"payload": base64.b64encode(frame).decode()}}


def mark(stream_sid: str, name: str) -> dict[str, object]:
    """Comes back once everything before it has been played."""
    return {"event": "mark", "streamSid": stream_sid, "mark": {"name": name}}


def clear(stream_sid: str) -> dict[str, object]:
    """Forget what has not been played yet."""
    return {"event": "clear", "streamSid": stream_sid}


def caption(text: str, locale: str, direction: str) -> dict[str, object]:
    """What is being said, in which language and writing direction (ltr or rtl)."""
    return {"event": "caption", "text": text, "locale": locale, "direction": direction}


State = Literal["speaking", "listening_keys", "recording", "thinking", "ended"]


def state(value: State) -> dict[str, object]:
    """What the line is doing."""
    return {"event": "state", "state": value}
