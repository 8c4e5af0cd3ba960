"""Every setting of a Buurtlijn install: environment variables, validated once at the start and never changed."""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service import addresses

ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "BUURTLIJN_"
_ALIKE = 0.5  # least likeness, from 0 to 1, of a name that is offered instead of an unknown one


class BadSettings(Exception):
    """Settings that no line can run with; the message says which, a line each, and what to do."""


class Settings(BaseSettings):
    """Settings, read from ``BUURTLIJN_<NAME>`` (and ``PORT``). A process reads its own with ``read_settings``."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore", validate_default=False)

    port: int = Field(
        default=8000,
        ge=1,
        le=65534,
        validation_alias="PORT",
        description="Port of the web service on 127.0.0.1.",
    )
    media_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Port of the media service (WebSockets). 0: the port after PORT, or a free one if that is taken.",
    )
    data_dir: Path = Field(
        default=ROOT / "var",
        description="Folder of the database, the queue, recordings, models and logs.",
    )
    database_url: str = Field(
        default="",
        description="postgresql://… or sqlite:////…, the address of the database. Empty: SQLite in the data folder.",
    )
    queue_url: str = Field(
        default="",
        description="redis://… or sqlite:////…, the transport of job ids. Empty: SQLite in the data folder.",
    )
    public_base_url: str = Field(
        default="",
        description="Address at which carriers and browsers reach the web service; signatures are computed over it. "
        "Empty: http://127.0.0.1:PORT.",
    )
    media_base_url: str = Field(
        default="",
        description="ws:// or wss:// address at which browsers and carriers reach the media service. "
        "Empty: ws://127.0.0.1:MEDIA_PORT.",
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=9,
        description="Number of reverse proxies in front, each of which adds the address it was reached from to "
        "X-Forwarded-For. 0: that header is not believed.",
    )
    keys: str = Field(
        default="",
        description="Secret keys as printed by `keys generate`. Empty: the keys file.",
    )
    keys_file: Path | None = Field(
        default=None,
        description="File (mode 0600) with the secret keys, made at the first start. Empty: the data folder's path "
        "with .keys added, beside the data folder.",
    )
    demo: bool = Field(
        default=False,
        description="Seeds the demo group and opens its web phone and feed to everybody. `make run` sets it.",
    )
    twilio_account_sid: str = Field(default="", description="Twilio account SID (AC…).")
    twilio_auth_tokens: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Twilio auth tokens, comma separated; any one of them may sign, the first one signs in.",
    )
    twilio_api_base: str = Field(
        default="https://api.twilio.com",
        description="Address of Twilio's REST API, or of another carrier that speaks it.",
    )
    recording_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Further host names (with :port where it isn't the usual one) from which recordings may be "
        "fetched, comma separated. The REST API's own host always may.",
    )
    speech_engine: Literal["auto", "scripted"] = Field(
        default="auto",
        description="auto: Vosk where a language's model is installed, else Whisper. scripted: for tests of the "
        "service without recognition.",
    )
    speech_workers: int = Field(default=1, ge=1, le=64, description="Number of speech worker processes.")
    models_dir: Path | None = Field(
        default=None,
        description="Folder of speech models. Empty: models in the data folder.",
    )
    web_threads: int = Field(default=16, ge=2, le=256, description="Threads of the web service.")
    media_sockets: int = Field(default=24, ge=1, le=1000, description="Calls that the media service holds at once.")
    answers_an_hour: int = Field(
        default=60,
        ge=1,
        description="Texts of one number that are answered within an hour. More of them are kept, and answered only "
        "with advice to call 112.",
    )
    audio_days_after_decision: int = Field(
        default=7, ge=0, le=30, description="Days after the moderator's decision when recordings are deleted."
    )
    audio_days_at_most: int = Field(default=30, ge=1, le=30, description="Days after which recordings are deleted.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")

    @field_validator("twilio_auth_tokens", "recording_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, values: dict[str, object]) -> dict[str, object]:
        stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    @field_validator("public_base_url")
    @classmethod
    def _check_public_base_url(cls, value: str) -> str:
        return addresses.site(value, "https", "http")

    @field_validator("media_base_url")
    @classmethod
    def _check_media_base_url(cls, value: str) -> str:
        return addresses.site(value, "wss", "ws")

    @field_validator("twilio_api_base")
    @classmethod
    def _check_twilio_api_base(cls, value: str) -> str:
        return addresses.site(value, "https", "http", path=True)

    @field_validator("recording_hosts")
    @classmethod
    def _check_recording_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(addresses.host, value))

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: str) -> str:
        return addresses.database(value)

    @field_validator("queue_url")
    @classmethod
    def _check_queue_url(cls, value: str) -> str:
        return addresses.queue(value)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.twilio_account_sid and not self.twilio_auth_tokens:
            raise ValueError("BUURTLIJN_TWILIO_ACCOUNT_SID is set: set BUURTLIJN_TWILIO_AUTH_TOKENS too")
        if self.twilio_auth_tokens and not self.twilio_account_sid:
            raise ValueError("BUURTLIJN_TWILIO_AUTH_TOKENS is set: set BUURTLIJN_TWILIO_ACCOUNT_SID too")
        if self.media_port == self.port:
            raise ValueError("BUURTLIJN_MEDIA_PORT is the same as PORT: choose another one, or leave it empty")
        return self

    @property
    def web_url(self) -> str:
        """The public address, without a slash at its end."""
        return (self.public_base_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def media_listen_port(self) -> int:
        """The port on which the media service listens."""
        return self.media_port or self.port + 1

    @property
    def media_url(self) -> str:
        """The media service's public address, without a slash at its end."""
        return (self.media_base_url or f"ws://127.0.0.1:{self.media_listen_port}").rstrip("/")

    @property
    def internal_url(self) -> str:
        """The web service as our own processes reach it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'buurtlijn.db'}"

    @property
    def queue(self) -> str:
        """URL of the transport of job ids."""
        return self.queue_url or f"sqlite:///{self.data_dir / 'queue.db'}"

    @property
    def models(self) -> Path:
        """Folder of speech models."""
        return self.models_dir or self.data_dir / "models"

    @property
    def recordings(self) -> Path:
        """Folder of recordings."""
        return self.data_dir / "recordings"

    @property
    def spool(self) -> Path:
        """Folder of messages that came while the database was down."""
        return self.data_dir / "spool"

    @property
    def keyring(self) -> Path:
        """The keys file."""
        return self.keys_file or self.data_dir.with_name(self.data_dir.name + ".keys")


def read_settings() -> Settings:
    """The settings of this process' environment. Raises BadSettings."""
    unknown = list(_unknown(os.environ))
    if unknown:
        raise BadSettings("\n".join(unknown))
    try:
        return Settings()
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        told = (_variable(problem["loc"]) + problem["msg"].removeprefix("Value error, ") for problem in problems)
        raise BadSettings("\n".join(told)) from error


def variable(field: str) -> str:
    """The environment variable that a field of the settings is read from."""
    return "PORT" if field.lower() == "port" else f"{_PREFIX}{field}".upper()


def _variable(loc: tuple[int | str, ...]) -> str:
    """The environment variable that a validation error is about, with a colon; empty when it is about several."""
    return f"{variable(str(loc[0]))}: " if loc else ""


def _unknown(names: Iterable[str]) -> Iterable[str]:
    """What to do about each name that is meant for us and is none of ours; a setting misspelt would go unnoticed."""
    for name in sorted(names):
        field = name.lower().removeprefix(_PREFIX.lower())
        if name.upper().startswith(_PREFIX) and (field == "port" or field not in Settings.model_fields):
            alike = get_close_matches(field, Settings.model_fields, 1, _ALIKE)
            advice = f"did you mean {variable(alike[0])}?" if alike else "take it out of the environment."
            yield f"{name}: there is no such setting; {advice}"
