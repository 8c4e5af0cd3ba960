"""How much the line has taken, made and sent: Prometheus metrics read from the database when asked for."""

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from service.store.unit import StoreUnavailable
from service.usecases.line import Line
from service.usecases.measure_jobs import measure_jobs


def measure_line(line: Line) -> Iterator[Metric]:
    """Gauges of turns, reports, messages and jobs, and whether the database could be read at all."""
    up = GaugeMetricFamily("buurtlijn_database_up", "Whether the database can be read.")
    try:
        measured = [*_measure_rows(line), *measure_jobs(line)]
    except StoreUnavailable:
        measured = []
    up.add_metric([], 1.0 if measured else 0.0)
    yield up
    yield from measured


def _measure_rows(line: Line) -> Iterator[Metric]:
    with line.store.read() as unit:
        rows = (
            ("turns", "Messages and steps of calls taken.", ("provider", "channel", "kind"), unit.counts.turns()),
            ("reports", "Reports, without practice.", ("category", "status", "publication"), unit.counts.reports()),
            ("messages", "Messages of our own accord.", ("gateway", "status"), unit.counts.messages()),
        )
    for name, text, labels, counts in rows:
        family = GaugeMetricFamily(f"buurtlijn_{name}", text, labels=labels)
        for values, count in counts.items():
            family.add_metric(values, count)
        yield family
