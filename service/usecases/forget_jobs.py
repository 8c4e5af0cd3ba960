"""Keep the ledger small."""

from datetime import timedelta

from service.domain.delivery import Job
from service.usecases.line import Line

KIND = "forget_jobs"

KEPT = timedelta(days=30)
"""How long the row of a job that is done stays, and with it the knowledge that it must not be done again."""


def forget_jobs(line: Line, _job: Job) -> None:
    """Job: remove the rows of jobs done long ago. Dead letters stay for somebody to look at."""
    with line.store.begin() as unit:
        unit.jobs.forget(line.clock.now() - KEPT)
