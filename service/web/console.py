"""The console: what waits for a decision, one report with all there is to it, and the decision."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from ivr.catalogue import N_
from ivr.categories import Category
from ivr.locale import locales
from ivr.messages import Channel
from service.domain.account import User
from service.domain.group import Group
from service.domain.permissions import Verb, may
from service.domain.report import DecisionField, ModerationDecision, Publication, Report
from service.domain.workflow import TransitionRefused, decisions_needed, is_enquiry
from service.store.unit import Missing
from service.usecases.moderate import (
    LONGEST_REASON,
    LONGEST_TEXT,
    ReasonMissing,
    ReportChanged,
    correct,
    publish,
    reject,
    retract,
)
from service.usecases.review import Reviewed, open_recording, read_queue, read_report
from service.web.access import line
from service.web.auth import LARGEST_FORM, TOKEN, for_users, form_is_ours, form_token, keep_private
from service.web.feed_text import Reader
from service.web.pages import link, render_page, texts, visitor_locale

SHOWN = 50
"""Waiting reports listed at once."""

PUBLICATIONS = {
    Publication.PRIVATE: N_("console.publication_private"),
    Publication.PENDING: N_("console.publication_pending"),
    Publication.PUBLISHED: N_("console.publication_published"),
    Publication.REJECTED: N_("console.publication_rejected"),
    Publication.RETRACTED: N_("console.publication_retracted"),
}
CHANNELS = {
    Channel.VOICE: N_("console.channel_voice"),
    Channel.SMS: N_("console.channel_sms"),
    Channel.WHATSAPP: N_("console.channel_whatsapp"),
    Channel.WEB: N_("console.channel_web"),
    Channel.DEVICE: N_("console.channel_device"),
}
_DONE = {
    Publication.PUBLISHED: N_("console.done_published"),
    Publication.REJECTED: N_("console.done_rejected"),
    Publication.RETRACTED: N_("console.done_retracted"),
}

blueprint = Blueprint("console", __name__, url_prefix="/console")
blueprint.after_request(keep_private)


@blueprint.before_request
def _from_our_page() -> None:
    request.max_content_length = LARGEST_FORM
    if request.method not in ("GET", "HEAD", "OPTIONS") and not form_is_ours():
        abort(HTTPStatus.BAD_REQUEST)


@blueprint.get("/", strict_slashes=False)
@for_users
def queue(user: User) -> AnyResponse:
    """What waits for a decision, the urgent first."""
    found = read_queue(line(), user.actor)
    group = _group(user)
    return _page(
        "console_queue.html",
        user,
        group,
        waiting=found.waiting[:SHOWN],
        count=len(found.waiting),
        recent=found.recent,
        decides=may(user.role, Verb.READ_PRACTICE, practice=True),
        unreviewed=_unreviewed(group),
    )


@blueprint.get("/reports/<uuid:report_id>")
@for_users
def report(user: User, report_id: UUID) -> AnyResponse:
    """One report with all there is to it."""
    return _report_page(user, report_id)


@blueprint.get("/media/<uuid:media_id>")
@for_users
def recording(user: User, media_id: UUID) -> AnyResponse:
    """The audio of a recording, or the range of it that was asked for."""
    try:
        path = open_recording(line(), user.actor, media_id)
    except Missing:
        abort(HTTPStatus.NOT_FOUND)
    return send_file(path, mimetype="audio/wav", conditional=True)


@blueprint.post("/reports/<uuid:report_id>/publish")
@for_users
def publish_report(user: User, report_id: UUID) -> AnyResponse:
    """Publish, or take the first of two decisions."""
    second = request.form.get("second") == "yes"
    return _decide(
        user,
        report_id,
        lambda revision: publish(line(), user.actor, report_id, second_decision=second, revision=revision),
    )


@blueprint.post("/reports/<uuid:report_id>/reject")
@for_users
def reject_report(user: User, report_id: UUID) -> AnyResponse:
    """Keep a report out of the feed."""
    return _decide(
        user,
        report_id,
        lambda revision: reject(line(), user.actor, report_id, request.form.get("reason", ""), revision=revision),
    )


@blueprint.post("/reports/<uuid:report_id>/retract")
@for_users
def retract_report(user: User, report_id: UUID) -> AnyResponse:
    """Take a report out of the feed again."""
    return _decide(
        user,
        report_id,
        lambda revision: retract(line(), user.actor, report_id, request.form.get("reason", ""), revision=revision),
    )


@blueprint.post("/reports/<uuid:report_id>/correct")
@for_users
def correct_report(user: User, report_id: UUID) -> AnyResponse:
    """Put right what a report is about and what the feed would show."""
    try:
        category = Category(request.form.get("category", ""))
    except ValueError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    text = "\n".join(request.form.get("text", "").splitlines())
    return _decide(
        user,
        report_id,
        lambda revision: correct(line(), user.actor, report_id, category, text, revision=revision),
    )


def _decide(user: User, report_id: UUID, decide: Callable[[int], Report]) -> AnyResponse:
    """Take a decision about the revision that the form was made of, and say what came of it."""
    try:
        revision = int(request.form.get("revision", ""))
    except ValueError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        after = decide(revision)
    except Missing:
        abort(HTTPStatus.NOT_FOUND)
    except ReportChanged:
        return _report_page(user, report_id, N_("console.changed"), HTTPStatus.CONFLICT)
    except TransitionRefused:
        return _report_page(user, report_id, N_("console.refused"), HTTPStatus.CONFLICT)
    except ReasonMissing:
        return _report_page(user, report_id, N_("console.reason_missing"), HTTPStatus.UNPROCESSABLE_ENTITY)
    if after.publication is Publication.PENDING:
        flash(N_("console.done_first") if after.publish_decisions else N_("console.done_corrected"), after.code)
        return redirect(link("console.report", report_id=report_id), HTTPStatus.SEE_OTHER)
    flash(_DONE[after.publication], after.code)
    return redirect(link("console.queue"), HTTPStatus.SEE_OTHER)


def _report_page(user: User, report_id: UUID, error: str = "", status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    try:
        found = read_report(line(), user.actor, report_id)
    except Missing:
        abort(HTTPStatus.NOT_FOUND)
    response = _page(
        "console_report.html",
        user,
        _group(user),
        **_shown(found),
        error=error,
        reason=request.form.get("reason", ""),
        longest_reason=LONGEST_REASON,
        longest_text=LONGEST_TEXT,
    )
    response.status_code = status
    return response


def _shown(found: Reviewed) -> dict[str, object]:
    return {
        "report": found.report,
        "recordings": found.recordings,
        "decisions": _told(found.decisions),
        "verbs": found.verbs,
        "card": _reader().card(found.shown),
        "enquiry": is_enquiry(found.report),
        "needs_two": decisions_needed(found.report) == 2,
        "categories": tuple(Category),
        "fields": DecisionField,
        "language": locales().get(found.report.language),
    }


def _told(decisions: tuple[ModerationDecision, ...]) -> list[ModerationDecision]:
    """The decisions, without the count of those to publish where the publication itself changed with it."""
    moved = {one.at for one in decisions if one.field is DecisionField.PUBLICATION}
    return [one for one in decisions if one.field is not DecisionField.PUBLISH_DECISIONS or one.at not in moved]


def _page(template: str, user: User, group: Group | None, **values: object) -> AnyResponse:
    return render_page(
        template,
        group=group,
        user=user,
        token_name=TOKEN,
        token=form_token(),
        moment=_reader().moment,
        publications=PUBLICATIONS,
        channels=CHANNELS,
        **values,
    )


def _reader() -> Reader:
    locale = visitor_locale()
    return Reader(locale, texts(locale), line().clock.now())


def _group(user: User) -> Group | None:
    if user.group_id is None:
        return None
    with line().store.read() as unit:
        return unit.groups.by_id(user.group_id)


def _unreviewed(group: Group | None) -> str:
    """The languages of a live group whose texts no native speaker has signed."""
    if group is None or not group.live:
        return ""
    return ", ".join(locales()[code].endonym for code in group.locales if not locales()[code].reviewed)
