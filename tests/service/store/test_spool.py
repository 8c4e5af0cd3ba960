"""The spool: nothing is lost, nothing is removed before it was dealt with, whatever breaks in between."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.messages import Channel, Inbound, TurnKind
from service.settings import Settings
from service.store.keys import Keys
from service.store.spool import Spool
from service.store.unit import StoreUnavailable
from tests.service.store.conftest import LINE, PHONE

MESSAGE = Inbound(
    provider="twilio",
    provider_id="SM1",
    channel=Channel.SMS,
    kind=TurnKind.TEXT,
    sender=PHONE,
    recipient=LINE,
    received_at=datetime(2026, 11, 2, 20, 15, 0, 123456, tzinfo=UTC),
    text='Molenweg 12 "gürültü"\n\u2028 ضجيج \0 🔥',
)


class Crash(BaseException):
    """A process that dies."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var")


@pytest.fixture
def spool(settings: Settings) -> Spool:
    return Spool(settings, Keys.load(settings))


def messages(count: int) -> Iterator[Inbound]:
    return (replace(MESSAGE, provider_id=f"SM{number}") for number in range(count))


def test_messages_come_back_exactly_and_in_order(spool: Spool) -> None:
    sent = list(messages(20))
    for message in sent:
        spool.append(message)
    got: list[Inbound] = []
    assert spool.waiting() == 20
    assert spool.replay(got.append) == 20
    assert got == sent
    assert spool.waiting() == 0
    assert spool.replay(got.append) == 0


def test_no_number_and_no_word_lies_around_in_clear(spool: Spool, settings: Settings) -> None:
    spool.append(MESSAGE)
    files = [path for path in (settings.data_dir / "spool").iterdir() if path.suffix == ".message"]
    assert len(files) == 1
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert b"31610000" not in files[0].read_bytes()
    assert b"Molenweg" not in files[0].read_bytes()


def test_a_crash_before_the_handler_is_done_hands_the_message_over_again(spool: Spool, settings: Settings) -> None:
    for message in messages(3):
        spool.append(message)
    got: list[str] = []

    def die_at_the_second(message: Inbound) -> None:
        got.append(message.provider_id)
        if len(got) == 2:
            raise Crash

    with pytest.raises(Crash):
        spool.replay(die_at_the_second)
    again = Spool(settings, Keys.load(settings))
    assert again.replay(lambda message: got.append(message.provider_id)) == 2
    assert got == ["SM0", "SM1", "SM1", "SM2"]


def test_a_database_still_down_ends_the_replay_and_keeps_everything(spool: Spool) -> None:
    for message in messages(3):
        spool.append(message)
    tried: list[str] = []

    def down(message: Inbound) -> None:
        tried.append(message.provider_id)
        raise StoreUnavailable("down")

    assert spool.replay(down) == 0
    assert tried == ["SM0"]
    assert spool.waiting() == 3


def test_a_message_that_fails_does_not_hold_up_the_others(spool: Spool) -> None:
    for message in messages(3):
        spool.append(message)
    got: list[str] = []

    def fail_the_first(message: Inbound) -> None:
        if message.provider_id == "SM0":
            raise ValueError("this one")
        got.append(message.provider_id)

    with pytest.raises(ExceptionGroup) as caught:
        spool.replay(fail_the_first)
    assert [str(error) for error in caught.value.exceptions] == ["this one"]
    assert got == ["SM1", "SM2"]
    assert spool.waiting() == 1


def test_a_half_written_draft_is_set_aside(spool: Spool, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def tear(document: object, file: object) -> None:
        file.write('{"key_id": "0011')  # type: ignore[attr-defined]
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(json, "dump", tear)
        with pytest.raises(Crash):
            spool.append(MESSAGE)
    spool.append(replace(MESSAGE, provider_id="SM2"))
    got: list[str] = []
    assert spool.replay(lambda message: got.append(message.provider_id)) == 1
    assert got == ["SM2"]
    assert spool.broken() == 1
    (broken,) = (settings.data_dir / "spool").glob("*.broken")
    assert broken.read_text() == '{"key_id": "0011'


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b"{}", b'{"key_id": 1, "data": "00"}', b'{"key_id": "x", "data": "zz"}']
)
def test_what_cannot_be_read_is_set_aside_and_the_rest_goes_on(spool: Spool, settings: Settings, damage: bytes) -> None:
    spool.append(MESSAGE)
    (path,) = (settings.data_dir / "spool").glob("*.message")
    path.write_bytes(damage)
    spool.append(replace(MESSAGE, provider_id="SM2"))
    got: list[str] = []
    assert spool.replay(lambda message: got.append(message.provider_id)) == 1
    assert (spool.broken(), spool.waiting()) == (1, 0)
    assert path.with_suffix(".broken").read_bytes() == damage


def test_many_threads_append_while_two_replay(settings: Settings) -> None:
    keys = Keys.load(settings)
    got: list[str] = []
    stop = threading.Event()

    def replay() -> None:
        spool = Spool(settings, keys)
        while not stop.is_set():
            spool.replay(lambda message: got.append(message.provider_id))

    replayers = [threading.Thread(target=replay) for _ in range(2)]
    for thread in replayers:
        thread.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Spool(settings, keys).append, messages(60)))
    stop.set()
    for thread in replayers:
        thread.join()
    Spool(settings, keys).replay(lambda message: got.append(message.provider_id))
    assert sorted(got) == sorted(message.provider_id for message in messages(60))
    assert Spool(settings, keys).broken() == 0


def test_messages_stay_in_order_though_the_clock_is_put_back(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((2_000, 1_000, 1_500))
    monkeypatch.setattr("service.store.spool.time.time_ns", lambda: next(now))
    sent = list(messages(3))
    for message in sent:
        spool.append(message)
    got: list[Inbound] = []
    spool.replay(got.append)
    assert got == sent


def test_on_a_slow_disk_messages_do_not_wait_for_each_other(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.append(MESSAGE)
    monkeypatch.setattr("service.store.spool.os.fsync", lambda _: time.sleep(0.2))  # once for a file, once for its name
    started = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(spool.append, messages(10)))
    assert time.monotonic() - started < 2
    assert spool.waiting() == 11


def test_what_is_being_written_is_not_set_aside(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    began, goes_on = threading.Event(), threading.Event()

    def slow(_: int) -> None:
        began.set()
        assert goes_on.wait(10)

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr("service.store.spool.os.fsync", slow)
        writing = pool.submit(spool.append, MESSAGE)
        assert began.wait(10)
        assert spool.replay(lambda _: None) == 0
        goes_on.set()
        writing.result()
    assert (spool.broken(), spool.waiting()) == (0, 1)
