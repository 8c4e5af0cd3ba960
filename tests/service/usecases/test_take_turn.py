"""The road of an inbound message on a real store: answered once, filed as said, and nothing lost on the way."""

from dataclasses import replace
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from ivr.categories import Category
from service.domain.account import Actor
from service.domain.group import Landmark, Street
from service.domain.permissions import Role
from service.domain.report import PlacePrecision, Publication, Status
from service.settings import Settings
from service.store.migrate import migrate
from service.usecases.line import Line
from service.usecases.moderate import correct, publish
from service.usecases.take_turn import UnknownNumber, replay_spooled
from tests.service.usecases.resident import (
    OTHER_PHONE,
    PHONE,
    PRACTICE,
    Resident,
    group,
    line,
    reports,
    resident,
)

__all__ = ["line", "resident"]


def test_two_texts_file_a_report(line: Line, resident: Resident) -> None:
    assert "Molenweg 14" in resident.texts("er is vannacht ingebroken op Molenweg 14")
    assert reports(line) == ()
    reply = resident.texts("ja")
    (report,) = reports(line)
    assert report.code in reply
    assert (report.category, report.place.street, report.place.number) == ("burglary", "Molenweg", "14")
    assert (report.confirmed, report.status, report.publication) == (True, Status.RECEIVED, Publication.PENDING)
    assert report.original == "er is vannacht ingebroken op Molenweg 14"
    assert (report.language, report.practice, report.anonymous) == ("nl", False, False)


def test_a_report_tells_the_landmark_and_what_the_gazetteer_knows(line: Line, resident: Resident) -> None:
    demo = group(line)
    with line.store.begin() as unit:
        streets = [Street("Molenweg", (), 52.5, 4.25, "77", ("Wiekenpad",))]
        unit.groups.import_streets(demo.id, streets, [Landmark("Bakkerij Kruim", (), "", 52.0, 4.5, "k1")])
    assert "Molenweg 14-2" in resident.texts("er is ingebroken op het wiekenpad 14-2 naast bakkerij kruim")
    resident.texts("ja")
    (report,) = reports(line)
    place = report.place
    assert (place.street, place.number, place.suffix) == ("Molenweg", "14", "-2")
    assert (place.landmark, place.lat, place.lon, place.gazetteer_id) == ("Bakkerij Kruim", 52.5, 4.25, "77")
    assert place.precision is PlacePrecision.NUMBER


def test_the_same_message_again_gets_the_same_answer_and_changes_nothing(line: Line, resident: Resident) -> None:
    resident.texts("er is ingebroken op Molenweg 14")
    first = resident.texts("ja", "SM1")
    assert resident.texts("ja", "SM1") == first
    assert len(reports(line)) == 1


