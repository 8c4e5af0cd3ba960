"""Transactions: all or nothing, one after another, and clear about a database that is not there."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, InternalError, StatementError

from service.clock import Clock
from service.domain.report import Publication, Status
from service.settings import Settings
from service.store.engine import connect
from service.store.keys import Keys
from service.store.migrate import migrate
from service.store.store import Store
from service.store.tables import audit
from service.store.unit import StoreUnavailable
from tests.service.store.conftest import Place


class Boom(Exception):
    """What goes wrong in a block."""


def fail_after_writing(store: Store, action: Callable[[], None]) -> None:
    with store.begin() as unit:
        unit.audit.add("somebody", "did", "something")
        unit.after_commit(action)
        raise Boom


def test_a_block_that_fails_leaves_nothing_and_kicks_nothing(store: Store) -> None:
    kicked: list[str] = []
    with pytest.raises(Boom):
        fail_after_writing(store, lambda: kicked.append("job"))
    with store.read() as unit:
        assert unit.audit.list() == ()
    assert kicked == []


def test_what_follows_a_commit_sees_it_and_may_write_itself(store: Store) -> None:
    def follow() -> None:
        with store.begin() as unit:
            assert [line.verb for line in unit.audit.list()] == ["first"]
            unit.audit.add("somebody", "second", "")

    with store.begin() as unit:
        unit.audit.add("somebody", "first", "")
        unit.after_commit(follow)
    with store.read() as unit:
        assert {line.verb for line in unit.audit.list()} == {"first", "second"}


def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises((StoreUnavailable, InternalError), match=r"read-?only"), store.read() as unit:
        unit.audit.add("somebody", "did", "something")
    with store.begin() as unit:
        unit.audit.add("somebody", "did", "something")


def test_a_block_inside_a_block_is_refused_instead_of_waiting_for_itself(store: Store) -> None:
    with store.begin(), pytest.raises(RuntimeError, match="inside"), store.begin():
        pass
    with store.begin() as unit:
        assert unit.audit.list() == ()


def test_a_reader_sees_one_moment_while_others_write(store: Store) -> None:
    with store.read() as unit:
        assert unit.audit.list() == ()
        writer = threading.Thread(target=write_a_line, args=(store,))
        writer.start()
        writer.join()
        assert unit.audit.list() == ()
    with store.read() as unit:
        assert len(unit.audit.list()) == 1


def write_a_line(store: Store) -> None:
    with store.begin() as unit:
        unit.audit.add("somebody", "did", "something")


def test_threads_and_processes_write_one_after_another(
    place: Place, open_store: Callable[[Keys | None], Store]
) -> None:
    stores = [place.store, open_store(place.keys)]

    def count_up(number: int) -> None:
        with stores[number % 2].begin() as unit:
            session = unit.sessions.get(place.session)
            unit.sessions.save(session.id, str(int(session.state.strip("{}") or 0) + 1), "report")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(40)))
    with place.store.read() as unit:
        session = unit.sessions.get(place.session)
    assert (session.state, session.version) == ("40", 41)


def test_naive_times_are_refused_and_others_come_back_in_utc(place: Place) -> None:
    naive = datetime(2026, 11, 2, 20, 15)  # noqa: DTZ001 - what has to be refused
    with pytest.raises(StatementError, match="no time zone"), place.store.begin() as unit:
        unit.audit.add("somebody", "did", "it", naive)
    local = datetime.fromisoformat("2026-11-02T21:15:00+01:00")
    with place.store.begin() as unit:
        unit.audit.add("somebody", "did", "it", local)
        (line,) = unit.audit.list()
    assert line.at == local
    assert str(line.at) == "2026-11-02 20:15:00+00:00"


def test_a_database_that_is_not_migrated_is_unavailable(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    store = Store(settings, Clock(), Keys.load(settings))
    with pytest.raises(StoreUnavailable, match="no such table"), store.read() as unit:
        unit.groups.list()
    store.close()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/none/x.db"])
def test_a_database_that_is_down_is_unavailable(tmp_path: Path, url: str) -> None:
    settings = Settings(data_dir=tmp_path / "var", database_url=url)
    if url.startswith("sqlite"):
        with pytest.raises(OSError, match="none"):
            connect(settings)
        return
    store = Store(settings, Clock(), Keys.load(settings))
    with pytest.raises(StoreUnavailable), store.begin() as unit:
        unit.groups.list()
    store.close()


def test_nobody_else_reads_a_sqlite_file_or_looks_into_its_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    migrate(settings)
    store = Store(settings, Clock(), Keys.load(settings))
    with store.begin() as unit:
        unit.audit.add("somebody", "did", "it", Clock().now())
    modes = {path.name: path.stat().st_mode & 0o777 for path in (settings.data_dir, *settings.data_dir.iterdir())}
    store.close()
    assert modes == {
        "var": 0o700,
        "buurtlijn.db": 0o600,
        "buurtlijn.db-wal": 0o600,
        "buurtlijn.db-shm": 0o600,
        "buurtlijn.db.lock": 0o600,
    }


def test_a_sqlite_file_put_back_is_closed_to_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    migrate(settings)
    file = settings.data_dir / "buurtlijn.db"
    file.chmod(0o644)
    connect(settings).dispose()
    assert file.stat().st_mode & 0o777 == 0o600


def test_sqlite_is_durable_and_checks_references(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    migrate(settings)
    engine = connect(settings)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        assert connection.execute(select(audit)).all() == []
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 4000}


def test_another_process_that_writes_too_long_makes_it_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.engine._BUSY", 50)
    settings = Settings(data_dir=tmp_path / "var")
    migrate(settings)
    store = Store(settings, Clock(), Keys.load(settings))
    other = sqlite3.connect(settings.data_dir / "buurtlijn.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"), store.begin():
        pass
    other.execute("ROLLBACK")
    other.close()
    write_a_line(store)
    store.close()


@pytest.mark.parametrize("change", [{"publication": Publication.PUBLISHED}, {"status": Status.FORWARDED}])
def test_the_database_itself_keeps_practice_inside(place: Place, change: dict[str, object]) -> None:
    report = replace(place.report(practice=True), **change)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError, match="practice_stays_inside"), place.store.begin() as unit:
        unit.reports.save(report, "a mistake")
