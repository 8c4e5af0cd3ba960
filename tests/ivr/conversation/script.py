"""Golden conversations: readable files whose resident's lines are played through the real extraction, engine and
renderer, and whose other lines must come out as they stand. ``make golden`` writes those anew.

    channel: sms | voice          the header, then an empty line
    locales: nl en tr             the group's languages
    remembered: tr                (optional) the language the resident used before
    closed: noise                 (optional) categories that the group does not take
    practice: yes                 (optional) a call or text to the practice number

    > text                        an SMS; in a call (rings) (keys 12#) (says …) (records) (silence) (waits) (hangs up)
    < what is answered            one line a prompt; [keys], [record] … says how it can be answered
    = effect                      what is carried out
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

from ivr.categories import Category
from ivr.conversation.asking import Scene
from ivr.conversation.dialogue import DIALOGUE
from ivr.conversation.engine import advance
from ivr.conversation.outcome import Advance, Effect, File, Keep, Lookup, LookupKind, RememberConsent, RememberLocale
from ivr.conversation.session import Session, StepId, dump, load
from ivr.extraction.assembly import assemble
from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.locale import locales
from ivr.messages import Channel, Slot, Turn, TurnKind
from ivr.rendering.renderer import render
from ivr.rendering.reply import SmsReply

NOW = datetime(2026, 11, 2, 20, 15, tzinfo=UTC)
STREETS = (
    "Kerkstraat", "Molenweg", "Lindelaan", "Lindestraat", "Schoolstraat", "Stationsweg", "Wilgenpad", "Acacialaan",
    "Burgemeester de Wildestraat", "Prins Hendrikplein", "Oude Haven", "Zeeweg", "Torenstraat", "Duivenhof",
)  # fmt: skip
FACTS = {LookupKind.CODE: "4821", LookupKind.STATUS: "4821 received"}

_CALLER = re.compile(r"\((rings|keys|says|records|silence|waits|hangs up)\s*(.*)\)")


@cache
def extractor() -> Extractor:
    return assemble(tuple(locales()))


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer(STREETS)


@dataclass
class Conversation:
    """One conversation in progress."""

    session: Session
    scene: Scene
    recordings: int = 0
    effects: list[Effect] = field(default_factory=list)

    def turn(self, turn: Turn) -> Advance:
        """One turn, with its text understood and lookups answered; the session makes a trip through JSON."""
        slot = DIALOGUE[self.session.returning if turn.kind is TurnKind.SPEECH else self.session.step].slot
        if turn.text:
            understood = extractor().understand(turn.text, gazetteer(), NOW, self.session.locale or None, slot)
            turn = replace(turn, understood=understood)
        if len(turn.keys) >= 2 and slot is Slot.STREET and self.session.step is not StepId.STREET_OFFER:
            turn = replace(turn, street_options=gazetteer().by_keys(turn.keys.strip("*#")))
        outcome = advance(self.session, turn, self.scene)
        if isinstance(outcome, Lookup):
            facts = {outcome.kind: FACTS[outcome.kind]}
            outcome = advance(self.session, turn, replace(self.scene, facts=facts))
        assert isinstance(outcome, Advance)
        self.session = load(dump(outcome.session))
        assert self.session == outcome.session
        self.effects += outcome.effects
        return outcome

    def turns(self, line: str) -> list[Turn]:
        """What a resident's line comes to: speech is a recording, a poll, then its transcript."""
        caller = _CALLER.fullmatch(line) if self.session.spoken else None
        if not caller:
            return [Turn(TurnKind.TEXT, line)]
        what, rest = caller.groups()
        match what:
            case "rings":
                return [Turn(TurnKind.START)]
            case "keys":
                return [Turn(TurnKind.KEYS, keys=rest)]
            case "says" | "records":
                self.recordings += 1
                recording = Turn(TurnKind.RECORDING, recording_id=f"recording-{self.recordings}")
                heard = [Turn(TurnKind.WAITING), Turn(TurnKind.SPEECH, rest)]
                return [recording, *(heard if what == "says" else [])]
            case "silence":
                return [Turn(TurnKind.NO_INPUT)]
            case "waits":
                return [Turn(TurnKind.WAITING)]
            case _:
                return [Turn(TurnKind.HANG_UP)]


def start(header: dict[str, str]) -> Conversation:
    scene = Scene(
        now=NOW,
        locales=tuple(header.get("locales", " ".join(locales())).split()),
        closed=frozenset(Category(code) for code in header.get("closed", "").split()),
        resident_locale=header.get("remembered", ""),
    )
    return Conversation(Session(Channel(header["channel"]), header.get("practice") == "yes"), scene)


def play(text: str) -> str:
    """The conversation with everything that isn't the resident's written anew."""
    head, _, body = text.partition("\n\n")
    comment = "".join(f"{line}\n" for line in head.splitlines() if line.startswith("#"))
    header = dict(line.split(": ", 1) for line in head.splitlines() if not line.startswith("#"))
    conversation = start(header)
    out = []
    for line in body.splitlines():
        if line.startswith("> "):
            out.append(line)
            for turn in conversation.turns(line.removeprefix("> ")):
                out += _answered(conversation.turn(turn), conversation.session)
    fields = "".join(f"{name}: {value}\n" for name, value in header.items())
    return f"{comment}{fields}\n" + "\n".join(out) + "\n"


def _answered(outcome: Advance, session: Session) -> list[str]:
    reply = render(outcome.ask, session.locale, spoken=session.spoken)
    if isinstance(reply, SmsReply):
        lines = [f"< {line}" for line in reply.text.splitlines()] or ["<"]
    else:
        lines = [f"< {prompt.text}" for prompt in reply.prompts]
        barge_in = "" if reply.barge_in else ", no interrupting"
        lines.append(f"< [{outcome.ask.answer}{barge_in}]")
    return lines + [f"= {_told(effect)}" for effect in outcome.effects]


def _told(effect: Effect) -> str:
    match effect:
        case Keep(draft) | File(draft):
            name = "file" if isinstance(effect, File) else "keep"
            when = draft.when.label if draft.when else "-"
            urgent = " URGENT" if draft.emergency else ""
            place = f"{draft.street or '-'} {draft.house_number or '-'}"
            return f"{name} {draft.category or '-'} | {place} | {when}{urgent} | {' / '.join(draft.words)}"
        case RememberLocale(locale):
            return f"remember {locale}"
        case RememberConsent(given):
            return f"recording {'allowed' if given else 'refused'}"
        case _:
            return f"{effect}"
