from dataclasses import replace

import pytest

from ivr.catalogue import catalogue
from ivr.categories import SECOND_DECISION, Category
from ivr.locale import locales
from ivr.rendering.renderer import fits
from service.domain.account import Actor
from service.domain.permissions import Role
from service.domain.report import Emergency, Publication, Report
from service.domain.workflow import TransitionRefused
from service.store.unit import Missing
from service.usecases.moderate import ReasonMissing, ReportChanged, correct, publish, reject, retract
from service.usecases.send_message import KIND
from tests.service.demo_line import REAL, DemoLine


@pytest.fixture
def moderator(demo: DemoLine) -> Actor:
    return Actor("moderator", Role.MODERATOR, demo.group.id)


def published(demo: DemoLine) -> list[str]:
    with demo.line.store.read() as unit:
        return [report.code for report in unit.reports.published(demo.group.id)]


def test_a_published_report_is_in_the_feed_and_its_reporter_hears_of_it(demo: DemoLine, moderator: Actor) -> None:
    report = demo.report(language="pl")
    publish(demo.line, moderator, report.id)
    assert published(demo) == [report.code]
    (message,) = demo.outbox()
    assert (message.gateway, message.sender, message.resident_id) == ("simulator", REAL, report.resident_id)
    assert message.text == catalogue("pl").text("notice.published.sms", code=report.code)
    with demo.line.store.read() as unit:
        (job,) = unit.jobs.list(kind=KIND)
    assert demo.kicked == [("fast", job.id)]
    assert [(entry.actor, entry.verb, entry.target) for entry in demo.audit()] == [
        ("moderator", "publish", f"report {report.id}")
    ]


def test_a_rejection_keeps_its_reason_and_the_reporter_hears_no_more_than_the_fact(
    demo: DemoLine, moderator: Actor
) -> None:
    report = demo.report()
    assert reject(demo.line, moderator, report.id, " names a neighbour ").publication is Publication.REJECTED
    with demo.line.store.read() as unit:
        (decision,) = unit.reports.decisions(report.id)
    assert (decision.before, decision.after, decision.actor) == ("pending", "rejected", "moderator")
    assert decision.reason == "names a neighbour"
    assert published(demo) == []
    assert [message.text for message in demo.outbox()] == [
        catalogue("nl").text("notice.rejected.sms", code=report.code)
    ]


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
def test_nothing_is_rejected_or_retracted_without_a_reason(demo: DemoLine, moderator: Actor, reason: str) -> None:
    report = demo.report()
    for verb in (reject, retract):
        with pytest.raises(ReasonMissing):
            verb(demo.line, moderator, report.id, reason)
    assert demo.now(report) == report


def test_a_retracted_report_leaves_the_feed_in_silence(demo: DemoLine, moderator: Actor) -> None:
    report = demo.report()
    publish(demo.line, moderator, report.id)
    retract(demo.line, moderator, report.id, "it names somebody")
    assert published(demo) == []
    assert len(demo.outbox()) == 1


def test_a_practice_report_is_never_published_and_nobody_hears_of_it(demo: DemoLine, moderator: Actor) -> None:
    report = demo.report(practice=True)
    trainer = Actor("trainer", Role.TRAINER, demo.group.id)
    for actor in (moderator, trainer):
        with pytest.raises(TransitionRefused, match="practice"):
            publish(demo.line, actor, report.id, second_decision=True)
    reject(demo.line, trainer, report.id, "well practised")
    assert published(demo) == []
    assert demo.outbox() == ()


@pytest.mark.parametrize("category", sorted(SECOND_DECISION))
def test_delicate_reports_wait_for_a_second_decision(demo: DemoLine, moderator: Actor, category: Category) -> None:
    report = demo.report(category=category)
    publish(demo.line, moderator, report.id)
    assert published(demo) == []
    assert demo.outbox() == ()
    with pytest.raises(TransitionRefused, match="second decision"):
        publish(demo.line, moderator, report.id)
    publish(demo.line, moderator, report.id, second_decision=True)
    assert published(demo) == [report.code]


