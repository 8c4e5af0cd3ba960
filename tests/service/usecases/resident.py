"""Somebody with a phone, and a line that they ring and text."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ivr.gateways.simulator import PAGE, SMS, SimulatorGateway
from ivr.messages import Channel, Inbound, Transcript, TurnKind
from ivr.rendering.page import VoicePage
from service.domain.group import Group, GroupNumber, Street
from service.domain.report import Report
from service.usecases.keep_recording import keep_recording
from service.usecases.line import Line
from service.usecases.take_turn import take_turn
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
