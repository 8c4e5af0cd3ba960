"""The one road of an inbound message: understand it, then one short transaction, then the answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

import structlog
from pydantic import TypeAdapter

from ivr.catalogue import N_
from ivr.cleaning import clean
from ivr.conversation.asking import Scene
from ivr.conversation.dialogue import DIALOGUE
from ivr.conversation.engine import advance
from ivr.conversation.outcome import (
    Advance,
    Answer,
    Ask,
    Effect,
    File,
    Keep,
    Lookup,
    LookupKind,
    OptOut,
    Prompt,
    RememberConsent,
    RememberLocale,
    Transcribe,
)
from ivr.conversation.session import Session, StepId, dump, load
from ivr.extraction.gazetteer import Gazetteer
from ivr.gateways.gateway import Gateway
from ivr.locale import locales
from ivr.messages import Channel, Inbound, Slot, Turn, TurnKind, Understanding
from ivr.rendering.renderer import render
from ivr.rendering.reply import Body, Reply, SmsReply
from service.domain.delivery import Media, Queue
from service.domain.group import Group
from service.domain.resident import Resident, StoredSession
from service.store.store import Unit
from service.store.unit import AlreadyTaken, StoreUnavailable
from service.usecases.delete_recording import delete_recording_later
from service.usecases.enqueue import enqueue
from service.usecases.file_report import Filing, file_report
from service.usecases.keep_abandoned import schedule_keeping
from service.usecases.keep_recording import recording_path, recording_seconds
from service.usecases.limit_answers import limit_answer
from service.usecases.line import Line
from service.usecases.send_message import send_message_later

_log = structlog.get_logger(__name__)

_UNDERSTANDING = TypeAdapter(Understanding)
_NO_STREETS = Gazetteer(())
_READS = 20
"""How often a turn is understood anew because another process took a turn of the same conversation in between."""

FEWEST_KEYS = 2
"""Keys from which on an entry is the beginning of a street's name, not a key pressed by the way."""

FETCH_ATTEMPTS = 9
"""Tries to fetch a recording: with waits of half a second doubled each time, about two minutes."""


class UnknownNumber(Exception):
    """No group has the number that was rung or texted."""


class _Overtaken(Exception):
    """The conversation has moved on since it was read."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What the turn finds: read outside any transaction, checked again inside."""

    group: Group
    practice: bool
    resident: Resident | None
    stored: StoredSession | None
    session: Session
    heard: Media | None
    gazetteer: Gazetteer


def take_turn(line: Line, inbound: Inbound, gateway: Gateway) -> Body:
    """Answer one message or one step of a call. The same message again gets the same answer and changes nothing.

    With the database down, the message goes to the spool and is answered all the same; where even that fails, the
    answer says so. 112 is named in any case. Raises UnknownNumber.
    """
    inbound = replace(inbound, text=clean(inbound.text))
    try:
        with line.turns.of(inbound.recipient, inbound.conversation_id or inbound.sender):
            return _take_in_turn(line, inbound, gateway)
    except StoreUnavailable:
        _log.exception("turn.store_unavailable")
    try:
        line.spool.append(inbound)
    except OSError:
        _log.exception("turn.lost")
        return gateway.render(_fault(line, inbound, N_("fault_lost")))
    _log.warning("turn.spooled")
    return gateway.render(_fault(line, inbound, N_("fault")))


def _take_in_turn(line: Line, inbound: Inbound, gateway: Gateway) -> Body:
    for _ in range(_READS):
        try:
            return _take(line, inbound, gateway)
        except (_Overtaken, AlreadyTaken):
            continue
    raise StoreUnavailable("another turn of the same conversation kept coming in between")


def replay_spooled(line: Line, inbound: Inbound) -> None:
    """Take a spooled message up again; a text gets its answer as a message of our own. Raises StoreUnavailable."""
    try:
        _take(line, inbound, line.gateways[inbound.provider], _answer_later)
    except UnknownNumber:
        _log.warning("spool.unknown_number")


_Answered = Callable[[Line, Unit, Inbound, StoredSession, Reply], None]


def _answer_at_once(line: Line, unit: Unit, inbound: Inbound, stored: StoredSession, reply: Reply) -> None:
    """The webhook's own response is the answer: nothing more to do."""


def _answer_later(line: Line, unit: Unit, inbound: Inbound, stored: StoredSession, reply: Reply) -> None:
    if not isinstance(reply, SmsReply) or not reply.text or stored.resident_id is None:
        return
    key = f"answer:{inbound.provider}:{inbound.provider_id}"
    message_id = unit.outbox.add(
        stored.group_id, stored.resident_id, inbound.provider, inbound.recipient, reply.text, unique_key=key
    )
    send_message_later(line, unit, message_id)


