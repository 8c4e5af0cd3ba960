"""The words that mean the same at any time in an SMS conversation: whole messages only, before any step."""

from ivr.catalogue import N_
from ivr.conversation.asking import Scene, ask
from ivr.conversation.outcome import (
    Advance,
    Answer,
    Ask,
    Effect,
    Keep,
    Label,
    Lookup,
    LookupKind,
    OptOut,
    Prompt,
    RememberLocale,
)
from ivr.conversation.session import Session, StepId
from ivr.messages import Intent, Turn

COMMANDS = frozenset(
    {Intent.STOP, Intent.START, Intent.HELP, Intent.LANGUAGE, Intent.STATUS, Intent.DELETE, Intent.PRACTICE}
)


def obey(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    """Carry out the command that the whole message is. What the conversation was at stays as it was."""
    match turn.understood.intent:
        case Intent.STOP:
            kept: tuple[Effect, ...] = () if session.draft.empty else (Keep(session.draft),)
            return _end(session, N_("stopped"), OptOut(out=True), *kept)
        case Intent.START:
            return _say(session, scene, N_("started"), OptOut(out=False))
        case Intent.LANGUAGE:
            return _language(session, turn, scene)
        case Intent.STATUS:
            return _status(session, scene)
        case Intent.DELETE:
            # An emergency is kept for a person already: dropping it silently could cost a life. And where nothing has
            # been told yet, there is nothing to drop: an earlier report stays, so we do not say otherwise.
            if session.draft.emergency or session.draft.empty:
                return _say(session, scene, N_("help"))
            return _end(session, N_("deleted"))
        case Intent.PRACTICE if session.draft.empty and not session.practice:
            return _say(session.but(practice=True, step=StepId.DESCRIBE), scene, "")
        case _:
            return _say(session, scene, N_("help"))


def _say(session: Session, scene: Scene, key: str, *effects: Effect) -> Advance:
    """One text, or the step's own question again where there is none."""
    if not key:
        return Advance(session, ask(session, scene), effects)
    return Advance(session, Ask((Prompt(key),), Answer.ONE_KEY), effects)


def _end(session: Session, key: str, *effects: Effect) -> Advance:
    return Advance(session.but(step=StepId.ENDED), Ask((Prompt(key),), Answer.NONE), effects)


def _language(session: Session, turn: Turn, scene: Scene) -> Advance:
    wanted = turn.understood.intent_language
    if wanted not in scene.locales:
        return _say(session, scene, N_("language"))
    return _say(session.but(locale=wanted), scene, N_("language_set"), RememberLocale(wanted))


def _status(session: Session, scene: Scene) -> Advance | Lookup:
    known = scene.facts.get(LookupKind.STATUS)
    if known is None:
        return Lookup(LookupKind.STATUS)
    if not known:
        return _say(session, scene, N_("status_none"))
    code, status = known.split()
    prompt = Prompt(N_("status"), (("code", code), ("status", Label(f"status.{status}"))))
    return Advance(session, Ask((prompt,), Answer.ONE_KEY))
