"""Reports, mail and recordings: nothing is overwritten, nothing comes twice, audio goes in time."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ivr.categories import Category
from ivr.messages import Channel, Inbound, Transcript, TurnKind, WhenLabel, Word
from ivr.rendering.reply import Body
from service.clock import Clock
from service.domain.delivery import OutboxStatus
from service.domain.permissions import Role
from service.domain.report import Emergency, Occurred, PlacePrecision, Publication, Report, Status, TimePrecision
from service.domain.report import Place as Where
from service.domain.workflow import change_publication, change_status
from service.store.store import Store
from service.store.unit import AlreadyTaken, Missing
from tests.service.store.conftest import LINE, PHONE, Place

NASTY = "Molenweg ضجيج 🔥 '; DROP TABLE reports; --\n"


def publish(place: Place, report: Report) -> Report:
    with place.store.begin() as unit:
        published = change_publication(
            unit.reports.by_id(report.id), Publication.PUBLISHED, Role.MODERATOR, place.hand.at
        )
        return unit.reports.save(published, "moderator", "klopt")


def media(place: Place, report: Report | None = None) -> UUID:
    with place.store.begin() as unit:
        return unit.media.add(
            place.group.id, report.id if report else None, place.session, "a.wav", 3.5, created=place.hand.at
        )


def test_a_report_comes_back_as_it_was(place: Place) -> None:
    recording = media(place)
    report = place.report(
        description=NASTY,
        original=NASTY,
        place=Where("Molenweg", "12", "B", "2311AA", "bij de kerk", 52.1, 4.5, PlacePrecision.NUMBER, "BAG1"),
        occurred=Occurred(WhenLabel.LAST_NIGHT, place.hand.at, place.hand.at, TimePrecision.PART_OF_DAY),
        emergency=Emergency(suspected=True, advised_112_at=place.hand.at, called_112=False),
        confidence={"category": 0.75},
        media_ids=(recording,),
        confirmed=False,
        pseudonym="R000001",
    )
    with place.store.read() as unit:
        assert unit.reports.by_id(report.id) == report
        assert unit.reports.by_code(place.group.id, report.code) == report
        assert unit.reports.history(report.id)[0].report == report
        assert unit.media.for_report(report.id)[0].id == recording
        assert unit.reports.by_code(place.group.id, "0000") is None
        with pytest.raises(Missing):
            unit.reports.by_id(place.session)


def test_what_postgresql_cannot_hold_never_loses_a_report(place: Place) -> None:
    report = place.report(description="a\0b\ud83d", redacted="\udc00")
    with place.store.read() as unit:
        assert unit.reports.by_id(report.id).description == "a\ufffdb\ufffd"
        assert unit.reports.history(report.id)[0].report.description == "a\ufffdb\ufffd"


def test_every_save_adds_a_revision_and_every_transition_a_decision(place: Place) -> None:
    report = place.report()
    place.hand.move(minutes=1)
    with place.store.begin() as unit:
        unit.reports.save(replace(unit.reports.by_id(report.id), redacted="Muziek"), "anna", "korter")
    place.hand.move(minutes=1)
    published = publish(place, report)
    with place.store.begin() as unit:
        done = change_status(unit.reports.by_id(report.id), Status.RESOLVED, Role.MODERATOR, place.hand.at)
        unit.reports.save(done, "anna")
        history, decisions = unit.reports.history(report.id), unit.reports.decisions(report.id)
    assert history[0].report == report
    assert [revision.report.redacted for revision in history] == ["Harde muziek", "Muziek", "Muziek", "Muziek"]
    assert [revision.actor for revision in history] == ["line", "anna", "moderator", "anna"]
    assert history[2].report == published
    assert [(d.field, d.before, d.after, d.actor, d.reason) for d in decisions] == [
        ("publication", "pending", "published", "moderator", "klopt"),
        ("publish_decisions", "0", "1", "moderator", "klopt"),
        ("status", "received", "resolved", "anna", ""),
    ]


@pytest.mark.parametrize(
    "change", [{"practice": True}, {"original": "anders"}, {"code": "9999"}, {"channel": Channel.WEB}]
)
def test_what_was_filed_stays(place: Place, change: dict[str, object]) -> None:
    report = place.report()
    with place.store.begin() as unit, pytest.raises(ValueError, match=r"cannot be changed|never changed"):
        unit.reports.save(replace(report, **change), "anna")  # type: ignore[arg-type]


def test_a_transcript_that_comes_late_is_added_to_the_words(place: Place) -> None:
    report = place.report()
    with place.store.begin() as unit:
        unit.reports.save(replace(report, original=report.original + "\nen geschreeuw"), "line")
        found = unit.reports.by_session(place.session)
        assert unit.reports.by_session(report.id) is None
    assert found is not None
    assert found.original == "harde muziek!\nen geschreeuw"


def test_a_change_made_on_an_older_revision_is_refused(place: Place) -> None:
    report = place.report()
    publish(place, report)
    with place.store.begin() as unit, pytest.raises(ValueError, match="since it was read"):
        unit.reports.save(replace(report, redacted="anders"), "anna")


def test_lists_keep_practice_apart(place: Place) -> None:
    real = place.report()
    place.hand.move(minutes=1)
    training = place.report(practice=True, category=Category.FIRE)
    group = place.group.id
    with place.store.read() as unit:
        assert unit.reports.list(group) == (real,)
        assert unit.reports.list(group, practice=True) == (training,)
        assert unit.reports.list(group, practice=None) == (training, real)
        assert unit.reports.list(group, practice=None, category=Category.FIRE) == (training,)
        assert unit.reports.list(practice=None, since=place.hand.at) == (training,)
        assert unit.reports.list(practice=None, status=Status.RESOLVED) == ()
        assert unit.reports.list(practice=None, resident_id=place.resident, limit=1, offset=1) == (real,)
        assert unit.reports.pending(group) == (real,)
        assert unit.reports.pending(group, practice=True) == (training,)


def test_the_feed_pages_from_the_last_published(place: Place) -> None:
    reports = [place.report() for _ in range(3)]
    published: list[Report] = []
    for report in reversed(reports):
        place.hand.move(minutes=1)
        published.insert(0, publish(place, report))
    with place.store.read() as unit:
        assert unit.reports.published(place.group.id) == tuple(published)
        first = unit.reports.published(place.group.id, 2)
        assert unit.reports.published(place.group.id, 2, before=first[-1].published_at) == (published[2],)
        assert unit.reports.pending(place.group.id) == ()


def test_codes_are_unused_and_grow_when_crowded(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.reports._CROWDED", 10)
    with place.store.begin() as unit:
        codes = {unit.reports.new_code(place.group.id) for _ in range(20)}
    assert all(len(code) == 4 and code[0] != "0" for code in codes)
    place.report(code="1000")
    always_first = Store(place.settings, Clock(below=lambda _: 0), place.keys)
    with always_first.begin() as unit:
        assert unit.reports.new_code(place.group.id) == "1001"
        filed = unit.reports.by_code(place.group.id, "1000")
        assert filed is not None
        for number in range(1001, 1010):
            unit.reports.add(replace(filed, id=UUID(int=number), code=str(number)))
        assert unit.reports.new_code(place.group.id) == "10000"
    always_first.close()


INBOUND = Inbound(
    "twilio",
    "SM1",
    Channel.SMS,
    TurnKind.TEXT,
    PHONE,
    LINE,
    Clock().now(),
    text=NASTY + "\0",
    keys="",
    recording_url="",
)


def test_a_message_is_kept_once_and_its_answer_found_again(place: Place) -> None:
    body = Body("<Response/>", "text/xml")
    with place.store.begin() as unit:
        assert unit.inbox.find("twilio", "SM1") is None
        unit.inbox.add(INBOUND, place.resident, place.session, '{"language": null}', body)
        unit.inbox.add(replace(INBOUND, provider="kannel"), None, None, "{}", body)
    with place.store.read() as unit:
        assert unit.inbox.find("twilio", "SM1") == body

    def add_again() -> None:
        with place.store.begin() as unit:
            unit.audit.add("somebody", "did", "it again")
            unit.inbox.add(INBOUND, place.resident, place.session, "{}", Body("other", "text/plain"))

    with pytest.raises(AlreadyTaken):
        add_again()
    with place.store.read() as unit:
        assert unit.inbox.find("twilio", "SM1") == body
        assert unit.audit.list() == ()


def outgoing(place: Place, key: str = "k") -> UUID:
    with place.store.begin() as unit:
        return unit.outbox.add(place.group.id, place.resident, "twilio", LINE, "Uw melding", unique_key=key)


def test_a_message_of_ours_is_there_once(place: Place) -> None:
    assert outgoing(place) == outgoing(place)
    with place.store.read() as unit:
        (message,) = unit.outbox.list(place.group.id)
        assert unit.outbox.get(message.id) == message
    assert (message.status, message.text, message.sender) == (OutboxStatus.QUEUED, "Uw melding", LINE)


def test_receipts_only_move_forward(place: Place) -> None:
    message = outgoing(place)
    steps = [
        ("sent", OutboxStatus.SENT),
        ("queued", OutboxStatus.SENT),
        ("delivered", OutboxStatus.DELIVERED),
        ("sent", OutboxStatus.DELIVERED),
        ("failed", OutboxStatus.DELIVERED),
    ]
    with place.store.begin() as unit:
        assert not unit.outbox.receipt("twilio", "SM9", OutboxStatus.SENT)
        unit.outbox.sent(message, "SM9")
        for status, expected in steps:
            assert unit.outbox.receipt("twilio", "SM9", OutboxStatus(status))
            assert unit.outbox.get(message).status is expected
        assert not unit.outbox.receipt("kannel", "SM9", OutboxStatus.FAILED)
        unit.outbox.sent(message, "SM9")
        assert unit.outbox.get(message).status is OutboxStatus.DELIVERED


def test_a_failure_keeps_its_reason(place: Place) -> None:
    message = outgoing(place)
    with place.store.begin() as unit:
        unit.outbox.failed(message, "opted out", "21610")
        failed = unit.outbox.get(message)
    assert (failed.status, failed.reason, failed.code) == (OutboxStatus.FAILED, "opted out", "21610")


def test_a_transcript_is_kept_with_its_recording(place: Place) -> None:
    heard = Transcript("molenweg", "nl", 0.5, "scripted", 3.5, (Word("molenweg", 0.1, 0.9, 0.5),))
    recording = media(place)
    report = place.report()
    with place.store.begin() as unit:
        unit.media.set_transcript(recording, heard)
        unit.media.attach(recording, report.id)
        unit.media.set_audio(recording, "b.wav", 4.5)
        assert (unit.media.get(recording).path, unit.media.get(recording).seconds) == ("b.wav", 4.5)
        assert unit.media.get(recording).transcript == heard
        assert unit.reports.by_id(report.id).media_ids == (recording,)
        assert [found.id for found in unit.media.for_session(place.session)] == [recording]
        with pytest.raises(Missing):
            unit.media.get(report.id)


def due(place: Place) -> list[UUID]:
    with place.store.read() as unit:
        return [found.id for found in unit.media.due_for_deletion(place.hand.at)]


def test_audio_goes_days_after_the_decision(place: Place) -> None:
    report = place.report()
    recording, other = media(place, report), media(place)
    place.hand.move(days=10)
    assert due(place) == []
    publish(place, report)
    place.hand.move(days=6, hours=23)
    assert due(place) == []
    place.hand.move(hours=1)
    assert due(place) == [recording]
    with place.store.begin() as unit:
        unit.media.mark_deleted(recording)
        assert unit.media.get(recording).deleted_at == place.hand.at
    assert due(place) == []
    place.hand.move(days=13)
    assert due(place) == [other]


def test_undecided_audio_goes_after_thirty_days_at_most(place: Place) -> None:
    recording = media(place, place.report())
    place.hand.move(days=29, hours=23)
    assert due(place) == []
    place.hand.move(hours=1)
    assert due(place) == [recording]


def test_a_resident_is_forgotten_everywhere(place: Place) -> None:
    report = place.report(description="GEHEIM", original="GEHEIM", redacted="GEHEIM", place=Where("Molenweg", "12"))
    publish(place, report)
    recording = media(place, report)
    outgoing(place)
    with place.store.begin() as unit:
        unit.inbox.add(replace(INBOUND, text="GEHEIM"), place.resident, place.session, '"GEHEIM"', Body("GEHEIM", ""))
        unit.sessions.save(place.session, '"GEHEIM"', "confirm")
        unit.media.set_transcript(recording, Transcript("GEHEIM", "nl", 1, "scripted", 1))
        unit.residents.set_locale(place.resident, "tr")
    place.hand.move(days=1)
    with place.store.begin() as unit:
        unit.erasure.resident(place.resident)
    assert due(place) == [recording]
    with place.store.begin() as unit:
        erased = unit.reports.by_id(report.id)
        assert (erased.publication, erased.status) == (Publication.RETRACTED, Status.WITHDRAWN)
        assert (erased.place.street, erased.resident_id) == ("Molenweg", None)
        assert [revision.report.original for revision in unit.reports.history(report.id)] == ["", "", ""]
        assert [(found.status, found.text) for found in unit.outbox.list()] == [(OutboxStatus.FAILED, "")]
        with pytest.raises(Missing):
            unit.residents.phone(place.resident)
        assert unit.residents.by_phone(PHONE) == ()
        assert unit.residents.find_or_add(place.group.id, PHONE).id != place.resident
    with place.store.engine.connect() as connection:
        names = ("inbox", "sessions", "reports", "report_revisions", "media", "outbox")
        stored = str([connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in names])
    assert "GEHEIM" not in stored


def test_the_audit_trail(place: Place) -> None:
    with place.store.begin() as unit:
        unit.audit.add("anna", "read", "report 1234", group_id=place.group.id)
        unit.audit.add("cli", "erase", "resident", place.hand.at + timedelta(seconds=1))
        assert [line.actor for line in unit.audit.list()] == ["cli", "anna"]
        assert [line.target for line in unit.audit.list(place.group.id)] == ["report 1234"]
