import json

import pytest

from ivr.categories import Category
from service.cli.report import report
from service.domain.report import Emergency, Publication
from tests.service.demo_line import DemoLine

from .conftest import Run


def test_the_list_is_of_all_reports_and_marks_what_is_practice(demo: DemoLine, ask: Run) -> None:
    practice = demo.report(practice=True)
    demo.move(minutes=1)
    urgent = demo.report(emergency=Emergency(suspected=True))
    demo.move(minutes=1)
    foreign = demo.report(group=demo.other_group())
    rows = json.loads(ask(report, "list", "--json").output)
    assert [row["code"] for row in rows] == [foreign.code, urgent.code, practice.code]
    assert [row["practice"] for row in rows] == [False, False, True]
    assert [row["emergency"]["suspected"] for row in rows] == [False, True, False]
    assert [row["group"] for row in rows] == ["other", "demo", "demo"]
    assert [row["code"] for row in json.loads(ask(report, "list", "--group", "other", "--json").output)] == [
        foreign.code
    ]
    assert [row["code"] for row in json.loads(ask(report, "list", "--limit", "1", "--json").output)] == [foreign.code]
    lines = ask(report, "list").output.splitlines()
    assert [line.rsplit(maxsplit=1)[1] for line in lines] == ["received/pending", "urgent", "practice"]
    assert {entry.verb for entry in demo.audit()} == {"list_reports"}


def test_a_long_list_is_whole(demo: DemoLine, ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli.report._PAGE", 2)
    codes = {demo.report().code for _ in range(5)}
    assert {row["code"] for row in json.loads(ask(report, "list", "--json").output)} == codes


def test_a_report_is_published_by_its_code(demo: DemoLine, ask: Run) -> None:
    filed = demo.report()
    result = ask(report, "publish", filed.code)
    assert (result.exit_code, result.output) == (0, f"Report {filed.code} is published.\n")
    assert demo.now(filed).publication is Publication.PUBLISHED
    again = ask(report, "publish", filed.code)
    assert again.exit_code == 1
    assert again.output.startswith(f"Error: Report {filed.code} was not published: there is no way")


def test_a_delicate_report_takes_two_commands(demo: DemoLine, ask: Run) -> None:
    filed = demo.report(category=Category.VIOLENCE)
    assert "needs two decisions" in ask(report, "publish", filed.code).output
    assert ask(report, "publish", filed.code).exit_code == 1
    result = ask(report, "publish", filed.code, "--second-decision", "--json")
    assert json.loads(result.output)["publication"] == "published"


def test_what_is_never_published_is_refused_with_the_reason(demo: DemoLine, ask: Run) -> None:
    practice, enquiry = demo.report(practice=True), demo.report(category=Category.OTHER)
    assert "a practice report can never be published" in ask(report, "publish", practice.code).output
    assert "enquiry" in ask(report, "publish", enquiry.code).output


def test_a_rejection_needs_its_reason(demo: DemoLine, ask: Run) -> None:
    filed = demo.report()
    assert ask(report, "reject", filed.code).exit_code == 2
    assert ask(report, "reject", filed.code, "--reason", " ").exit_code == 1
    assert ask(report, "reject", filed.code, "--reason", "doubled").exit_code == 0
    with demo.line.store.read() as unit:
        assert unit.reports.decisions(filed.id)[0].reason == "doubled"


def test_an_unknown_code_or_group_is_told(demo: DemoLine, ask: Run) -> None:
    foreign = demo.report(group=demo.other_group())
    for arguments in (("publish", "99999"), ("publish", "1000", "--group", "x"), ("list", "--group", "x")):
        result = ask(report, *arguments)
        assert result.exit_code == 1
        assert "Error: There is no" in result.output
    assert ask(report, "publish", foreign.code).exit_code == 1
    assert ask(report, "publish", foreign.code, "--group", "other").exit_code == 0
