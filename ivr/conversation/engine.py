"""The dialogue engine: a session and a turn give the next session, an Ask and effects. Pure: no clock, no I/O.

It fills a form as in the W3C's VoiceXML form interpretation: several slots at once where a text says so, only what is
missing is asked, everything is read back, and one thing can be changed without starting over.
"""

from collections.abc import Callable
from dataclasses import replace

from ivr.catalogue import N_
from ivr.categories import Category
from ivr.conversation import commands
from ivr.conversation.asking import Scene, ask, choices, with_code
from ivr.conversation.dialogue import ANOTHER, NO, PATIENCE, TRIES, UNKNOWN, YES
from ivr.conversation.form import fill, hear, next_step, tells_something
from ivr.conversation.outcome import (
    Advance,
    Answer,
    Ask,
    Effect,
    File,
    Keep,
    Label,
    Lookup,
    LookupKind,
    Prompt,
    RememberConsent,
    RememberLocale,
    Transcribe,
)
from ivr.conversation.session import Session, StepId
from ivr.messages import Intent, Slot, Turn, TurnKind, WhenFound, WhenLabel

SURE_OF_LANGUAGE = 0.6
"""Confidence from which a text's own language counts for more than the group's first."""

SURE_TO_CHANGE = 0.85
"""Confidence from which it counts for more than the language that the resident used before."""

_MENUS = frozenset({StepId.CATEGORY_DANGER, StepId.CATEGORY_CRIME, StepId.CATEGORY_STREET, StepId.CATEGORY_ELSE})

_TOLD_BY_VOICE = (StepId.DESCRIBE, StepId.STREET)
"""Steps whose recordings belong to the report."""

_CORRECTED = {
    Slot.CATEGORY: StepId.CATEGORY,
    Slot.STREET: StepId.STREET,
    Slot.NUMBER: StepId.NUMBER,
    Slot.WHEN: StepId.WHEN,
}


