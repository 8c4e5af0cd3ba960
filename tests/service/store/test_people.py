"""Groups, residents, conversations, accounts, tickets: who they are and what is kept of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.categories import Category
from ivr.messages import Channel
from service.domain.group import GroupNumber, Street
from service.domain.permissions import Role
from service.domain.resident import StoredSession
from service.store.store import Store
from service.store.unit import AlreadyTaken, Missing
from tests.service.store.conftest import LINE, PHONE, PRACTICE, Place


def test_a_number_leads_to_its_group_and_says_whether_it_is_practice(place: Place) -> None:
    with place.store.read() as unit:
        assert unit.groups.by_number(LINE) == (place.group, False)
        assert unit.groups.by_number(PRACTICE) == (place.group, True)
        assert unit.groups.by_number("+31850000009") is None
        assert unit.groups.by_slug("demo") == unit.groups.by_id(place.group.id) == place.group
        assert unit.groups.by_slug("nergens") is None
        assert unit.groups.list() == (place.group,)


def test_slugs_and_numbers_belong_to_one_group(place: Place) -> None:
    with pytest.raises(AlreadyTaken, match="demo"), place.store.begin() as unit:
        unit.groups.add("demo", "Andere", ["nl"])
    with pytest.raises(AlreadyTaken, match="number"), place.store.begin() as unit:
        unit.groups.add("ander", "Andere", ["nl"], [GroupNumber(LINE)])
    with place.store.read() as unit:
        assert len(unit.groups.list()) == 1


def test_a_group_changes(place: Place) -> None:
    changed = replace(
        place.group,
        name="Nieuw",
        numbers=(GroupNumber("+31850000003"),),
        closed=frozenset({Category.NOISE, Category.LITTER}),
        open_feed=True,
        live=True,
    )
    with place.store.begin() as unit:
        unit.groups.save(changed)
        assert unit.groups.by_slug("demo") == changed
        assert unit.groups.by_number(LINE) is None
        with pytest.raises(Missing):
            unit.groups.save(replace(changed, id=place.session, slug="x"))


def test_streets_are_replaced_and_their_version_grows(place: Place) -> None:
    molenweg = Street("Molenweg", ("2311AA", "2311AB"), 52.1, 4.5, "BAG1")
    with place.store.begin() as unit:
        assert unit.groups.streets_version(place.group.id) == 0
        assert unit.groups.import_streets(place.group.id, [Street("Oud"), molenweg, Street("Kerkstraat")]) == 3
        assert unit.groups.streets(place.group.id) == (Street("Kerkstraat"), molenweg, Street("Oud"))
        assert unit.groups.import_streets(place.group.id, [Street("Molenweg"), molenweg]) == 1
        assert unit.groups.streets(place.group.id) == (molenweg,)
        assert unit.groups.import_streets(place.group.id, []) == 0
        assert unit.groups.streets_version(place.group.id) == 3


def test_a_resident_is_one_in_a_group_and_another_in_the_next(place: Place) -> None:
    with place.store.begin() as unit:
        resident = unit.residents.find_or_add(place.group.id, PHONE)
        assert resident.id == place.resident
        assert (resident.locale, resident.recording_consent, resident.opted_out) == (None, None, False)
        other = unit.groups.add("ander", "Andere", ["nl"])
        assert unit.residents.find_or_add(other.id, PHONE).id != place.resident
        assert unit.residents.find_or_add(place.group.id, "+31610000999").pseudonym != resident.pseudonym
        assert len(unit.residents.by_phone(PHONE)) == 2


def test_threads_that_meet_a_new_number_at_once_find_one_resident(place: Place) -> None:
    def find(_: int) -> object:
        with place.store.begin() as unit:
            return unit.residents.find_or_add(place.group.id, "+31610000777").id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(find, range(16)))) == 1


def test_what_a_resident_chose_is_kept(place: Place) -> None:
    with place.store.begin() as unit:
        unit.residents.set_locale(place.resident, "tr")
        unit.residents.set_recording_consent(place.resident, True)
        unit.residents.set_opted_out(place.resident, True)
        resident = unit.residents.by_id(place.resident)
    assert (resident.locale, resident.recording_consent, resident.opted_out) == ("tr", True, True)
    assert resident.recording_consent_at == resident.opted_out_at == place.hand.at
    with place.store.begin() as unit:
        unit.residents.set_recording_consent(place.resident, None)
        assert unit.residents.by_id(place.resident).recording_consent is None
        with pytest.raises(Missing):
            unit.residents.set_locale(place.session, "nl")


def test_the_number_is_nowhere_in_the_database_in_clear(place: Place) -> None:
    place.report()
    place.store.close()
    if place.settings.database_url:
        with place.store.engine.connect() as connection:
            tables = connection.exec_driver_sql(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            ).scalars()
            stored = "".join(
                str(connection.exec_driver_sql(f"SELECT t::text FROM {name} t").all()) for name in tables.all()
            ).encode()
    else:
        stored = b"".join(path.read_bytes() for path in place.settings.data_dir.glob("buurtlijn.db*"))
    assert b"Harde muziek" in stored
    for digits in (PHONE[1:], PHONE[3:]):
        assert digits.encode() not in stored
        assert digits.encode().hex().encode() not in stored


def start(
    store: Store, place: Place, conversation: str, number: str = LINE, *, practice: bool = False
) -> StoredSession:
    with store.begin() as unit:
        return unit.sessions.start(
            place.group.id,
            place.resident,
            Channel.VOICE,
            conversation,
            number,
            practice=practice,
            state='{"a": 1}',
            step="category",
        )


def test_a_turn_finds_its_own_conversation_only(place: Place) -> None:
    call = start(place.store, place, "CA1")
    training = start(place.store, place, "CA2", PRACTICE, practice=True)
    key = (place.group.id, place.resident, Channel.VOICE)
    with place.store.begin() as unit:
        assert unit.sessions.current(*key, "CA1", LINE) == call
        assert unit.sessions.current(*key, "CA2", PRACTICE) == training
        assert training.practice
        assert unit.sessions.current(*key, "CA1", PRACTICE) is None
        assert unit.sessions.current(*key, "CA3", LINE) is None
        assert unit.sessions.current(place.group.id, None, Channel.VOICE, "CA1", LINE) is None
        text = unit.sessions.current(place.group.id, place.resident, Channel.SMS, "", LINE)
        assert text is not None
        assert text.id == place.session


def test_a_finished_conversation_is_over_and_the_next_one_is_new(place: Place) -> None:
    call = start(place.store, place, "CA1")
    place.hand.move(seconds=5)
    with place.store.begin() as unit:
        unit.sessions.save(call.id, "{}", "confirm")
        unit.sessions.finish(call.id)
        unit.sessions.finish(call.id)
        assert unit.sessions.current(place.group.id, place.resident, Channel.VOICE, "CA1", LINE) is None
        finished = unit.sessions.get(call.id)
    assert (finished.step, finished.version, finished.finished_at) == ("confirm", 2, place.hand.at)
    assert start(place.store, place, "CA1").id != call.id


def test_a_dropped_call_goes_on_under_another_call(place: Place) -> None:
    call = start(place.store, place, "CA1")
    place.hand.move(hours=1)
    with place.store.begin() as unit:
        key = (place.group.id, place.resident, Channel.VOICE, LINE)
        assert unit.sessions.dropped(*key, place.hand.at - timedelta(minutes=59)) is None
        found = unit.sessions.dropped(*key, place.hand.at - timedelta(hours=24))
        assert found == call
        unit.sessions.save(call.id, call.state, call.step, conversation_id="CA2")
        assert unit.sessions.current(place.group.id, place.resident, Channel.VOICE, "CA2", LINE) is not None
        idle = unit.sessions.idle(place.hand.at)
    assert [session.id for session in idle] == [place.session]


def test_a_caller_without_a_number_is_known_by_the_call(place: Place) -> None:
    with place.store.begin() as unit:
        session = unit.sessions.start(
            place.group.id, None, Channel.VOICE, "CA9", LINE, practice=False, state="{}", step="report"
        )
        assert unit.sessions.current(place.group.id, None, Channel.VOICE, "CA9", LINE) == session


def test_accounts(place: Place) -> None:
    with place.store.begin() as unit:
        user = unit.users.add(place.group.id, " Moderator@Voorbeeld.NL ", Role.MODERATOR, "argon2", "TOTPSECRET")
        assert unit.users.by_login("moderator@voorbeeld.nl") == user
        assert unit.users.by_login("niemand") is None
        assert user.has_totp
        assert unit.users.totp_secret(user.id) == "TOTPSECRET"
        assert unit.users.consume_totp_step(user.id, 100)
        assert not unit.users.consume_totp_step(user.id, 100)
        assert not unit.users.consume_totp_step(user.id, 99)
        unit.users.set_totp_secret(user.id, None)
        assert unit.users.totp_secret(user.id) is None
        unit.users.disable(user.id)
        assert unit.users.by_id(user.id).disabled_at == place.hand.at
        operator = unit.users.add(None, "beheer", Role.OPERATOR)
        assert unit.users.list() == (operator, unit.users.by_id(user.id))
        assert [found.login for found in unit.users.list(place.group.id)] == ["moderator@voorbeeld.nl"]
        with pytest.raises(AlreadyTaken):
            unit.users.add(place.group.id, "BEHEER", Role.MEMBER)


def test_another_password_another_app_or_a_closed_account_ends_its_sign_ins(place: Place) -> None:
    with place.store.begin() as unit:
        user, other = (unit.users.add(place.group.id, login, Role.MEMBER) for login in ("a", "b"))
        elsewhere = unit.sign_ins.add(other.id)
        changes: tuple[Callable[[], None], ...] = (
            lambda: unit.users.set_password(user.id, "argon2"),
            lambda: unit.users.set_totp_secret(user.id, "TOTPSECRET"),
            lambda: unit.users.disable(user.id),
        )
        for change in changes:
            signed_in = unit.sign_ins.add(user.id)
            assert unit.sign_ins.find(signed_in.id) == signed_in
            change()
            assert unit.sign_ins.find(signed_in.id) is None
        assert unit.sign_ins.find(elsewhere.id) == elsewhere


def test_a_one_time_password_works_once_and_in_time(place: Place) -> None:
    with place.store.begin() as unit:
        user = unit.users.add(place.group.id, "a", Role.MEMBER)
        assert not unit.users.consume_one_time_password(user.id, "")
        unit.users.set_one_time_password(user.id, "hash", place.hand.at + timedelta(hours=1))
        assert not unit.users.consume_one_time_password(user.id, "other")
        assert unit.users.consume_one_time_password(user.id, "hash")
        assert not unit.users.consume_one_time_password(user.id, "hash")
        unit.users.set_one_time_password(user.id, "late", place.hand.at)
        assert not unit.users.consume_one_time_password(user.id, "late")
        unit.users.set_one_time_password(user.id, "void", place.hand.at + timedelta(hours=1))
        unit.users.set_password(user.id, "argon2")
        assert not unit.users.consume_one_time_password(user.id, "void")


def test_a_ticket_works_once_for_its_kind_and_in_time(place: Place) -> None:
    with place.store.begin() as unit:
        token = unit.tickets.add("phone", {"practice": True}, timedelta(seconds=30))
        assert unit.tickets.consume("other", token) is None
        assert unit.tickets.consume("phone", token) == {"practice": True}
        assert unit.tickets.consume("phone", token) is None
        late = unit.tickets.add("phone", {}, timedelta(seconds=30))
        place.hand.move(seconds=30)
        assert unit.tickets.consume("phone", late) is None
