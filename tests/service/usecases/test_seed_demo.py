from dataclasses import replace

import pytest

from ivr.locale import locales
from service.domain.group import GroupNumber
from service.domain.permissions import Role
from service.store.unit import AlreadyTaken
from service.usecases.seed_demo import seed_demo
from tests.service.demo_line import PRACTICE, REAL, DemoLine


def test_the_demo_group_is_as_promised(demo: DemoLine) -> None:
    with demo.line.store.read() as unit:
        names = {street.name for street in unit.groups.streets(demo.group.id)}
        user = unit.users.by_login("moderator")
    assert {"Kerkstraat", "Molenweg", "Lindelaan", "Schoolstraat", "Stationsweg"} < names
    assert len(names) >= 40
    assert set(demo.group.numbers) == {GroupNumber(REAL), GroupNumber(PRACTICE, practice=True)}
    assert demo.group.open_feed
    assert set(demo.group.locales) == set(locales())
    assert demo.group.locales[0] == "nl"
    assert user
    assert (user.role, user.group_id) == (Role.MODERATOR, demo.group.id)


def test_a_second_seeding_changes_nothing_but_the_password(demo: DemoLine) -> None:
    with demo.line.store.begin() as unit:
        unit.groups.save(replace(demo.group, name="Onze buurt"))
        unit.groups.import_streets(demo.group.id, [])
    again = seed_demo(demo.line)
    assert again != demo.password
    with demo.line.store.read() as unit:
        group = unit.groups.by_slug("demo")
        assert group
        assert group.name == "Onze buurt"
        assert unit.groups.streets(group.id) == ()
        assert len(unit.users.list()) == 1


def test_another_groups_moderator_gets_no_password(demo: DemoLine) -> None:
    with demo.line.store.begin() as unit:
        unit.groups.save(replace(demo.group, slug="elsewhere", numbers=()))
    with pytest.raises(AlreadyTaken):
        seed_demo(demo.line)
