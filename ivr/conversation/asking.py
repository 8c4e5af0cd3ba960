"""From a session to what is said or written: prompts in order, and how they can be answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ivr.catalogue import N_
from ivr.categories import Category
from ivr.conversation.dialogue import ANOTHER, DIALOGUE, Choice
from ivr.conversation.outcome import Answer, Ask, Digits, Label, Listing, LookupKind, Prompt, Value
from ivr.conversation.session import Draft, Session, StepId


@dataclass(frozen=True, slots=True)
class Scene:
    """What a turn may know besides its session: the moment (UTC), the group's languages (commonest first), the
    categories it does not take, the language the resident used before, and facts looked up for this turn."""

    now: datetime
    locales: tuple[str, ...]
    closed: frozenset[Category] = frozenset()
    resident_locale: str = ""
    facts: Mapping[LookupKind, str] = field(default_factory=dict)


_CHOICES_BY_SMS = frozenset({StepId.CATEGORY_OFFER, StepId.STREET_OFFER, StepId.CORRECT})
_NO_PROMPT_WHILE_WAITING = 3  # every third time a waiting caller hears a word


def choices(session: Session) -> tuple[Choice, ...]:
    """The answers by digit that the session's step offers."""
    match session.step:
        case StepId.CATEGORY_OFFER:
            codes = session.category_offer
            offered = tuple(Choice(str(n), f"category.{code}", code) for n, code in enumerate(codes, start=1))
            return (*offered, Choice(str(len(codes) + 1), N_("label.something_else"), ANOTHER))
        case StepId.STREET_OFFER:
            streets = session.street_offer
            offered = tuple(Choice(str(n), "", street) for n, street in enumerate(streets, start=1))
            return (*offered, Choice(str(len(streets) + 1), N_("label.another_street"), ANOTHER))
        case step:
            return DIALOGUE[step].choices


def ask(session: Session, scene: Scene, before: tuple[Prompt, ...] = ()) -> Ask:
    """What is asked at the session's step, after the prompts ``before``."""
    step = DIALOGUE[session.step]
    answer = (step.spoken if session.may_record else step.keypad) if session.spoken else Answer.ONE_KEY
    return Ask((*before, *_prompts(session, scene)), answer, barge_in=step.barge_in)


def _prompts(session: Session, scene: Scene) -> tuple[Prompt, ...]:
    step = DIALOGUE[session.step]
    if session.step is StepId.LANGUAGE:
        return tuple(
            Prompt(N_("language_choice"), (("digit", str(n)),), locale=code)
            for n, code in enumerate(scene.locales[:9], start=1)
        )
    if session.step is StepId.LISTENING:
        if session.waited == 0:
            return (Prompt(step.prompts[0]),)
        return (Prompt(step.prompts[1]),) if session.waited % _NO_PROMPT_WHILE_WAITING == 0 else ()
    prompt = Prompt(step.prompts[min(session.tries, len(step.prompts) - 1)])
    if not session.spoken:
        return _by_sms(session, prompt)
    lead = tuple(Prompt(key) for key in step.lead) if session.tries == 0 else ()
    if session.step is StepId.CONFIRM:
        lead = _read_back(session.draft)
    elif session.step is StepId.STREET_KEYS and session.tries > 0:
        lead = (Prompt(N_("street_keys_help")),)
    elif session.step is StepId.NUMBER:
        return (prompt, Prompt(N_("number_none")))
    return (*lead, prompt, *(_choice(choice) for choice in choices(session)))


def _by_sms(session: Session, prompt: Prompt) -> tuple[Prompt, ...]:
    if session.step is StepId.CONFIRM:
        return (Prompt(prompt.key, (("summary", summary(session.draft)),)),)
    offered = choices(session) if session.step in _CHOICES_BY_SMS else ()
    return (prompt, *(_choice(choice) for choice in offered))


def _choice(choice: Choice) -> Prompt:
    label: Value = Label(choice.label) if choice.label else choice.value
    return Prompt(N_("choice"), (("label", label), ("digit", choice.digit)))


def summary(draft: Draft) -> Listing:
    """What, where and when in one line, as far as they are known."""
    parts: list[Value] = []
    if draft.category:
        parts.append(Label(f"category.{draft.category}"))
    if draft.street:
        parts.append(f"{draft.street} {draft.house_number}".strip())
    if draft.when:
        parts.append(Label(f"when.{draft.when.label}"))
    return Listing(tuple(parts))


def _read_back(draft: Draft) -> tuple[Prompt, ...]:
    """What was understood, a short prompt a field."""
    prompts = [Prompt(N_("readback"))]
    if draft.category:
        prompts.append(Prompt(N_("readback_category"), (("category", Label(f"category.{draft.category}")),)))
    if draft.street:
        prompts.append(Prompt(N_("readback_street"), (("street", draft.street),)))
    elif draft.street_unknown:
        prompts.append(Prompt(N_("readback_no_street")))
    if draft.number:
        prompts.append(Prompt(N_("readback_number"), (("number", draft.house_number),)))
    if draft.when:
        prompts.append(Prompt(N_("readback_when"), (("when", Label(f"when.{draft.when.label}")),)))
    return tuple(prompts)


def with_code(key: str, code: str, *, spoken: bool) -> tuple[Prompt, ...]:
    """A closing text and the report's code: in the same SMS, or spoken digit by digit, twice."""
    if not spoken:
        return (Prompt(key, (("code", code),)),)
    said = Prompt(N_("code"), (("code", Digits(code)),))
    return (Prompt(key), said, Prompt(N_("code_again"), (("code", Digits(code)),)), Prompt(N_("goodbye")))
