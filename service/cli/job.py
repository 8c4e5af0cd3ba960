"""`job list` and `job requeue`: what is being done, and what was given up."""

from uuid import UUID

import click
from pydantic import TypeAdapter

from service.domain.delivery import Job, JobState
from service.store.unit import Missing
from service.web.access import line

_JOBS = TypeAdapter(tuple[Job, ...])


@click.group()
def job() -> None:
    """See what is being done, and have tried again what was given up."""


@job.command("list")
@click.option("--state", type=click.Choice([state.value for state in JobState]), help="Only jobs in this state.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_jobs(state: str | None, limit: int, as_json: bool) -> None:
    """List jobs, the newest first."""
    with line().store.read() as unit:
        jobs = unit.jobs.list(JobState(state) if state else None, limit=limit)
    if as_json:
        click.echo(_JOBS.dump_json(jobs, indent=2, exclude={"__all__": {"lease_token"}}))
        return
    for one in jobs:
        tried = f"{one.attempts}/{one.max_attempts}"
        click.echo(
            f"{one.id}  {one.state:6}  {one.kind:17}  {tried:>5}  {one.due_at:%Y-%m-%d %H:%M:%S}  {one.last_error}"
        )


@job.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
def requeue(job_id: UUID) -> None:
    """Have a dead job tried again from the start."""
    running = line()
    try:
        with running.store.begin() as unit:
            again = unit.jobs.requeue(job_id)
            unit.after_commit(lambda: running.kick(again.queue, again.id))
    except Missing as error:
        raise click.ClickException(f"There is no job {job_id}. `job list` shows those there are.") from error
    except ValueError as error:
        raise click.ClickException(f"{error}: only a dead job can be tried again.") from error
    click.echo(f"{again.kind} {again.id} is due again.")


commands = (job,)
