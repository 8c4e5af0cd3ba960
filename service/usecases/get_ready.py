"""Load and build, before the first message comes, what understanding it needs."""

from functools import partial

import structlog

from service.store.unit import StoreUnavailable
from service.usecases.line import Line

_log = structlog.get_logger(__name__)


def get_ready(line: Line) -> None:
    """Load the extractor and build the street index of every group.

    Without the database the extractor alone is made ready: messages are spooled until it is back.
    """
    line.load_extractor()
    try:
        with line.store.read() as unit:
            for group in unit.groups.list():
                version = unit.groups.streets_version(group.id)
                line.gazetteers.of(group.id, version, partial(unit.groups.places, group.id))
    except StoreUnavailable:
        _log.warning("ready.without_streets")