def advance(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    """One turn of the conversation. A Lookup asks for a fact and to be called again with it in the scene.

    Advice to call 112 comes first whenever the turn looks like an emergency, whatever else happens in it, and the draft
    is kept at once then.
    """
    outcome = _advance(session, turn, scene)
    if isinstance(outcome, Lookup):
        return outcome
    if turn.understood.emergency.suspected or _danger_chosen(session, outcome.session):
        outcome = _advise_112(outcome, scene)
    return _announce_practice(outcome)


def _advance(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    if turn.kind is TurnKind.HANG_UP:
        kept = () if session.ended or session.draft.empty else (Keep(session.draft),)
        returning = session.returning if session.step in (StepId.LISTENING, StepId.ENDED) else session.step
        return Advance(session.but(step=StepId.ENDED, returning=returning), Ask((), Answer.NONE), kept)
    if session.ended:
        return _ended(session, turn, scene)
    if not session.locale and session.spoken and turn.kind is TurnKind.START:
        session = session.but(locale=scene.resident_locale if scene.resident_locale in scene.locales else "")
        return _proceed(session, scene)
    if not session.spoken and not session.locale_sure:
        return _in_their_language(session, turn, scene)
    if turn.kind is TurnKind.TEXT and turn.understood.intent in commands.COMMANDS:
        return commands.obey(session, turn, scene)
    if turn.kind is TurnKind.KEYS and turn.keys in _GLOBAL_KEYS and not turn.recording_id:
        return _GLOBAL_KEYS[turn.keys](session, scene)
    if turn.kind in (TurnKind.RECORDING, TurnKind.KEYS) and turn.recording_id and session.may_record:
        recorded = _record(session, turn, scene)
        if recorded:
            return recorded
    return _HANDLERS[session.step](session, turn, scene)


def _in_their_language(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    """By SMS: the language of the first text that tells its own clearly, until then the one known or the group's."""
    guess = turn.understood.language
    known = scene.resident_locale if scene.resident_locale in scene.locales else ""
    enough = SURE_TO_CHANGE if known else SURE_OF_LANGUAGE
    sure = guess is not None and guess.code in scene.locales and guess.confidence >= enough
    locale = guess.code if guess and sure else session.locale or known or scene.locales[0]
    understood = session.but(locale=locale, locale_sure=True)
    outcome = _advance(understood, turn, scene)
    if isinstance(outcome, Lookup):
        return outcome
    unsure = outcome.session.locale == locale and not sure and not known
    effects = (
        (RememberLocale(locale), *outcome.effects) if sure and outcome.session.locale == locale else outcome.effects
    )
    return replace(outcome, session=outcome.session.but(locale_sure=not unsure), effects=effects)


def _proceed(
    session: Session, scene: Scene, before: tuple[Prompt, ...] = (), effects: tuple[Effect, ...] = ()
) -> Advance:
    """On to whatever is missing, or to a farewell where the group does not take this category."""
    category = session.draft.category
    if category in scene.closed and not session.draft.emergency:
        prompt = Prompt(N_("closed"), (("category", Label(f"category.{category}")),))
        return Advance(session.but(step=StepId.ENDED), Ask((*before, prompt), Answer.NONE), effects)
    session = session.but(step=next_step(session), tries=0, waited=0)
    return Advance(session, ask(session, scene, before), effects)


def _go_to(session: Session, step: StepId, scene: Scene) -> Advance:
    session = session.but(step=step, tries=0)
    return Advance(session, ask(session, scene))


def _again(session: Session, scene: Scene) -> Advance | Lookup:
    """The same step asked in other words; after the third useless answer what is there is kept for a person."""
    session = session.but(tries=session.tries + 1)
    if session.tries >= TRIES:
        return _give_up(session, scene)
    return Advance(session, ask(session, scene))


def _give_up(session: Session, scene: Scene) -> Advance | Lookup:
    if session.draft.empty:
        prompt = Prompt(N_("nothing_heard"))
        return Advance(session.but(step=StepId.ENDED), Ask((prompt,), Answer.NONE))
    return _finish(session, scene, N_("kept"), Keep(session.draft))


def _finish(session: Session, scene: Scene, key: str, effect: Keep | File) -> Advance | Lookup:
    code = scene.facts.get(LookupKind.CODE)
    if code is None:
        return Lookup(LookupKind.CODE)
    prompts = with_code(key, code, spoken=session.spoken)
    return Advance(session.but(step=StepId.ENDED), Ask(prompts, Answer.NONE), (effect,))


def _file(session: Session, scene: Scene) -> Advance | Lookup:
    key = N_("filed_urgent") if session.draft.emergency else N_("filed")
    return _finish(session, scene, key, File(session.draft))


# What callers can always press.


def _repeat(session: Session, scene: Scene) -> Advance:
    return Advance(session, ask(session, scene))


def _to_person(session: Session, scene: Scene) -> Advance | Lookup:
    session = session.but(locale=session.locale or scene.locales[0]).with_draft(wants_person=True)
    return _finish(session, scene, N_("kept"), Keep(session.draft))


def _to_language(session: Session, scene: Scene) -> Advance:
    return _go_to(session, StepId.LANGUAGE, scene)


_GLOBAL_KEYS: dict[str, Callable[[Session, Scene], Advance | Lookup]] = {
    "*": _repeat,
    "0": _to_person,
    "#": _to_language,
}


# Speech.


def _record(session: Session, turn: Turn, scene: Scene) -> Advance | None:
    """An utterance goes to the recogniser; a key pressed where keys are choices counts instead of it."""
    if turn.kind is TurnKind.KEYS and choices(session):
        return None
    returning = session.returning if session.step is StepId.LISTENING else session.step
    if returning in _TOLD_BY_VOICE:
        session = session.with_draft(recordings=(*session.draft.recordings, turn.recording_id))
    session = session.but(step=StepId.LISTENING, returning=returning, pending=turn.recording_id, waited=0)
    return Advance(session, ask(session, scene), (Transcribe(turn.recording_id),))


def _listening(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    back = session.but(step=session.returning, pending="", waited=0)
    if turn.kind is TurnKind.SPEECH:
        return _HANDLERS[back.step](back, turn, scene)
    session = session.but(waited=session.waited + 1)
    if session.waited <= PATIENCE:
        return Advance(session, ask(session, scene))
    return _proceed(back.but(may_record=False), scene, (Prompt(N_("slow")),))


# The steps.


def _language(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    digit = int(turn.keys) if turn.keys.isascii() and turn.keys.isdigit() else 0
    if not 1 <= digit <= len(scene.locales[:9]):
        session = session.but(tries=session.tries + 1)
        if session.tries < TRIES:
            return Advance(session, ask(session, scene))
        return _proceed(session.but(locale=session.locale or scene.locales[0]), scene)
    locale = scene.locales[digit - 1]
    return _proceed(session.but(locale=locale), scene, effects=(RememberLocale(locale),))


def _consent(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    chosen = _chosen(session, turn)
    if chosen is None:
        return _again(session, scene)
    given = chosen == YES
    return _proceed(session.but(may_record=given), scene, effects=(RememberConsent(given),))


def _describe(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    if not turn.text.strip():
        return _again(session, scene)
    return _proceed(fill(hear(session, turn.text), turn.understood), scene)


def _category(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    chosen = _chosen(session, turn)
    if chosen == ANOTHER:
        return _go_to(session.but(category_offer=()), StepId.CATEGORY, scene)
    if chosen is not None and chosen in _MENUS:
        return _go_to(session, StepId(chosen), scene)
    if chosen is not None:
        return _proceed(session.with_draft(category=Category(chosen), category_confidence=1.0), scene)
    if not turn.text.strip():
        return _again(session, scene)
    told = fill(hear(session, turn.text), turn.understood)
    if told.draft.category or (told.category_offer and told.category_offer != session.category_offer):
        return _proceed(told, scene)
    return _again(told, scene)


def _street(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    if turn.kind is TurnKind.KEYS and session.step is StepId.STREET and not turn.street_options:
        return _go_to(session, StepId.STREET_KEYS, scene)
    chosen = _chosen(session, turn)
    if chosen == ANOTHER:
        session = session.but(street_offer=(), refused=session.refused + 1)
        return _proceed(session.with_draft(street_unknown=session.refused >= TRIES), scene)
    if chosen is not None:
        session = session.but(street_offer=()).with_draft(street=chosen, street_confidence=1.0, street_unknown=False)
        return _proceed(session, scene)
    if turn.street_options:
        return _proceed(session.but(street_offer=turn.street_options[:3]), scene)
    told = fill(hear(session, turn.text), turn.understood)
    if told.draft.street or (told.street_offer and told.street_offer != session.street_offer):
        return _proceed(told, scene)
    return _street_unclear(told.but(tries=told.tries + 1), scene)


def _street_unclear(session: Session, scene: Scene) -> Advance:
    """Ask once more; then by keypad; a report without its street is worth more than none, so go on in the end."""
    if session.step is StepId.STREET and session.spoken and session.tries >= TRIES - 1:
        return _go_to(session, StepId.STREET_KEYS, scene)
    if session.tries >= (TRIES if session.spoken else TRIES - 1):
        return _proceed(session.but(street_offer=()).with_draft(street_unknown=True), scene)
    return Advance(session, ask(session, scene))


def _number(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    keys = turn.keys.strip("*#")
    place = turn.understood.place
    if keys.isascii() and keys.isdigit():
        session = session.with_draft(number=keys.lstrip("0"), suffix="")
    elif place.number:
        session = session.with_draft(number=place.number, suffix=place.suffix)
    elif turn.kind in (TurnKind.TEXT, TurnKind.SPEECH) and turn.understood.intent is not Intent.NO:
        session = hear(session, turn.text)
        if session.tries + 1 < TRIES:
            return _again(session, scene)
    return _proceed(session.with_draft(number_asked=True), scene)


def _when(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    chosen = _chosen(session, turn)
    if chosen is not None and chosen != UNKNOWN:
        session = session.with_draft(when=WhenFound(WhenLabel(chosen), 1.0))
    elif turn.understood.when:
        session = session.with_draft(when=turn.understood.when)
    elif chosen is None:
        session = hear(session, turn.text)
        if session.tries + 1 < TRIES:
            return _again(session, scene)
    return _proceed(session.with_draft(when_asked=True), scene)


def _confirm(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    chosen = _chosen(session, turn)
    if chosen == YES or turn.understood.intent is Intent.YES:
        return _file(session, scene)
    if chosen == NO or turn.understood.intent is Intent.NO:
        return _go_to(session, StepId.CORRECT, scene)
    return _amend(session, turn, scene)


def _correct(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    chosen = _chosen(session, turn)
    if chosen is None:
        return _amend(session, turn, scene)
    slot = Slot(chosen)
    match slot:
        case Slot.CATEGORY:
            session = session.but(category_offer=()).with_draft(category=None, category_confidence=0.0)
        case Slot.STREET:
            session = session.but(street_offer=()).with_draft(street="", street_confidence=0.0, street_unknown=False)
        case Slot.NUMBER:
            session = session.with_draft(number="", suffix="")
        case _:
            session = session.with_draft(when=None)
    step = StepId.STREET_KEYS if slot is Slot.STREET and session.spoken and not session.may_record else _CORRECTED[slot]
    return _go_to(session, step, scene)


def _amend(session: Session, turn: Turn, scene: Scene) -> Advance | Lookup:
    """Words at a yes-or-no question: a correction where they say what, where or when, an addition in any case."""
    told = hear(session, turn.text)
    if tells_something(turn.understood):
        return _proceed(fill(told, turn.understood, override=True), scene)
    return _again(told, scene)


def _ended(session: Session, turn: Turn, _scene: Scene) -> Advance | Lookup:
    """Nothing more is asked. But a carrier may tell of the end of a call before it hands over the last utterance."""
    if turn.recording_id and session.may_record and session.returning in _TOLD_BY_VOICE:
        session = session.with_draft(recordings=(*session.draft.recordings, turn.recording_id))
        return Advance(session, Ask((), Answer.NONE), (Transcribe(turn.recording_id), Keep(session.draft)))
    return Advance(session, Ask((Prompt(N_("goodbye")),) if session.spoken else (), Answer.NONE))


def _chosen(session: Session, turn: Turn) -> str | None:
    """The value of the choice that a digit, pressed or written, names."""
    digit = turn.keys if turn.kind is TurnKind.KEYS else turn.text.strip(" .,!)")
    return next((choice.value for choice in choices(session) if choice.digit == digit), None)


_HANDLERS: dict[StepId, Callable[[Session, Turn, Scene], Advance | Lookup]] = {
    StepId.LANGUAGE: _language,
    StepId.CONSENT: _consent,
    StepId.DESCRIBE: _describe,
    StepId.LISTENING: _listening,
    StepId.CATEGORY: _category,
    StepId.CATEGORY_DANGER: _category,
    StepId.CATEGORY_CRIME: _category,
    StepId.CATEGORY_STREET: _category,
    StepId.CATEGORY_ELSE: _category,
    StepId.CATEGORY_OFFER: _category,
    StepId.STREET: _street,
    StepId.STREET_KEYS: _street,
    StepId.STREET_OFFER: _street,
    StepId.NUMBER: _number,
    StepId.WHEN: _when,
    StepId.CONFIRM: _confirm,
    StepId.CORRECT: _correct,
    StepId.ENDED: _ended,
}


# What holds for every turn.


def _danger_chosen(before: Session, after: Session) -> bool:
    """Whether the keypad has just named a danger: nobody can hear how urgent it is, so 112 is named at once."""
    return before.step is StepId.CATEGORY_DANGER and before.draft.category != after.draft.category


def _advise_112(outcome: Advance, scene: Scene) -> Advance:
    session = outcome.session.with_draft(
        emergency=True, advised_112_at=outcome.session.draft.advised_112_at or scene.now
    )
    key = N_("advise_112_practice") if session.practice else N_("advise_112")
    told = replace(outcome.ask, prompts=(Prompt(key), *outcome.ask.prompts), barge_in=False)
    effects = tuple(
        type(effect)(session.draft) if isinstance(effect, Keep | File) else effect for effect in outcome.effects
    )
    if not any(isinstance(effect, Keep | File) for effect in effects):
        effects = (*effects, Keep(session.draft))
    return Advance(session, told, effects)


def _announce_practice(outcome: Advance) -> Advance:
    session = outcome.session
    if not session.practice or not session.locale:
        return outcome
    prompts = outcome.ask.prompts
    if not session.announced:
        prompts = (Prompt(N_("practice")), *prompts)
    elif session.ended and prompts:
        prompts = (*prompts, Prompt(N_("practice_end")))
    return replace(outcome, session=session.but(announced=True), ask=replace(outcome.ask, prompts=prompts))
