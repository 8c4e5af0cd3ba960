"""A damaged database is found before anything is written into it."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from service.clock import Clock
from service.settings import Settings
from service.store.keys import Keys, KeysError
from service.store.migrate import migrate
from service.store.soundness import DamagedDatabase, check_keys, check_sound
from service.store.store import Store
from service.store.unit import StoreUnavailable


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a database in which there is something."""
    settings = Settings(data_dir=tmp_path / "var")
    migrate(settings)
    store = Store(settings, Clock(), Keys.load(settings))
    with store.begin() as unit:
        for number in range(200):
            unit.audit.add("somebody", "did", f"thing {number}", Clock().now())
    store.close()
    return settings


def file_of(settings: Settings) -> Path:
    return settings.data_dir / "buurtlijn.db"


def overwrite(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(20_000))


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-8192])


def scratch(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = bytes(64)
    file.write_bytes(content)


@pytest.mark.parametrize("spoil", [overwrite, cut, scratch])
def test_a_damaged_file_is_told_and_left_as_it_is(settings: Settings, spoil: Callable[[Path], None]) -> None:
    spoil(file_of(settings))
    before = file_of(settings).read_bytes()
    with pytest.raises(DamagedDatabase, match="put the latest backup in its place"):
        check_sound(settings)
    assert file_of(settings).read_bytes() == before


def test_a_sound_file_is_sound_also_while_it_is_used(settings: Settings) -> None:
    check_sound(settings)
    with closing(sqlite3.connect(file_of(settings), isolation_level=None)) as user:
        user.execute("BEGIN IMMEDIATE")
        check_sound(settings)


def test_a_file_that_is_not_there_or_empty_is_no_damage(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    check_sound(settings)
    assert list(tmp_path.iterdir()) == []
    file_of(settings).touch()
    check_sound(settings)


def test_damage_found_in_use_makes_the_database_unavailable(settings: Settings) -> None:
    scratch(file_of(settings))
    store = Store(settings, Clock(), Keys.load(settings))
    with pytest.raises(StoreUnavailable, match="damaged"), store.begin() as unit:
        unit.audit.list()
    store.close()


def test_a_server_that_stands_by_makes_the_database_unavailable(tmp_path: Path, postgresql_url: str) -> None:
    settings = Settings(data_dir=tmp_path / "var", database_url=postgresql_url)
    migrate(settings)
    store = Store(settings, Clock(), Keys.load(settings))
    with psycopg.connect(postgresql_url, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {server.info.dbname} SET default_transaction_read_only = on")
    with pytest.raises(StoreUnavailable, match="read-only"), store.begin() as unit:
        unit.audit.add("somebody", "did", "it", Clock().now())
    store.close()


class TestKeys:
    @pytest.fixture
    def known(self, settings: Settings) -> Settings:
        """Settings with a database that knows a number."""
        store = Store(settings, Clock(), Keys.load(settings))
        with store.begin() as unit:
            unit.residents.find_or_add(unit.groups.add("demo", "Demo", ["nl"]).id, "+31610000001")
        store.close()
        return settings

    def test_a_new_line_makes_its_own(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path / "var")
        migrate(settings)
        check_keys(settings)
        assert settings.keyring.exists()

    def test_those_that_wrote_it_open_it(self, known: Settings) -> None:
        check_keys(known)
        old = known.keyring.read_text(encoding="ascii")
        known.keyring.write_text(f"{Keys.generate()}, {old}", encoding="ascii")
        check_keys(known)

    def test_a_file_that_is_gone_is_not_made_anew(self, known: Settings) -> None:
        known.keyring.unlink()
        with pytest.raises(KeysError, match=r"var\.keys is gone"):
            check_keys(known)
        assert not known.keyring.exists()

    def test_those_of_another_line_are_refused(self, known: Settings) -> None:
        needed = Keys.load(known).key_id
        known.keyring.write_text(Keys.generate(), encoding="ascii")
        with pytest.raises(KeysError, match=rf"only the keys {needed} open.*var\.keys"):
            check_keys(known)
        with pytest.raises(KeysError, match="BUURTLIJN_KEYS"):
            check_keys(known.model_copy(update={"keys": Keys.generate()}))
