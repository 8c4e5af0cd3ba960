"""Is the service alive, is it ready for work, and how much of it is there: for supervisors, balancers and operators."""

import errno
from collections.abc import Iterator
from http import HTTPStatus

import structlog
from flask import Blueprint, Response, abort, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector

from service.store.disk import NoRoom, check_folders
from service.store.keys import Keys, KeysError
from service.store.migrate import is_migrated
from service.store.unit import StoreUnavailable
from service.usecases.line import Line
from service.usecases.measure_line import measure_line
from service.web.access import line
from service.web.internal_auth import from_this_machine, has_internal_token
from service.web.traffic import traffic

_log = structlog.get_logger(__name__)

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return _fresh(jsonify(status="ok"))


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The line can do its work; else 503 with what is missing: database, migrations, keys, data_folder, disk_space."""
    missing = [*_missing_of_database(line()), *_missing_of_keys(line()), *_missing_of_folders(line())]
    if missing:
        _log.error("health.not_ready", missing=missing)
        return _fresh(jsonify(status="not ready", missing=missing)), HTTPStatus.SERVICE_UNAVAILABLE
    return _fresh(jsonify(status="ready", missing=[])), HTTPStatus.OK


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics, for this machine or whoever has the internal token."""
    if not (from_this_machine() or has_internal_token()):
        abort(HTTPStatus.FORBIDDEN)
    registry = CollectorRegistry()
    registry.register(_LineCollector(line()))
    body = generate_latest(traffic().registry) + generate_latest(registry)
    return _fresh(Response(body, content_type=CONTENT_TYPE_LATEST))


class _LineCollector(Collector):
    """What prometheus_client asks for the metrics of a line."""

    def __init__(self, measured: Line) -> None:
        self._line = measured

    def collect(self) -> Iterator[Metric]:
        return measure_line(self._line)


def _missing_of_database(line: Line) -> list[str]:
    try:
        return [] if is_migrated(line.store) else ["migrations"]
    except StoreUnavailable:
        return ["database"]


def _missing_of_keys(line: Line) -> list[str]:
    # Loading would make new keys where the file is gone, and no stored number could be read again.
    if not line.settings.keys and not line.settings.keyring.is_file():
        return ["keys"]
    try:
        Keys.load(line.settings)
    except (KeysError, OSError):
        return ["keys"]
    return []


def _missing_of_folders(line: Line) -> list[str]:
    try:
        check_folders(line.settings)
    except NoRoom as error:
        _log.error("health.disk_space", reason=str(error))
        return ["disk_space"]
    except OSError as error:
        _log.error("health.data_folder", reason=str(error))
        return ["disk_space" if error.errno in _FULL else "data_folder"]
    return []


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
