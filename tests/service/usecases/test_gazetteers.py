"""The street index of a group while its streets change."""

import threading
import time
from uuid import UUID

import pytest

from ivr.extraction.gazetteer import Gazetteer
from service.domain.group import Places, Street
from service.usecases.understand import MANY, Gazetteers, gazetteer_of

GROUP = UUID(int=1)


def places(*names: str) -> Places:
    return Places(tuple(Street(name) for name in names), ())


def unloadable() -> Places:
    pytest.fail("its streets were loaded again")


def test_an_index_is_built_once_for_each_version() -> None:
    kept = Gazetteers()
    built = kept.of(GROUP, 1, lambda: places("Kerkstraat"))
    assert kept.of(GROUP, 1, unloadable) is built
    assert kept.of(GROUP, 2, lambda: places("Molenweg")).streets == ("Molenweg",)


def test_many_streets_go_on_serving_while_their_new_index_is_built() -> None:
    go = threading.Event()
    go.set()

    def build(found: Places) -> Gazetteer:
        assert go.wait(30)
        return gazetteer_of(found)

    kept = Gazetteers(build)
    old = kept.of(GROUP, 1, lambda: places(*(f"Straat {number}" for number in range(MANY))))
    go.clear()
    assert kept.of(GROUP, 2, lambda: places("Kerkstraat")) is old
    assert kept.of(GROUP, 2, unloadable) is old
    go.set()
    until = time.monotonic() + 30
    while kept.of(GROUP, 2, unloadable) is old:
        assert time.monotonic() < until, "the new index never came"
        time.sleep(0.01)
    assert kept.of(GROUP, 2, unloadable).streets == ("Kerkstraat",)


def test_streets_that_could_not_be_read_are_asked_for_again() -> None:
    kept = Gazetteers()
    old = kept.of(GROUP, 1, lambda: places(*(f"Straat {number}" for number in range(MANY))))

    def broken() -> Places:
        raise OSError("unreadable")

    with pytest.raises(OSError, match="unreadable"):
        kept.of(GROUP, 2, broken)
    until = time.monotonic() + 30
    while kept.of(GROUP, 2, lambda: places("Kerkstraat")) is old:
        assert time.monotonic() < until, "the new index never came"
        time.sleep(0.01)
