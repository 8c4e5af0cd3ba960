import html
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ivr.catalogue import catalogue
from ivr.categories import Category
from ivr.locale import locales
from service.domain.permissions import Role
from service.domain.report import Emergency, Occurred, Place, Publication, Report
from tests.service.web.console_line import Browser, ConsoleLine, console_line

QUEUE = "/console/"
ACTIONS = ("publish", "reject", "retract", "correct")


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleLine]:
    with console_line(tmp_path) as running:
        yield running


def address(report: Report, action: str = "") -> str:
    return f"/console/reports/{report.id}" + (f"/{action}" if action else "")


def token(browser: Browser) -> dict[str, str]:
    return browser.form(QUEUE, "/console/sign-out")


def feed(console: ConsoleLine) -> list[str]:
    found = json.loads(console.browser().get("/g/demo/feed.json").text)
    return [item["_report"]["code"] for item in found["items"]]


SEES = {
    Role.MODERATOR: {"real", "practice"},
    Role.TRAINER: {"practice"},
}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RESIDENT])
def test_each_role_sees_and_does_its_own_only(console: ConsoleLine, role: Role) -> None:
    reports = {"real": console.demo.report(), "practice": console.demo.report(practice=True)}
    media = {name: console.recorded(report) for name, report in reports.items()}
    browser = console.signed_in(console.demo.user(role, f"a-{role}"))
    assert browser.get(QUEUE).status_code == 200
    proof = token(browser)
    for name, report in reports.items():
        there = name in SEES.get(role, set())
        assert browser.get(address(report)).status_code == (200 if there else 404)
        assert browser.get(media[name]).status_code == (200 if there else 404)
        assert (report.code in browser.get(QUEUE).text) is there
        for action in ACTIONS:
            fields = {"revision": "0", "reason": "because", "category": "noise"}
            answer = browser.client.post(address(report, action), data=proof | fields)
            assert answer.status_code == (409 if there else 404), action
        assert console.demo.now(report) == replace(report, media_ids=console.demo.now(report).media_ids)


def test_nobody_gets_anything_without_signing_in(console: ConsoleLine) -> None:
    report = console.demo.report()
    browser = console.browser()
    proof = browser.form("/console/sign-in", "/console/sign-in")
    for path in (QUEUE, address(report), console.recorded(report)):
        answer = browser.get(path)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/console/sign-in")
    for action in ACTIONS:
        assert browser.client.post(address(report, action), data=proof).status_code == 303
    assert console.demo.now(report).publication is Publication.PENDING


