"""The transition tables, and that practice never leaves practice whatever is tried."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.categories import SECOND_DECISION, Category
from ivr.messages import Channel
from service.domain.permissions import Role
from service.domain.report import Emergency, Place, Publication, Report, Status
from service.domain.workflow import (
    PUBLICATION_TRANSITIONS,
    STATUS_TRANSITIONS,
    TransitionRefused,
    change_publication,
    change_status,
    decisions_needed,
    erase,
    mark_duplicate,
)

NOW = datetime(2026, 11, 2, 20, 15, tzinfo=UTC)


def a_report(category: Category = Category.NOISE, *, practice: bool = False, number: int = 1) -> Report:
    return Report(
        id=UUID(int=number),
        code=str(1000 + number),
        group_id=UUID(int=99),
        practice=practice,
        channel=Channel.VOICE,
        language="nl",
        category=category,
        description="Muziek",
        original="muziek",
        redacted="Muziek",
        created_at=NOW,
        updated_at=NOW,
    )


moves = st.lists(
    st.tuples(st.one_of(st.sampled_from(Status), st.sampled_from(Publication)), st.sampled_from(Role), st.booleans()),
    max_size=40,
)


def move(report: Report, to: Status | Publication, role: Role, second: bool) -> Report:
    """The report after a move, or as it was when the move is refused."""
    try:
        if isinstance(to, Publication):
            return change_publication(report, to, role, NOW, second_decision=second)
        if to is Status.DUPLICATE:
            return mark_duplicate(report, a_report(practice=report.practice, number=2), role, NOW)
        return change_status(report, to, role, NOW)
    except TransitionRefused:
        return report


@given(st.sampled_from(Category), moves)
def test_no_way_leads_a_practice_report_out(category: Category, tried: list[tuple[Status, Role, bool]]) -> None:
    report = a_report(category, practice=True)
    for to, role, second in tried:
        report = move(report, to, role, second)
        assert report.practice
        assert report.publication is not Publication.PUBLISHED
        assert report.status is not Status.FORWARDED


@given(st.sampled_from(Category), moves)
def test_nothing_is_published_but_by_a_moderator(category: Category, tried: list[tuple[Status, Role, bool]]) -> None:
    report = a_report(category)
    for to, role, second in tried:
        before, report = report, move(report, to, role, second)
        if report.publication is Publication.PUBLISHED and before.publication is not Publication.PUBLISHED:
            assert role is Role.MODERATOR
            assert before.publication is Publication.PENDING
            assert category not in SECOND_DECISION or (second and before.publish_decisions == 1)
        assert (report.published_at is not None) == (report.publication is Publication.PUBLISHED)
        assert (report.duplicate_of is not None) <= (report.status is Status.DUPLICATE)


def test_the_tables_know_every_value() -> None:
    assert set(STATUS_TRANSITIONS) == set(Status)
    assert set(PUBLICATION_TRANSITIONS) == set(Publication)
    assert not [at for at, ways in STATUS_TRANSITIONS.items() if at in ways]


@pytest.mark.parametrize("category", sorted(SECOND_DECISION))
def test_delicate_reports_need_an_explicit_second_decision(category: Category) -> None:
    once = change_publication(a_report(category), Publication.PUBLISHED, Role.MODERATOR, NOW)
    assert (once.publication, once.publish_decisions, once.decided_at) == (Publication.PENDING, 1, None)
    with pytest.raises(TransitionRefused, match="second decision"):
        change_publication(once, Publication.PUBLISHED, Role.MODERATOR, NOW)
    twice = change_publication(once, Publication.PUBLISHED, Role.MODERATOR, NOW, second_decision=True)
    assert (twice.publication, twice.published_at, twice.decided_at) == (Publication.PUBLISHED, NOW, NOW)


def test_a_medical_emergency_needs_two_decisions_and_an_urgent_fire_one() -> None:
    urgent = Emergency(suspected=True)
    assert decisions_needed(replace(a_report(Category.OTHER), emergency=urgent)) == 2
    assert decisions_needed(a_report(Category.OTHER)) == 1
    assert decisions_needed(replace(a_report(Category.FIRE), emergency=urgent)) == 1


def test_an_enquiry_is_never_published_but_a_medical_emergency_may_be() -> None:
    enquiry = a_report(Category.OTHER)
    with pytest.raises(TransitionRefused, match="enquiry"):
        change_publication(enquiry, Publication.PUBLISHED, Role.MODERATOR, NOW, second_decision=True)
    medical = replace(enquiry, emergency=Emergency(suspected=True))
    assert change_publication(medical, Publication.PUBLISHED, Role.MODERATOR, NOW).publish_decisions == 1


def test_a_second_decision_given_first_counts_as_the_first() -> None:
    report = a_report(Category.HOLIDAY)
    once = change_publication(report, Publication.PUBLISHED, Role.MODERATOR, NOW, second_decision=True)
    assert once.publication is Publication.PENDING


def test_a_retracted_report_starts_over() -> None:
    report = a_report(Category.VIOLENCE)
    for to in (Publication.PUBLISHED, Publication.PUBLISHED, Publication.RETRACTED, Publication.PENDING):
        report = change_publication(report, to, Role.MODERATOR, NOW, second_decision=True)
    assert report.publish_decisions == 0
    once = change_publication(report, Publication.PUBLISHED, Role.MODERATOR, NOW, second_decision=True)
    assert once.publication is Publication.PENDING


def test_a_corrected_category_that_became_delicate_needs_its_second_decision() -> None:
    report = replace(a_report(), category=Category.VIOLENCE)
    assert change_publication(report, Publication.PUBLISHED, Role.MODERATOR, NOW).publication is Publication.PENDING


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.TRAINER, Role.POLICE, Role.MUNICIPALITY])
def test_others_do_not_publish(role: Role) -> None:
    with pytest.raises(TransitionRefused, match=f"{role} may not"):
        change_publication(a_report(), Publication.PUBLISHED, role, NOW)


def test_a_trainer_moderates_practice_only() -> None:
    assert change_status(a_report(practice=True), Status.RESOLVED, Role.TRAINER, NOW).status is Status.RESOLVED
    with pytest.raises(TransitionRefused):
        change_status(a_report(), Status.RESOLVED, Role.TRAINER, NOW)


def test_desks_work_on_what_was_forwarded_to_them() -> None:
    report = a_report()
    with pytest.raises(TransitionRefused):
        change_status(report, Status.PLANNED, Role.MUNICIPALITY, NOW)
    forwarded = change_status(report, Status.FORWARDED, Role.MODERATOR, NOW)
    assert change_status(forwarded, Status.PLANNED, Role.MUNICIPALITY, NOW).status is Status.PLANNED


def test_a_duplicate_names_a_report_of_its_own_kind() -> None:
    report, other = a_report(), a_report(number=2)
    merged = mark_duplicate(report, other, Role.MODERATOR, NOW)
    assert (merged.status, merged.duplicate_of) == (Status.DUPLICATE, other.id)
    assert change_status(merged, Status.REOPENED, Role.MODERATOR, NOW).duplicate_of is None
    refused = (
        report,
        replace(other, practice=True),
        replace(other, group_id=UUID(int=7)),
        replace(other, duplicate_of=report.id),
    )
    for of in refused:
        with pytest.raises(TransitionRefused):
            mark_duplicate(report, of, Role.MODERATOR, NOW)
    with pytest.raises(TransitionRefused, match="repeats"):
        change_status(report, Status.DUPLICATE, Role.MODERATOR, NOW)


def test_erasing_leaves_what_where_and_when() -> None:
    report = replace(a_report(), place=Place(street="Molenweg", number="12", lat=52.0, lon=4.3), pseudonym="R1")
    published = change_publication(report, Publication.PUBLISHED, Role.MODERATOR, NOW)
    erased = erase(published, NOW)
    assert (erased.status, erased.publication) == (Status.WITHDRAWN, Publication.RETRACTED)
    assert (erased.category, erased.place.street, erased.place.number, erased.place.lat) == (
        "noise",
        "Molenweg",
        "",
        None,
    )
    words = (erased.description, erased.original, erased.redacted, erased.pseudonym, erased.language)
    assert words == ("", "", "", "", "")
