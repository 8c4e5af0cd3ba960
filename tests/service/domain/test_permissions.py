"""The permission table."""

import pytest

from service.domain.permissions import PERMISSIONS, Role, Verb, may


def test_the_table_knows_every_role_and_every_verb_is_somebodys() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == frozenset(Verb)


@pytest.mark.parametrize("role", [Role.POLICE, Role.MUNICIPALITY, Role.MEMBER, Role.OPERATOR])
def test_only_the_group_s_own_people_learn_a_residents_language_or_number(role: Role) -> None:
    assert not may(role, Verb.READ_LANGUAGE)
    assert not may(role, Verb.CALL_BACK)


@pytest.mark.parametrize("verb", list(Verb))
def test_desks_never_touch_practice(verb: Verb) -> None:
    assert not may(Role.POLICE, verb, practice=True)
    assert not may(Role.MUNICIPALITY, verb, practice=True)


def test_a_trainer_touches_practice_only() -> None:
    assert may(Role.TRAINER, Verb.CHANGE_STATUS, practice=True)
    assert not may(Role.TRAINER, Verb.CHANGE_STATUS)
    assert may(Role.TRAINER, Verb.READ_FEED)


def test_only_moderators_publish_and_forward() -> None:
    assert [role for role in Role if may(role, Verb.PUBLISH)] == [Role.MODERATOR]
    assert [role for role in Role if may(role, Verb.FORWARD)] == [Role.MODERATOR]
