"""Logs: one JSON object a line on standard error, with the request's id and without phone numbers.

Messages of other libraries take the same way. Bodies are never logged, and what looks like a phone number is masked
wherever it stands, in the text of exceptions too.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Protocol
from uuid import uuid4

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars, merge_contextvars
from structlog.typing import Processor

MASK = "[number]"

_KEPT = (
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?:\b[a-z]{2})?(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])"  # ids
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?"
)
_PHONE = (
    r"(?:\+|(?<!\d)00)[\s.\-/()]*\d(?:[\s.\-/()]*\d){6,14}"  # international
    r"|(?<!\d)0[\s.\-/()]*[1-9](?:[\s.\-/()]*\d){7,9}(?!\d)"  # national
    r"|(?:(?<=%2B)|(?<=%2b)|(?<![0-9A-Fa-f]))\d{9,15}(?![0-9A-Fa-f])"  # digits only, and no part of an id
)
_MASKED = re.compile(f"(?P<kept>{_KEPT})|{_PHONE}", re.IGNORECASE)

_QUIET = ("twilio", "urllib3", "werkzeug", "sqlalchemy", "alembic", "huey", "faster_whisper", "asyncio")
"""Libraries whose chatter is not for the log; those that speak of requests would tell numbers and texts."""


class LogSettings(Protocol):
    """What logging needs of the settings."""

    @property
    def log_level(self) -> str:
        """debug, info, warning or error."""
        ...


def mask_numbers(text: str) -> str:
    """The text with everything like a phone number masked; ids and times are kept."""
    return _MASKED.sub(lambda match: match[0] if match["kept"] else MASK, text)


def new_request() -> str:
    """Forget what was bound for the request before, and give this one an id; what a client sends is never taken."""
    clear_contextvars()
    request_id = uuid4().hex
    bind_contextvars(request_id=request_id)
    return request_id


def request_id() -> str:
    """The id of the request in hand, empty outside one."""
    return str(get_contextvars().get("request_id", ""))


def mask_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Processor: mask phone numbers in all that an event holds."""
    return {name: value if name == "request_id" else _masked(value) for name, value in event.items()}


def _masked(value: object) -> object:
    match value:
        case None | bool() | float():
            return value
        case int():
            return value if abs(value) < 100_000_000 else mask_numbers(str(value))
        case Mapping():
            return {mask_numbers(str(name)): _masked(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(item) for item in value]
        case _:
            return mask_numbers(str(value))


_SHARED: tuple[Processor, ...] = (
    merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
)


def configure_logging(settings: LogSettings) -> None:
    """Have structlog and the standard library's logging write JSON lines to standard error. Safe to call again."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            mask_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
