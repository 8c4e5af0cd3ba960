"""How much work waits, for whom it may concern: Prometheus metrics read from the ledger when asked for."""

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from service.domain.delivery import JobState, Queue
from service.usecases.line import Line


def measure_jobs(line: Line) -> Iterator[Metric]:
    """Gauges of the ledger, for a collector's ``collect``. Raises StoreUnavailable."""
    now = line.clock.now()
    with line.store.read() as unit:
        counts = unit.jobs.counts()
        oldest = {queue: unit.jobs.due(now, queue, limit=1) for queue in Queue}
    jobs = GaugeMetricFamily("buurtlijn_jobs", "Jobs in the ledger by queue and state.", labels=["queue", "state"])
    late = GaugeMetricFamily(
        "buurtlijn_oldest_due_job_seconds", "How long the longest due job has been waiting.", labels=["queue"]
    )
    for queue in Queue:
        for state in JobState:
            jobs.add_metric([queue, state], counts.get((queue, state), 0))
        late.add_metric([queue], max(((now - job.due_at).total_seconds() for job in oldest[queue]), default=0.0))
    yield jobs
    yield late
