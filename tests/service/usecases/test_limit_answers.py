"""A number that floods: all is kept, few texts are answered, and 112 is named to whoever needs it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.catalogue import catalogue
from ivr.gateways.simulator import SimulatorGateway
from ivr.messages import TurnKind
from service.clock import Clock
from service.usecases.line import Line
from tests.service.carrier_line import carrier_line
from tests.service.usecases.resident import NUMBER, OTHER_PHONE, PRACTICE, Resident

MOST = 5
NOTICE = catalogue("nl").text("many_messages.sms")
ADVICE = catalogue("nl").text("advise_112.sms")


@pytest.fixture
def ahead() -> list[timedelta]:
    """How far the clock was put forward."""
    return [timedelta()]


@pytest.fixture
def line(tmp_path: Path, ahead: list[timedelta]) -> Iterator[Line]:
    with carrier_line(tmp_path, "http://127.0.0.1:9") as at:
        with at.line.store.begin() as unit:
            numbers = (
                replace(at.group.numbers[0], number=NUMBER),
                replace(at.group.numbers[0], number=PRACTICE, practice=True),
            )
            unit.groups.save(replace(at.group, numbers=numbers))
        clock = at.line.clock
        yield replace(
            at.line,
            clock=Clock(now=lambda: clock.now() + ahead[0]),
            settings=at.line.settings.model_copy(update={"answers_an_hour": MOST}),
            gateways={"simulator": SimulatorGateway()},
        )


def texts(line: Line, resident: Resident, count: int) -> list[str]:
    resident.made = replace(resident.made, received_at=line.clock.now())
    return [resident.texts(f"de muziek bij de buren staat erg hard {n}") for n in range(count)]


def kept(line: Line) -> int:
    with line.store.read() as unit:
        resident = unit.residents.by_phone(Resident(line).made.sender)[0]
        return unit.inbox.texts_since(resident.id, line.clock.now() - timedelta(days=1))


def test_texts_beyond_the_limit_are_kept_and_told_so_once(line: Line) -> None:
    answers = texts(line, Resident(line), MOST + 3)
    assert all(answers[: MOST - 1])
    assert NOTICE not in answers[: MOST - 1]
    assert answers[MOST - 1 :] == [NOTICE, "", "", ""]
    assert kept(line) == MOST + 3


def test_another_number_is_answered_and_so_is_a_call(line: Line) -> None:
    flooding = Resident(line)
    texts(line, flooding, MOST + 1)
    assert all(texts(line, Resident(line, OTHER_PHONE), MOST))
    assert flooding.calls(TurnKind.START).prompts


def test_an_hour_later_there_are_answers_again(line: Line, ahead: list[timedelta]) -> None:
    resident = Resident(line)
    texts(line, resident, MOST + 1)
    ahead[0] = timedelta(minutes=59)
    assert texts(line, resident, 1) == [""]
    ahead[0] = timedelta(hours=2)
    (answer,) = texts(line, resident, 1)
    assert answer not in ("", NOTICE)


@pytest.mark.parametrize("before", [MOST - 1, MOST, MOST + 1])
def test_whoever_is_in_danger_is_told_to_call_112_each_time(line: Line, before: int) -> None:
    resident = Resident(line)
    texts(line, resident, before)
    for _ in range(2):
        assert resident.texts("help brand in huis Lindelaan 3 nu vlammen uit het dak") == ADVICE


def test_in_practice_as_well(line: Line) -> None:
    resident = Resident(line, to=PRACTICE)
    texts(line, resident, MOST)
    answer = resident.texts("help brand in huis Lindelaan 3 nu vlammen uit het dak")
    assert answer == catalogue("nl").text("advise_112_practice.sms")
