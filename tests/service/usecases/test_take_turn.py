"""The road of an inbound message on a real store: answered once, filed as said, and nothing lost on the way."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest

from ivr.categories import Category
from ivr.gateways.simulator import PAGE, SMS, SimulatorGateway
from ivr.messages import Channel, Inbound, Transcript, TurnKind
from ivr.rendering.page import AwaitTranscript, AwaitUtterance, HangUp, VoicePage
from service.domain.account import Actor
from service.domain.delivery import Queue
from service.domain.group import Group, GroupNumber, Landmark, Street
from service.domain.permissions import Role
from service.domain.report import PlacePrecision, Publication, Report, Status
from service.settings import Settings
from service.store.migrate import migrate
from service.usecases.keep_recording import keep_recording, recording_path
from service.usecases.line import Line
from service.usecases.moderate import correct, publish
from service.usecases.take_turn import UnknownNumber, replay_spooled, take_turn
from service.usecases.transcribe import transcribed
from tests.service.carrier_line import carrier_line, wav

NUMBER, PRACTICE = "+31850000001", "+31850000002"
PHONE, OTHER_PHONE = "+31610000001", "+31610000002"
STREETS = ("Kerkstraat", "Molenweg", "Lindelaan")


class Resident:
    """Somebody with a phone."""

    def __init__(self, line: Line, phone: str = PHONE, to: str = NUMBER) -> None:
        self.line = line
        self.call = str(uuid4())
        self.made = Inbound("simulator", "", Channel.SMS, TurnKind.TEXT, phone, to, line.clock.now())

    def texts(self, text: str, provider_id: str = "") -> str:
        inbound = replace(self.made, provider_id=provider_id or str(uuid4()), text=text)
        return SMS.validate_json(take_turn(self.line, inbound, SimulatorGateway()).content).text

    def calls(self, kind: TurnKind = TurnKind.START, keys: str = "", recording_id: str = "") -> VoicePage:
        inbound = replace(
            self.made,
            provider_id=str(uuid4()),
            channel=Channel.VOICE,
            kind=kind,
            keys=keys,
            recording_id=recording_id,
            conversation_id=self.call,
        )
        return PAGE.validate_json(take_turn(self.line, inbound, SimulatorGateway()).content)

    def presses(self, keys: str) -> VoicePage:
        return self.calls(TurnKind.KEYS, keys)

    def speaks(self) -> tuple[UUID, VoicePage]:
        media_id = keep_recording(self.line, wav())
        return media_id, self.calls(TurnKind.RECORDING, recording_id=str(media_id))


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with carrier_line(tmp_path, "http://127.0.0.1:9") as at:
        with at.line.store.begin() as unit:
            numbers = (GroupNumber(NUMBER), GroupNumber(PRACTICE, practice=True))
            unit.groups.save(replace(at.group, numbers=numbers))
            unit.groups.import_streets(at.group.id, [Street(name) for name in STREETS])
        yield replace(at.line, gateways={"simulator": SimulatorGateway()})


@pytest.fixture
def resident(line: Line) -> Resident:
    return Resident(line)


def group(line: Line) -> Group:
    with line.store.read() as unit:
        found = unit.groups.by_slug("demo")
    assert found
    return found


def reports(line: Line, *, practice: bool | None = None) -> tuple[Report, ...]:
    demo = group(line)
    with line.store.read() as unit:
        return unit.reports.list(demo.id, practice=practice)


def hear(line: Line, media_id: UUID, text: str) -> None:
    with line.store.begin() as unit:
        transcribed(line, unit, media_id, Transcript(text, "nl", 0.9, "test", 1.5))


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


def test_a_call_by_voice_files_a_report(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    assert isinstance(resident.presses("1").then, AwaitUtterance)
    media_id, page = resident.speaks()
    assert isinstance(page.then, AwaitTranscript)
    with line.store.read() as unit:
        (job,) = unit.jobs.list(queue=Queue.SPEECH)
    assert job.payload == {"media_id": str(media_id), "language": "nl"}
    assert isinstance(resident.calls(TurnKind.WAITING).then, AwaitTranscript)
    hear(line, media_id, "er is ingebroken op de molenweg nummer veertien")
    assert "Molenweg" in " ".join(prompt.text for prompt in resident.calls(TurnKind.WAITING).prompts)
    last = resident.presses("1")
    assert isinstance(last.then, HangUp)
    (report,) = reports(line)
    assert (report.place.street, report.place.number, report.media_ids) == ("Molenweg", "14", (media_id,))
    assert report.original == "er is ingebroken op de molenweg nummer veertien"
    assert isinstance(resident.calls(TurnKind.HANG_UP).then, HangUp)
    assert len(reports(line)) == 1


def test_a_hang_up_keeps_what_is_there_and_the_transcript_joins_later(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    resident.presses("1")
    media_id, _ = resident.speaks()
    resident.calls(TurnKind.HANG_UP)
    (kept,) = reports(line)
    assert (kept.confirmed, kept.original, kept.media_ids) == (False, "", (media_id,))
    hear(line, media_id, "er is ingebroken op de molenweg nummer veertien")
    (report,) = reports(line)
    assert (report.category, report.place.street, report.confirmed) == ("burglary", "Molenweg", False)
    assert report.original == "er is ingebroken op de molenweg nummer veertien"


def test_a_hang_up_without_a_word_leaves_nothing(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.calls(TurnKind.HANG_UP)
    assert reports(line) == ()


def test_a_recording_that_nobody_allowed_is_deleted(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    media_id, page = resident.speaks()
    assert not isinstance(page.then, AwaitTranscript)
    assert not recording_path(line, media_id).exists()


def test_a_recording_at_the_carrier_that_no_step_wanted_is_deleted_there(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    inbound = replace(
        resident.made,
        provider_id="unwanted",
        channel=Channel.VOICE,
        kind=TurnKind.KEYS,
        keys="1",
        recording_url="http://127.0.0.1:9/RE1",
        conversation_id=resident.call,
    )
    take_turn(line, inbound, SimulatorGateway())
    with line.store.read() as unit:
        assert [job.payload["url"] for job in unit.jobs.list(kind="delete_recording")] == ["http://127.0.0.1:9/RE1"]


def test_a_key_pressed_after_speaking_does_not_lose_the_words(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    resident.presses("1")
    media_id = keep_recording(line, wav())
    page = resident.calls(TurnKind.KEYS, "1", str(media_id))
    assert isinstance(page.then, AwaitTranscript)


def test_a_caller_without_a_number_is_anonymous(line: Line) -> None:
    caller = Resident(line, phone="")
    caller.calls()
    caller.presses("1")
    caller.presses("1")
    media_id, _ = caller.speaks()
    hear(line, media_id, "er is ingebroken op de molenweg nummer veertien")
    caller.calls(TurnKind.WAITING)
    caller.presses("1")
    (report,) = reports(line)
    assert (report.anonymous, report.resident_id) == (True, None)


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


def test_an_utterance_that_comes_after_the_end_of_the_call_is_kept(line: Line, resident: Resident) -> None:
    resident.calls()
    resident.presses("1")
    resident.presses("1")
    resident.calls(TurnKind.HANG_UP)
    assert reports(line) == ()
    media_id, page = resident.speaks()
    assert isinstance(page.then, HangUp)
    hear(line, media_id, "er is ingebroken op de molenweg nummer veertien")
    (report,) = reports(line)
    assert (report.category, report.place.street, report.media_ids) == ("burglary", "Molenweg", (media_id,))
    assert not report.confirmed


def test_dropping_what_was_never_told_says_nothing_of_earlier_reports(line: Line, resident: Resident) -> None:
    resident.texts("er is ingebroken op Molenweg 14")
    resident.texts("ja")
    assert "niets gemeld" not in resident.texts("DELETE")
    assert len(reports(line)) == 1