def test_what_is_another_groups_is_not_there(console: ConsoleLine) -> None:
    foreign = console.demo.report(group=console.demo.other_group())
    recording = console.recorded(foreign)
    browser = console.moderator()
    proof = token(browser)
    missing = uuid4()
    for there, nowhere in (
        (address(foreign), f"/console/reports/{missing}"),
        (recording, f"/console/media/{missing}"),
    ):
        answers = [browser.get(path) for path in (there, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert len({answer.text.split("request_id")[0].split('class="number"')[0] for answer in answers}) == 1
    for action in ACTIONS:
        data = proof | {"revision": "1", "reason": "spite", "category": "noise"}
        assert browser.client.post(address(foreign, action), data=data).status_code == 404
    assert foreign.code not in browser.get(QUEUE).text


def test_every_form_needs_its_token(console: ConsoleLine) -> None:
    report = console.demo.report()
    browser = console.moderator()
    for action in ACTIONS:
        data = {"revision": "1", "reason": "because", "category": "noise"}
        assert browser.client.post(address(report, action), data=data).status_code == 400
        answer = browser.client.post(address(report, action), data=data | {"console_token": "wrong"})
        assert answer.status_code == 400
    assert console.demo.now(report) == report


def test_the_urgent_come_first_and_then_the_oldest(console: ConsoleLine) -> None:
    first = console.demo.report()
    console.demo.move(minutes=1)
    practice = console.demo.report(practice=True)
    console.demo.move(minutes=1)
    unconfirmed = console.demo.report(confirmed=False)
    console.demo.move(minutes=1)
    urgent = console.demo.report(category=Category.FIRE, emergency=Emergency(suspected=True))
    text = console.moderator().get(QUEUE).text
    order = sorted((first, practice, unconfirmed, urgent), key=lambda report: text.index(str(report.id)))
    assert order == [urgent, first, practice, unconfirmed]
    entries = dict(zip(("urgent", "first", "practice", "unconfirmed"), text.split("<li>")[1:], strict=False))
    marks = {"urgent": "Urgent", "practice": "Practice", "unconfirmed": "Not confirmed"}
    for name, entry in entries.items():
        assert (
            {mark for mark in marks.values() if f">{mark}<" in entry} == {marks[name]} - {""} if name in marks else True
        )


def test_a_long_queue_tells_how_long_it_is(console: ConsoleLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.console.SHOWN", 2)
    for _ in range(3):
        console.demo.report()
    assert "The first 2 of 3 are shown." in console.moderator().get(QUEUE).text


def test_a_report_page_has_all_there_is_to_it(console: ConsoleLine) -> None:
    report = console.demo.report(
        language="pl",
        original="Głośna muzyka & <b>krzyki</b>, Kerkstraat 12",
        redacted="Głośna muzyka, Kerkstraat 12",
        place=Place(street="Kerkstraat", number="12", suffix="A"),
        occurred=Occurred(),
        emergency=Emergency(suspected=True, advised_112_at=console.demo.line.clock.now()),
    )
    recording = console.recorded(report, "głośna muzyka")
    text = html.unescape(console.moderator().get(address(report)).text)
    assert "Kerkstraat 12A" in text
    assert "Polski" in text
    assert report.pseudonym in text
    assert f'src="{recording}"' in text
    assert "głośna muzyka" in text
    assert "112 advised" in text
    shown = text.split('class="preview"')[1].split("</div>")[0]
    assert "Głośna muzyka, Kerkstraat […]" in shown
    assert "12" not in shown
    raw = console.signed_in(console.demo.user(Role.MODERATOR, "bo")).get(address(report)).text
    assert "<b>krzyki" not in raw
    assert "+316" not in raw


def test_reads_are_audited(console: ConsoleLine) -> None:
    report = console.demo.report()
    recording = console.recorded(report)
    browser = console.moderator()
    for path in (QUEUE, address(report), recording):
        assert browser.get(path).status_code == 200
    trail = [(entry.actor, entry.verb, entry.target.rsplit(" ", 1)[1]) for entry in console.demo.audit()[1:]]
    assert trail == [
        ("anna", "read_queue", str(console.demo.group.id)),
        ("anna", "read_report", str(report.id)),
        ("anna", "listen", recording.rsplit("/", 1)[1]),
    ]


def test_audio_comes_in_ranges_and_stays_out_of_caches(console: ConsoleLine) -> None:
    report = console.demo.report()
    recording = console.recorded(report)
    browser = console.moderator()
    whole = browser.get(recording)
    assert (whole.content_type, whole.headers["Cache-Control"]) == ("audio/wav", "no-store")
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = browser.get(recording, Range="bytes=4-7")
    assert (part.status_code, part.data) == (206, whole.data[4:8])


def test_audio_that_is_gone_is_not_there(console: ConsoleLine) -> None:
    report = console.demo.report()
    deleted, vanished = (console.recorded(report) for _ in range(2))
    with console.demo.line.store.begin() as unit:
        unit.media.mark_deleted(UUID(deleted.rsplit("/", 1)[1]))
    (console.demo.line.settings.recordings / f"{vanished.rsplit('/', 1)[1]}.wav").unlink()
    browser = console.moderator()
    assert [browser.get(path).status_code for path in (deleted, vanished)] == [404, 404]
    assert deleted not in browser.get(address(report)).text


def test_a_published_report_is_in_the_feed_and_can_be_taken_out(console: ConsoleLine) -> None:
    report = console.demo.report()
    browser = console.moderator()
    done = browser.submit(address(report), address(report, "publish"))
    assert (done.status_code, done.location) == (303, QUEUE)
    assert f"Report {report.code} is on the neighbourhood page." in browser.get(QUEUE).text
    assert feed(console) == [report.code]
    assert len(console.demo.outbox()) == 1
    assert browser.submit(address(report), address(report, "retract"), reason="it names somebody").status_code == 303
    assert feed(console) == []
    text = browser.get(address(report)).text
    assert "Taken off the page" in text
    assert "it names somebody" in text


def test_a_rejection_needs_its_reason(console: ConsoleLine) -> None:
    report = console.demo.report()
    browser = console.moderator()
    refused = browser.submit(address(report), address(report, "reject"), reason=" ")
    assert refused.status_code == 422
    assert "Please write why" in refused.text
    assert browser.submit(address(report), address(report, "reject"), reason="twice told").status_code == 303
    assert console.demo.now(report).publication is Publication.REJECTED
    assert "twice told" in browser.get(address(report)).text


def test_a_delicate_report_is_published_by_a_second_look_only(console: ConsoleLine) -> None:
    report = console.demo.report(category=Category.HOLIDAY)
    browser = console.moderator()
    assert 'name="second"' not in browser.get(address(report)).text
    stale = browser.form(address(report), address(report, "publish"))
    assert browser.submit(address(report), address(report, "publish")).location == address(report)
    assert browser.client.post(address(report, "publish"), data=stale).status_code == 409
    assert browser.submit(address(report), address(report, "publish")).status_code == 409
    assert feed(console) == []
    assert browser.submit(address(report), address(report, "publish"), second="yes").status_code == 303
    assert feed(console) == [report.code]


def test_the_history_tells_each_decision_once(console: ConsoleLine) -> None:
    report = console.demo.report(category=Category.HOLIDAY)
    browser = console.moderator()
    for fields in ({}, {"second": "yes"}):
        browser.submit(address(report), address(report, "publish"), **fields)
    told = browser.get(address(report)).text.split('class="history"')[1].split("<strong>")[1:]
    assert [entry.split("<")[0] for entry in told] == ["First of two decisions", "Published"]


@pytest.mark.parametrize(("practice", "category"), [(True, Category.NOISE), (False, Category.OTHER)])
def test_what_is_never_published_has_no_button_and_no_way(
    console: ConsoleLine, practice: bool, category: Category
) -> None:
    report = console.demo.report(practice=practice, category=category)
    browser = console.moderator()
    assert f'action="{address(report, "publish")}"' not in browser.get(address(report)).text
    data = token(browser) | {"revision": "1", "second": "yes"}
    assert browser.client.post(address(report, "publish"), data=data).status_code == 409
    assert feed(console) == []


def test_what_changed_meanwhile_is_shown_instead_of_published(console: ConsoleLine) -> None:
    report = console.demo.report()
    browser = console.moderator()
    form = browser.form(address(report), address(report, "publish"))
    with console.demo.line.store.begin() as unit:
        added = replace(unit.reports.by_id(report.id), redacted="Jan woont op 12")
        unit.reports.save(added, "resident")
    answer = browser.client.post(address(report, "publish"), data=form, headers={"Accept-Language": "en"})
    assert answer.status_code == 409
    assert "changed in the meantime" in answer.text
    assert "Jan woont op 12" in answer.text
    assert feed(console) == []


def test_a_correction_is_what_the_feed_shows(console: ConsoleLine) -> None:
    report = console.demo.report(category=Category.OTHER)
    browser = console.moderator()
    corrected = browser.submit(
        address(report), address(report, "correct"), category="litter", text="Vuilnis\r\nlangs de weg"
    )
    assert corrected.location == address(report)
    assert browser.submit(address(report), address(report, "publish")).status_code == 303
    assert console.demo.now(report).redacted == "Vuilnis\nlangs de weg"
    assert feed(console) == [report.code]
    for wrong in ({"category": "nonsense"}, {"category": "noise", "revision": "x"}):
        assert browser.client.post(address(report, "correct"), data=token(browser) | wrong).status_code == 422


def test_a_live_group_is_warned_of_texts_that_nobody_has_checked(console: ConsoleLine) -> None:
    browser = console.moderator()
    assert "native speaker" not in browser.get(QUEUE).text
    with console.demo.line.store.begin() as unit:
        unit.groups.save(replace(console.demo.group, live=True, locales=("nl", "tr")))
    assert "Nederlands, Türkçe" in browser.get(QUEUE).text


@pytest.mark.parametrize("code", locales())
def test_the_console_speaks_every_language(console: ConsoleLine, code: str) -> None:
    report = console.demo.report(
        category=Category.VIOLENCE, emergency=Emergency(suspected=True), confirmed=False, publish_decisions=1
    )
    console.recorded(report, "")
    browser = console.moderator()
    page = browser.client.get(f"{address(report)}?lang={code}").text
    assert html.escape(catalogue(code).text("console.second_check"), quote=False).replace("'", "&#39;") in page
    assert f'action="{address(report, "publish")}?lang={code}"' in page
    assert "console." not in page.replace("console.css", "")
    assert browser.client.get(f"{QUEUE}?lang={code}").status_code == 200
