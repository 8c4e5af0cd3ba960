"""The keys: made once, refused when others can read them, rotated without losing anybody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.settings import Settings
from service.store.keys import Keys, KeysError, Sealed
from service.store.store import Store
from service.store.unit import Missing
from tests.service.store.conftest import PHONE, Place


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var")


def test_the_file_is_made_once_and_for_the_owner_only(bare: Settings) -> None:
    first = Keys.load(bare)
    assert bare.keyring.stat().st_mode & 0o777 == 0o600
    assert not bare.keyring.is_relative_to(bare.data_dir)
    again = Keys.load(bare)
    assert (again.key_id, again.internal_token) == (first.key_id, first.internal_token)
    assert [path.name for path in bare.keyring.parent.iterdir()] == [bare.keyring.name]


def test_processes_that_start_together_get_the_same_keys(bare: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({keys.internal_token for keys in pool.map(Keys.load, [bare] * 16)}) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_can_read_is_refused(bare: Settings, mode: int) -> None:
    Keys.load(bare)
    bare.keyring.chmod(mode)
    with pytest.raises(KeysError, match=r"chmod 600 .*var\.keys"):
        Keys.load(bare)


@pytest.mark.parametrize("text", ["geheim", "0011aabb.tekort", "0011aabb." + "A" * 43 + ",0011aabb." + "B" * 43])
def test_malformed_keys_are_refused_without_being_shown(bare: Settings, text: str) -> None:
    with pytest.raises(KeysError) as caught:
        Keys.load(bare.model_copy(update={"keys": text}))
    assert text not in str(caught.value)
    assert "AAAA" not in str(caught.value)


def test_an_empty_file_is_refused(bare: Settings) -> None:
    bare.keyring.touch(0o600)
    with pytest.raises(KeysError, match="malformed"):
        Keys.load(bare)


def test_sub_keys_differ_and_sealing_is_bound_to_its_context(bare: Settings) -> None:
    keys = Keys.load(bare)
    sealed = keys.seal(PHONE, b"one")
    assert keys.open(sealed, b"one") == PHONE
    assert keys.seal(PHONE, b"one").data != sealed.data
    assert len({keys.session_secrets[0], bytes.fromhex(keys.internal_token)}) == 2
    for changed, context in (
        (sealed, b"two"),
        (Sealed(sealed.key_id, sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])), b"one"),
        (Sealed(sealed.key_id, b""), b"one"),
        (Sealed("ffffffff", sealed.data), b"one"),
    ):
        with pytest.raises(KeysError):
            keys.open(changed, context)


def test_rotation_keeps_residents_and_lets_the_old_key_go(
    place: Place, open_store: Callable[[Keys | None], Store]
) -> None:
    old = place.settings.keyring.read_text().strip()
    new = Keys.generate()
    both = Keys.load(place.settings.model_copy(update={"keys": f"{new},{old}"}))
    assert len(both.session_secrets) == 2
    with open_store(both).begin() as unit:
        other = unit.residents.find_or_add(place.group.id, "+31610000456")
        assert unit.residents.phone(place.resident) == PHONE
        assert unit.residents.by_phone(PHONE)[0].id == place.resident
        assert unit.residents.reseal() == 1
        assert unit.residents.reseal() == 0
    with open_store(Keys.load(place.settings.model_copy(update={"keys": new}))).begin() as unit:
        assert unit.residents.phone(place.resident) == PHONE
        assert unit.residents.find_or_add(place.group.id, PHONE).id == place.resident
        assert unit.residents.phone(other.id) == "+31610000456"


def test_contact_after_rotation_moves_a_resident_to_the_new_key(
    place: Place, open_store: Callable[[Keys | None], Store]
) -> None:
    old, new = place.settings.keyring.read_text().strip(), Keys.generate()
    with open_store(Keys.load(place.settings.model_copy(update={"keys": f"{new} {old}"}))).begin() as unit:
        assert unit.residents.find_or_add(place.group.id, PHONE).id == place.resident
        assert unit.residents.reseal() == 0


def test_an_unknown_resident_has_no_number(place: Place) -> None:
    with place.store.read() as unit, pytest.raises(Missing):
        unit.residents.phone(place.session)
