"""`report list`, `report publish` and `report reject`: moderation from the terminal."""

import json
from uuid import UUID

import click

from service.domain.account import Actor
from service.domain.group import Group
from service.domain.permissions import Role
from service.domain.report import Publication, Report
from service.domain.workflow import TransitionRefused
from service.store.store import Unit
from service.usecases.moderate import ReasonMissing, publish, reject
from service.usecases.report_view import inside_view
from service.usecases.seed_demo import SLUG
from service.web.access import line

ACTOR = "command line"
_PAGE = 1000

_GROUP = click.option("--group", "slug", default=SLUG, show_default=True, help="The group's slug.")


@click.group()
def report() -> None:
    """See reports and decide about them."""


@report.command("list")
@click.option("--group", "slug", default="", help="Only the reports of the group with this slug.")
@click.option("--limit", type=click.IntRange(min=1), help="The newest so many; all unless given.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array in the form of /schema/report.json.")
def list_reports(slug: str, limit: int | None, *, as_json: bool) -> None:
    """List reports, the newest first; those for practice too."""
    with line().store.begin() as unit:
        group = _group(unit, slug) if slug else None
        groups = {one.id: one for one in unit.groups.list()}
        reports = _newest(unit, group.id if group else None, limit)
        unit.audit.add(ACTOR, "list_reports", slug or "all groups", group_id=group.id if group else None)
    if as_json:
        views = [inside_view(one, groups[one.group_id]) for one in reports]
        click.echo(json.dumps(views, ensure_ascii=False, indent=2))
        return
    for one in reports:
        place = f"{one.place.street} {one.place.number}{one.place.suffix}".strip()
        marks = f"{' urgent' if one.emergency.suspected else ''}{' practice' if one.practice else ''}"
        click.echo(
            f"{groups[one.group_id].slug:10}  {one.code:5}  {one.created_at:%Y-%m-%d %H:%M}  {one.category:14}  "
            f"{place:26}  {one.status}/{one.publication}{marks}"
        )


@report.command("publish")
@click.argument("code")
@_GROUP
@click.option("--second-decision", is_flag=True, help="The second of the two decisions that delicate reports need.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def publish_report(code: str, slug: str, *, second_decision: bool, as_json: bool) -> None:
    """Publish the report CODE in its group's feed."""
    group, found = _find(slug, code)
    try:
        after = publish(line(), _actor(group), found.id, second_decision=second_decision)
    except TransitionRefused as error:
        raise click.ClickException(f"Report {code} was not published: {error}.") from error
    if as_json:
        click.echo(json.dumps(inside_view(after, group), ensure_ascii=False, indent=2))
    elif after.publication is Publication.PUBLISHED:
        click.echo(f"Report {code} is published.")
    else:
        click.echo(f"{after.category} needs two decisions. This was the first; publish with --second-decision.")


@report.command("reject")
@click.argument("code")
@_GROUP
@click.option("--reason", required=True, help="Why; the group's own people see it, the resident does not.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def reject_report(code: str, slug: str, reason: str, *, as_json: bool) -> None:
    """Keep the report CODE out of the feed."""
    group, found = _find(slug, code)
    try:
        after = reject(line(), _actor(group), found.id, reason)
    except (TransitionRefused, ReasonMissing) as error:
        raise click.ClickException(f"Report {code} was not rejected: {error}.") from error
    if as_json:
        click.echo(json.dumps(inside_view(after, group), ensure_ascii=False, indent=2))
    else:
        click.echo(f"Report {code} is rejected.")


def _newest(unit: Unit, group_id: UUID | None, limit: int | None) -> list[Report]:
    """All reports, or the newest so many, read a page at a time."""
    reports: list[Report] = []
    while limit is None or len(reports) < limit:
        wanted = _PAGE if limit is None else min(_PAGE, limit - len(reports))
        page = unit.reports.list(group_id, practice=None, limit=wanted, offset=len(reports))
        reports += page
        if len(page) < wanted:
            break
    return reports


def _actor(group: Group) -> Actor:
    """Whoever has the server's terminal acts for the group's moderators."""
    return Actor(ACTOR, Role.MODERATOR, group.id)


def _find(slug: str, code: str) -> tuple[Group, Report]:
    with line().store.read() as unit:
        group = _group(unit, slug)
        found = unit.reports.by_code(group.id, code)
    if found is None:
        raise click.ClickException(f"There is no report {code} in {slug}. `report list` shows those there are.")
    return group, found


def _group(unit: Unit, slug: str) -> Group:
    group = unit.groups.by_slug(slug)
    if group is None:
        raise click.ClickException(f"There is no group {slug}. `group list` shows those there are.")
    return group


commands: tuple[click.Command, ...] = (report,)