def _take(line: Line, inbound: Inbound, gateway: Gateway, answered: _Answered = _answer_at_once) -> Body:
    with line.store.read() as unit:
        seen = unit.inbox.find(inbound.provider, inbound.provider_id)
        if seen is not None:
            return seen
        before = _read(line, unit, inbound)
    turn = _understood(line, inbound, before)
    with line.store.begin() as unit:
        if unit.inbox.find(inbound.provider, inbound.provider_id) is not None:
            raise AlreadyTaken(inbound.provider_id)
        resident = unit.residents.find_or_add(before.group.id, inbound.sender) if inbound.sender else None
        stored = _current(unit, inbound, before.group, resident)
        if (stored and (stored.id, stored.version)) != (before.stored and (before.stored.id, before.stored.version)):
            raise _Overtaken
        outcome, code = _advance(line, unit, before, turn, stored, resident)
        stored = _keep_session(unit, inbound, before, stored, resident, outcome.session)
        ask = limit_answer(line, unit, inbound, resident, outcome.ask)
        reply = render(ask, outcome.session.locale, spoken=inbound.channel is Channel.VOICE)
        body = gateway.render(reply)
        if stored is not None:
            _carry_out(line, unit, inbound, Filing(stored, outcome.session, resident, code), outcome.effects)
            answered(line, unit, inbound, stored, reply)
        wanted = any(isinstance(effect, Transcribe) for effect in outcome.effects)
        if inbound.recording_url and not wanted:
            delete_recording_later(line, unit, inbound.provider, inbound.recording_url)
        understood = _UNDERSTANDING.dump_json(turn.understood).decode()
        unit.inbox.add(inbound, _id(resident), stored.id if stored else None, understood, body)
    if inbound.recording_id and not wanted:
        recording_path(line, UUID(inbound.recording_id)).unlink(missing_ok=True)  # nobody said yes to keeping it
    return body


def _current(unit: Unit, inbound: Inbound, group: Group, resident: Resident | None) -> StoredSession | None:
    """The conversation that the turn belongs to; of a call also one that has ended, for what comes after its end."""
    found = unit.sessions.current(group.id, _id(resident), inbound.channel, inbound.conversation_id, inbound.recipient)
    if found is None and inbound.channel is Channel.VOICE:
        found = unit.sessions.ended(group.id, inbound.channel, inbound.conversation_id)
    return found


def _id(resident: Resident | None) -> UUID | None:
    return resident.id if resident else None


def _read(line: Line, unit: Unit, inbound: Inbound) -> _Before:
    found = unit.groups.by_number(inbound.recipient)
    if found is None:
        raise UnknownNumber
    group, practice = found
    known = unit.residents.by_phone(inbound.sender) if inbound.sender else ()
    resident = next((one for one in known if one.group_id == group.id), None)
    stored = None
    if resident or not inbound.sender:
        stored = _current(unit, inbound, group, resident)
    session = load(stored.state) if stored else _new_session(inbound, group, resident, practice=practice)
    heard = unit.media.get(UUID(session.pending)) if session.pending else None
    gazetteer = line.gazetteers.of(
        group.id, unit.groups.streets_version(group.id), partial(unit.groups.places, group.id)
    )
    return _Before(group, practice, resident, stored, session, heard, gazetteer)


def _new_session(inbound: Inbound, group: Group, resident: Resident | None, *, practice: bool) -> Session:
    if inbound.channel is Channel.VOICE and inbound.kind is not TurnKind.START:  # a step of a call that is over
        locale = (resident and resident.locale) or group.locales[0]
        return Session(inbound.channel, practice, locale=locale, step=StepId.ENDED, announced=True)
    return Session(inbound.channel, practice)


def _understood(line: Line, inbound: Inbound, before: _Before) -> Turn:
    """The turn with its meaning. A transcript that has come meanwhile turns waiting into speech."""
    session = before.session
    turn = Turn(inbound.kind, inbound.text, inbound.keys, recording_id=_recording_id(line, inbound))
    slot = DIALOGUE[session.step].slot
    if before.heard and before.heard.transcript and inbound.kind in (TurnKind.WAITING, TurnKind.NO_INPUT):
        turn = replace(turn, kind=TurnKind.SPEECH, text=before.heard.transcript.text)
        slot = DIALOGUE[session.returning].slot
    if turn.text:
        understood = line.extractor.understand(
            turn.text, before.gazetteer, line.clock.now(), session.locale or None, slot
        )
        return replace(turn, understood=understood)
    if len(turn.keys) >= FEWEST_KEYS and slot is Slot.STREET and session.step is not StepId.STREET_OFFER:
        return replace(turn, street_options=before.gazetteer.by_keys(turn.keys.strip("#*")))
    return turn