def test_many_repetitions_at_once_are_one_message(line: Line, resident: Resident) -> None:
    answers: list[str] = []
    threads = [
        Thread(target=lambda: answers.append(resident.texts("er is ingebroken op Molenweg 14", "SM2")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1


def test_texts_of_one_resident_at_once_are_taken_one_after_the_other(line: Line, resident: Resident) -> None:
    resident.texts("er is ingebroken op Molenweg 14")
    words = [f"detail {n}" for n in range(3)]
    threads = [Thread(target=resident.texts, args=(text,)) for text in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    resident.texts("ja")
    (report,) = reports(line)
    assert all(text in report.original for text in words)


def test_an_emergency_is_kept_at_once_and_confirmed_later(line: Line, resident: Resident) -> None:
    assert "112" in resident.texts("help brand in huis Lindelaan 3 nu vlammen uit het dak").splitlines()[0]
    (kept,) = reports(line)
    assert (kept.confirmed, kept.emergency.suspected, kept.status) == (False, True, Status.NEEDS_INFO)
    reply = resident.texts("ja")
    (report,) = reports(line)
    assert (report.id, report.code, report.confirmed) == (kept.id, kept.code, True)
    assert report.code in reply


def published(line: Line) -> list[UUID]:
    demo = group(line)
    with line.store.read() as unit:
        return [report.id for report in unit.reports.published(demo.id)]


def test_what_a_resident_adds_to_a_published_report_waits_for_a_moderator(line: Line, resident: Resident) -> None:
    resident.texts("er is brand op Molenweg 14")
    (kept,) = reports(line)
    publish(line, Actor("anna", Role.MODERATOR, kept.group_id), kept.id)
    resident.texts("nee")
    resident.texts("mijn buurman heeft alles vernield in de Kerkstraat 5")
    resident.texts("ja")
    (report,) = reports(line)
    assert (report.confirmed, report.place.street) == (True, "Kerkstraat")
    assert report.publication is Publication.PENDING
    assert published(line) == []


def test_what_a_resident_adds_makes_the_first_of_two_decisions_void(line: Line, resident: Resident) -> None:
    resident.texts("mijn man slaat me nu, Molenweg 14, help")
    (kept,) = reports(line)
    moderator = Actor("anna", Role.MODERATOR, kept.group_id)
    with line.store.begin() as unit:
        kept = unit.reports.save(replace(kept, publish_decisions=1), moderator.name)
    resident.texts("nee")
    resident.texts("het was in de Kerkstraat 5")
    resident.texts("ja")
    (report,) = reports(line)
    assert (report.confirmed, report.place.street, report.publish_decisions) == (True, "Kerkstraat", 0)


def test_a_yes_leaves_what_a_moderator_put_right_and_published(line: Line, resident: Resident) -> None:
    resident.texts("er is brand op Molenweg 14 bij Piet de Vries")
    (kept,) = reports(line)
    moderator = Actor("anna", Role.MODERATOR, kept.group_id)
    correct(line, moderator, kept.id, Category.VANDALISM, "Een container brandde")
    publish(line, moderator, kept.id)
    resident.texts("ja")
    (report,) = reports(line)
    assert (report.confirmed, report.category, report.redacted) == (True, "vandalism", "Een container brandde")
    assert published(line) == [report.id]


def test_practice_stays_practice(line: Line) -> None:
    practising = Resident(line, to=PRACTICE)
    practising.texts("er is ingebroken op Molenweg 14")
    practising.texts("ja")
    assert reports(line, practice=False) == ()
    (report,) = reports(line, practice=True)
    assert report.practice


def test_a_practice_text_never_continues_a_real_conversation(line: Line, resident: Resident) -> None:
    resident.texts("er is ingebroken op Molenweg 14")
    Resident(line, to=PRACTICE).texts("ja")
    assert reports(line) == ()


def test_the_practice_word_begins_anew(line: Line, resident: Resident) -> None:
    resident.texts("PRACTICE")
    resident.texts("er is ingebroken op Molenweg 14")
    resident.texts("ja")
    (report,) = reports(line)
    assert report.practice


def test_an_unknown_number_is_refused(line: Line) -> None:
    with pytest.raises(UnknownNumber):
        Resident(line, to="+31850009999").texts("hallo")


@pytest.mark.parametrize(
    "text", ["", " ", "😀" * 80, "\0\0", "\u202ekcab", "a" * 10_000, "הלוך ילך", "<Response>&amp;", "\ud800"]
)
def test_odd_texts_get_one_polite_answer(line: Line, resident: Resident, text: str) -> None:
    reply = resident.texts(text)
    assert reply
    assert len(reply) < 200


def test_the_language_is_remembered(line: Line) -> None:
    Resident(line, OTHER_PHONE).texts("somebody broke into the shed at Molenweg 14 last night")
    page = Resident(line, OTHER_PHONE).calls()
    assert {prompt.locale for prompt in page.prompts} == {"en"}


def test_stop_is_kept_and_start_undoes_it(line: Line, resident: Resident) -> None:
    def opted_out() -> bool:
        with line.store.read() as unit:
            return unit.residents.by_phone(PHONE)[0].opted_out

    resident.texts("STOP")
    assert opted_out()
    resident.texts("START")
    assert not opted_out()


def test_with_the_database_down_a_text_is_answered_kept_and_taken_up_later(line: Line, resident: Resident) -> None:
    database = line.settings.data_dir / "buurtlijn.db"
    line.store.close()
    away = database.rename(database.with_suffix(".away"))
    database.mkdir()
    assert "112" in resident.texts("er is brand bij de buren op de Lindelaan 3 vlammen nu").splitlines()[0]
    assert line.spool.waiting() == 1
    database.rmdir()
    away.rename(database)
    migrate(Settings(data_dir=line.settings.data_dir))
    assert line.spool.replay(lambda inbound: replay_spooled(line, inbound)) == 1
    (kept,) = reports(line)
    assert kept.emergency.suspected
    with line.store.read() as unit:
        (message,) = unit.outbox.list()
    assert "Lindelaan 3" in message.text
    assert "ja" not in kept.original
    resident.texts("ja")
    assert reports(line)[0].confirmed


def test_many_texts_of_one_resident_at_once_are_all_taken(line: Line, resident: Resident) -> None:
    replies: list[str] = []
    threads = [Thread(target=lambda n=n: replies.append(resident.texts(f"detail {n}"))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 20
    assert line.spool.waiting() == 0


def test_where_nothing_can_be_kept_the_answer_says_so_and_names_112(
    line: Line, resident: Resident, tmp_path: Path
) -> None:
    database = line.settings.data_dir / "buurtlijn.db"
    line.store.close()
    database.rename(tmp_path / "away.db")
    database.mkdir()
    (line.settings.data_dir / "spool").write_text("no folder")
    reply = resident.texts("er is brand bij de buren op de Lindelaan 3 vlammen nu")
    assert reply.splitlines() == [
        "Bel nu 112! Wij kunnen geen hulp sturen.",
        "Er is een storing bij ons. Probeer het later weer. Gevaar? Bel 112.",
    ]


def test_dropping_what_was_never_told_says_nothing_of_earlier_reports(line: Line, resident: Resident) -> None:
    resident.texts("er is ingebroken op Molenweg 14")
    resident.texts("ja")
    assert "niets gemeld" not in resident.texts("DELETE")
    assert len(reports(line)) == 1