def test_an_enquiry_is_never_published(demo: DemoLine, moderator: Actor) -> None:
    report = demo.report(category=Category.OTHER)
    with pytest.raises(TransitionRefused, match="enquiry"):
        publish(demo.line, moderator, report.id, second_decision=True)
    assert demo.now(report) == report


def test_nobody_decides_about_another_groups_report(demo: DemoLine) -> None:
    report = demo.report()
    stranger = Actor("stranger", Role.MODERATOR, demo.other_group().id)
    with pytest.raises(Missing):
        publish(demo.line, stranger, report.id)
    with pytest.raises(Missing):
        reject(demo.line, stranger, report.id, "spite")
    with pytest.raises(Missing):
        correct(demo.line, stranger, report.id, Category.FIRE, "")
    assert demo.now(report) == report


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MODERATOR])
def test_other_roles_do_not_decide_about_real_reports(demo: DemoLine, role: Role) -> None:
    report = demo.report()
    with pytest.raises(Missing):
        publish(demo.line, Actor("somebody", role, demo.group.id), report.id)
    assert demo.now(report) == report


def test_what_changed_since_it_was_read_is_not_published(demo: DemoLine, moderator: Actor) -> None:
    report = demo.report()
    with demo.line.store.begin() as unit:
        added = replace(unit.reports.by_id(report.id), redacted="Mijn buurman heet …")
        unit.reports.save(added, "resident")
    with pytest.raises(ReportChanged):
        publish(demo.line, moderator, report.id, revision=report.revision)
    assert published(demo) == []
    publish(demo.line, moderator, report.id, revision=report.revision + 1)
    assert published(demo) == [report.code]


def test_a_correction_changes_what_the_feed_shows_and_not_what_was_said(demo: DemoLine, moderator: Actor) -> None:
    report = demo.report(category=Category.VIOLENCE)
    publish(demo.line, moderator, report.id)
    corrected = correct(demo.line, moderator, report.id, Category.NOISE, " Muziek \n")
    assert (corrected.category, corrected.redacted, corrected.publish_decisions) == (Category.NOISE, "Muziek", 0)
    assert (corrected.original, corrected.description) == (report.original, report.description)
    publish(demo.line, moderator, report.id)
    with pytest.raises(TransitionRefused):
        correct(demo.line, moderator, report.id, Category.FIRE, "")


def opted_out(demo: DemoLine, report: Report) -> None:
    assert report.resident_id
    with demo.line.store.begin() as unit:
        unit.residents.set_opted_out(report.resident_id, opted_out=True)


def test_whoever_said_stop_hears_nothing(demo: DemoLine, moderator: Actor) -> None:
    report = demo.report()
    opted_out(demo, report)
    publish(demo.line, moderator, report.id)
    assert published(demo) == [report.code]
    assert demo.outbox() == ()


def test_a_report_without_a_number_or_a_way_back_is_published_in_silence(demo: DemoLine, moderator: Actor) -> None:
    anonymous = demo.report(resident_id=None, anonymous=True)
    elsewhere = demo.report(provider="a carrier that was left")
    for report in (anonymous, elsewhere):
        publish(demo.line, moderator, report.id)
    assert len(published(demo)) == 2
    assert demo.outbox() == ()


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("key", ["notice.published.sms", "notice.rejected.sms"])
def test_each_notice_is_one_sms_of_ours_and_tells_the_code(locale: str, key: str) -> None:
    text = catalogue(locale).text(key, code="98765")
    assert fits(text), len(text)
    assert "98765" in text
    assert "STOP" in text


def test_an_emergency_of_no_category_of_its_own_takes_two(demo: DemoLine, moderator: Actor) -> None:
    report = demo.report(category=Category.OTHER, emergency=Emergency(suspected=True))
    publish(demo.line, moderator, report.id)
    assert published(demo) == []