def _recording_id(line: Line, inbound: Inbound) -> str:
    if inbound.recording_url and not inbound.recording_id:
        return str(line.clock.new_id())
    return inbound.recording_id


def _advance(
    line: Line, unit: Unit, before: _Before, turn: Turn, stored: StoredSession | None, resident: Resident | None
) -> tuple[Advance, str]:
    """The engine's outcome, with the facts that it asked for looked up, and the report code if that was one."""
    facts: dict[LookupKind, str] = {}
    while True:
        scene = Scene(
            now=line.clock.now(),
            locales=before.group.locales,
            closed=before.group.closed,
            resident_locale=(resident and resident.locale) or "",
            facts=facts,
        )
        outcome = advance(before.session, turn, scene)
        if not isinstance(outcome, Lookup):
            return outcome, facts.get(LookupKind.CODE, "")
        facts[outcome.kind] = _LOOKUPS[outcome.kind](unit, before.group, stored, resident)


def _code(unit: Unit, group: Group, stored: StoredSession | None, _resident: Resident | None) -> str:
    report = unit.reports.by_session(stored.id) if stored else None
    return report.code if report else unit.reports.new_code(group.id)


def _status(unit: Unit, group: Group, _stored: StoredSession | None, resident: Resident | None) -> str:
    if resident is None:
        return ""
    latest = unit.reports.list(group.id, resident_id=resident.id, limit=1)
    return f"{latest[0].code} {latest[0].status}" if latest else ""


_LOOKUPS: dict[LookupKind, Callable[[Unit, Group, StoredSession | None, Resident | None], str]] = {
    LookupKind.CODE: _code,
    LookupKind.STATUS: _status,
}


def _keep_session(
    unit: Unit,
    inbound: Inbound,
    before: _Before,
    stored: StoredSession | None,
    resident: Resident | None,
    session: Session,
) -> StoredSession | None:
    """The conversation as stored after the turn; None for a step of a call that is over already."""
    if stored is None and before.session.ended:
        return None
    if stored is not None and stored.practice != session.practice:  # PRACTICE before anything was told: begin anew
        unit.sessions.finish(stored.id)
        stored = None
    if stored is None:
        stored = unit.sessions.start(
            before.group.id,
            _id(resident),
            inbound.channel,
            inbound.conversation_id,
            inbound.recipient,
            practice=session.practice,
            state=dump(session),
            step=session.step,
        )
    else:
        unit.sessions.save(stored.id, dump(session), session.step)
    if session.ended:
        unit.sessions.finish(stored.id)
    return stored


def _carry_out(line: Line, unit: Unit, inbound: Inbound, filing: Filing, effects: tuple[Effect, ...]) -> None:
    resident = filing.resident
    for effect in effects:
        match effect:
            case Transcribe(recording_id):
                _have_transcribed(line, unit, inbound, filing, UUID(recording_id))
            case Keep() | File():
                file_report(unit, line.clock, filing, confirmed=isinstance(effect, File))
            case RememberLocale(locale) if resident:
                unit.residents.set_locale(resident.id, locale)
            case RememberConsent(given) if resident:
                unit.residents.set_recording_consent(resident.id, given)
            case OptOut(out) if resident:
                unit.residents.set_opted_out(resident.id, out)
    if not filing.session.ended and not filing.session.draft.empty:
        schedule_keeping(unit, line.clock, filing.stored.id)


def _have_transcribed(line: Line, unit: Unit, inbound: Inbound, filing: Filing, media_id: UUID) -> None:
    """A recording that is here goes to the recogniser; one at the carrier is fetched first."""
    stored = filing.stored
    here = recording_path(line, media_id) if inbound.recording_id else None
    unit.media.add(
        stored.group_id,
        None,
        stored.id,
        here.name if here else "",
        recording_seconds(here) if here else 0.0,
        created=line.clock.now(),
        media_id=media_id,
    )
    payload = {"media_id": str(media_id), "language": filing.session.locale}
    if here:
        enqueue(line, unit, "transcribe", payload, f"transcribe:{media_id}", queue=Queue.SPEECH)
    else:
        payload |= {"gateway": inbound.provider, "url": inbound.recording_url}
        enqueue(line, unit, "fetch_recording", payload, f"fetch_recording:{media_id}", max_attempts=FETCH_ATTEMPTS)


def _fault(line: Line, inbound: Inbound, key: str) -> Reply:
    """What a resident hears while we cannot store: what became of the words, and 112 in any case."""
    understood = line.extractor.understand(inbound.text, _NO_STREETS, line.clock.now())
    locale = understood.language.code if understood.language else next(iter(locales()))
    advice = (Prompt(N_("advise_112")),) if understood.emergency.suspected else ()
    ask = Ask((*advice, Prompt(key)), Answer.NONE)
    return render(ask, locale, spoken=inbound.channel is Channel.VOICE)
