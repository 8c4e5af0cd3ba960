"""The one dialogue table, for SMS, keypad and speech alike: what each step asks and which answers it offers.

A digit means the same everywhere: 1 is yes or the likeliest, the last one is "something else". Form filling follows
the W3C's VoiceXML form interpretation: a step fills one slot, and only what is missing is asked.
"""

from dataclasses import dataclass

from ivr.catalogue import N_
from ivr.categories import Category
from ivr.conversation.outcome import Answer
from ivr.conversation.session import StepId
from ivr.messages import Slot, WhenLabel


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer by one digit. ``value`` is what it means to the step: a category, a step, a time, yes or no."""

    digit: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the slot it fills, its prompt, then the prompts that help after a first and second useless answer.

    ``keypad`` is how a caller answers without being recorded, ``spoken`` how one answers who may be.
    """

    slot: Slot
    prompts: tuple[str, ...]
    keypad: Answer = Answer.ONE_KEY
    spoken: Answer = Answer.ONE_KEY
    choices: tuple[Choice, ...] = ()
    barge_in: bool = True
    lead: tuple[str, ...] = ()


YES = "yes"
NO = "no"
ANOTHER = "another"
UNKNOWN = "unknown"


def _categories(*codes: Category) -> tuple[Choice, ...]:
    return tuple(Choice(str(n), f"category.{code}", code) for n, code in enumerate(codes, start=1))


_YES_NO = (Choice("1", N_("label.yes"), YES), Choice("2", N_("label.no"), NO))

DIALOGUE: dict[StepId, Step] = {
    StepId.LANGUAGE: Step(Slot.LANGUAGE, ()),  # its choices are the group's languages
    StepId.CONSENT: Step(
        Slot.CONSENT,
        (N_("consent"), N_("consent_again")),
        choices=(Choice("1", N_("label.yes"), YES), Choice("2", N_("label.with_keys"), NO)),
        barge_in=False,
        lead=(N_("greeting"), N_("change_language"), N_("notice_112")),
    ),
    StepId.DESCRIBE: Step(
        Slot.REPORT,
        (N_("describe"), N_("describe_again"), N_("describe_last")),
        keypad=Answer.UTTERANCE,
        spoken=Answer.UTTERANCE,
    ),
    StepId.LISTENING: Step(
        Slot.REPORT, (N_("listening"), N_("still_listening")), keypad=Answer.TRANSCRIPT, spoken=Answer.TRANSCRIPT
    ),
    StepId.CATEGORY: Step(
        Slot.CATEGORY,
        (N_("category"), N_("category_again")),
        choices=(
            Choice("1", N_("label.group_danger"), StepId.CATEGORY_DANGER),
            Choice("2", N_("label.group_crime"), StepId.CATEGORY_CRIME),
            Choice("3", N_("label.group_street"), StepId.CATEGORY_STREET),
            Choice("4", N_("label.group_else"), StepId.CATEGORY_ELSE),
        ),
    ),
    StepId.CATEGORY_DANGER: Step(
        Slot.CATEGORY,
        (N_("category"), N_("category_again")),
        choices=_categories(Category.FIRE, Category.VIOLENCE, Category.ROBBERY, Category.MISSING_PERSON),
    ),
    StepId.CATEGORY_CRIME: Step(
        Slot.CATEGORY,
        (N_("category"), N_("category_again")),
        choices=_categories(Category.BURGLARY, Category.VANDALISM, Category.DRUGS, Category.SUSPICIOUS),
    ),
    StepId.CATEGORY_STREET: Step(
        Slot.CATEGORY,
        (N_("category"), N_("category_again")),
        choices=_categories(Category.TRAFFIC, Category.STREET_DEFECT, Category.LITTER, Category.NOISE),
    ),
    StepId.CATEGORY_ELSE: Step(
        Slot.CATEGORY,
        (N_("category"), N_("category_again")),
        choices=_categories(Category.ANIMAL, Category.HOLIDAY, Category.OTHER),
    ),
    StepId.CATEGORY_OFFER: Step(Slot.CATEGORY, (N_("category_offer"), N_("category_offer_again"))),  # the likeliest
    StepId.STREET: Step(
        Slot.STREET, (N_("street"), N_("street_again")), keypad=Answer.MANY_KEYS, spoken=Answer.UTTERANCE
    ),
    StepId.STREET_KEYS: Step(
        Slot.STREET,
        (N_("street_keys"), N_("street_keys_again"), N_("street_keys_again")),
        keypad=Answer.MANY_KEYS,
        spoken=Answer.MANY_KEYS,
    ),
    StepId.STREET_OFFER: Step(Slot.STREET, (N_("street_offer"), N_("street_offer_again"))),  # the streets that fit
    StepId.NUMBER: Step(
        Slot.NUMBER, (N_("number"), N_("number_again")), keypad=Answer.MANY_KEYS, spoken=Answer.MANY_KEYS
    ),
    StepId.WHEN: Step(
        Slot.WHEN,
        (N_("when"), N_("when_again")),
        choices=(
            Choice("1", N_("when.now"), WhenLabel.NOW),
            Choice("2", N_("when.today"), WhenLabel.TODAY),
            Choice("3", N_("when.yesterday"), WhenLabel.YESTERDAY),
            Choice("4", N_("label.unknown"), UNKNOWN),
        ),
    ),
    StepId.CONFIRM: Step(
        Slot.CONFIRM, (N_("confirm"), N_("confirm_again")), spoken=Answer.SHORT_UTTERANCE, choices=_YES_NO
    ),
    StepId.CORRECT: Step(
        Slot.CONFIRM,
        (N_("correct"), N_("correct_again")),
        choices=(
            Choice("1", N_("label.what"), Slot.CATEGORY),
            Choice("2", N_("label.street"), Slot.STREET),
            Choice("3", N_("label.number"), Slot.NUMBER),
            Choice("4", N_("label.when"), Slot.WHEN),
        ),
    ),
    StepId.ENDED: Step(Slot.REPORT, (), keypad=Answer.NONE, spoken=Answer.NONE),
}

TRIES = 3
"""Useless answers in a row after which what is there is kept for a person."""

PATIENCE = 10
"""How often a caller is asked to wait for a transcript (each about 2 s) before the keypad takes over."""
