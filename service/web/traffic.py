"""Each request gets an id, a line in the log and a place in the metrics: route and time, never who asked or what."""

from http import HTTPStatus
from time import perf_counter
from typing import cast

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector

from service.logs import new_request, request_id

_EXTENSION = "buurtlijn_traffic"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)

_log = structlog.get_logger(__name__)


class Traffic:
    """The requests that one application has answered."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.seconds = Histogram(
            "buurtlijn_request_seconds",
            "Requests answered, by route and status.",
            ["route", "status"],
            registry=self.registry,
            buckets=_BUCKETS,
        )


def init_app(app: Flask) -> None:
    """Attend to every request. Call this before other modules' ``init_app``, so that all they log bears the id."""
    app.extensions[_EXTENSION] = Traffic()
    app.before_request(_begin)
    app.after_request(_end)


def traffic() -> Traffic:
    """The requests of the current application."""
    return cast(Traffic, current_app.extensions[_EXTENSION])


def _begin() -> None:
    new_request()
    g.began = perf_counter()


def _end(response: Response) -> Response:
    seconds = perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else "(none)"
    traffic().seconds.labels(route, response.status_code).observe(seconds)
    log = _log.debug if response.status_code == HTTPStatus.NO_CONTENT else _log.info  # a worker that asks for work
    log("request", method=request.method[:10], route=route, status=response.status_code, ms=round(seconds * 1000, 1))
    response.headers["X-Request-Id"] = request_id()
    return response
