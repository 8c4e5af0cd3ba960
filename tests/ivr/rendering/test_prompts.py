"""Prompts that anyone can follow: short when spoken, one SMS when written, in every language."""

import re

import pytest

from ivr.catalogue import Catalogue, catalogue, placeholders
from ivr.categories import Category
from ivr.conversation.dialogue import DIALOGUE
from ivr.conversation.outcome import Answer, Ask, Label, Listing, Prompt
from ivr.conversation.session import StepId
from ivr.locale import locales
from ivr.messages import WhenLabel
from ivr.rendering.renderer import fits, render
from ivr.rendering.reply import SmsReply

MOST_WORDS_SPOKEN = 17
MOST_WORDS_A_SENTENCE = 12
LONGEST = {
    "digit": "4",
    "code": "48213",
    "street": "Burgemeester van Heemstrakade",
    "number": "1234 huis",
    "summary": "Burgemeester van Heemstrakade 1234 huis",
}


def values(texts: Catalogue) -> dict[str, str]:
    """The longest that each placeholder may realistically hold."""
    return {
        **LONGEST,
        "label": max((texts.texts[key] for key in texts.texts if key.startswith("label.")), key=len),
        "category": max((texts.text(f"category.{code}") for code in Category), key=len),
        "when": max((texts.text(f"when.{label}") for label in WhenLabel), key=len),
        "status": max(
            (
                texts.texts[key]
                for key in texts.texts
                if key.startswith("status.") and key.count(".") == 1 and not key.endswith((".sms", ".voice"))
            ),
            key=len,
        ),
    }


@pytest.fixture(params=sorted(locales()))
def texts(request: pytest.FixtureRequest) -> Catalogue:
    return catalogue(request.param)


def test_a_spoken_prompt_is_short(texts: Catalogue) -> None:
    filled = values(texts)
    for key, text in texts.texts.items():
        if key.endswith(".voice"):
            spoken = text.format_map({name: filled[name] for name in placeholders(text)})
            assert len(spoken.split()) <= MOST_WORDS_SPOKEN, f"{key}: {spoken}"


def test_a_written_sentence_is_short(texts: Catalogue) -> None:
    for key, text in texts.texts.items():
        if key.endswith((".sms", ".voice")):
            for sentence in re.split(r"[.!?؟:]+(?:\s|$)", text):
                assert len(sentence.split()) <= MOST_WORDS_A_SENTENCE, f"{key}: {sentence}"


def test_a_written_prompt_fits_one_message(texts: Catalogue) -> None:
    filled = values(texts)
    for key, text in texts.texts.items():
        if key.endswith(".sms") and "summary" not in placeholders(text):
            written = text.format_map({name: filled[name] for name in placeholders(text)})
            assert fits(written), f"{key}: {written}"


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("locale", sorted(locales()))
def test_the_longest_read_back_fits_even_with_advice(locale: str, practice: bool) -> None:
    texts = catalogue(locale)
    category = max(Category, key=lambda code: len(texts.text(f"category.{code}")))
    when = max(WhenLabel, key=lambda label: len(texts.text(f"when.{label}")))
    parts = (Label(f"category.{category}"), LONGEST["summary"], Label(f"when.{when}"))
    advice = "advise_112_practice" if practice else "advise_112"
    before = (Prompt("practice"), Prompt(advice)) if practice else (Prompt(advice),)
    ask = Ask((*before, Prompt("confirm_again", (("summary", Listing(parts)),))), Answer.ONE_KEY)
    reply = render(ask, locale, spoken=False)
    assert isinstance(reply, SmsReply)
    assert fits(reply.text), reply.text
    assert texts.text(f"category.{category}") in reply.text


def test_a_menu_has_at_most_four_options() -> None:
    for step_id, step in DIALOGUE.items():
        assert len(step.choices) <= 4, step_id


@pytest.mark.parametrize("locale", sorted(locales()))
@pytest.mark.parametrize("step", [StepId.STREET_OFFER, StepId.CATEGORY_OFFER, StepId.CORRECT])
def test_a_written_menu_fits_one_message(locale: str, step: StepId) -> None:
    texts = catalogue(locale)
    if step is StepId.STREET_OFFER:
        labels = ["Burgemeester van Heemstrakade", "Burgemeester de Wildestraat", "Tweede Tuindwarsstraat"]
        labels.append(texts.text("label.another_street"))
    elif step is StepId.CATEGORY_OFFER:
        labels = sorted((texts.text(f"category.{code}") for code in Category), key=len)[-3:]
        labels.append(texts.text("label.something_else"))
    else:
        labels = [texts.text(choice.label) for choice in DIALOGUE[step].choices]
    options = tuple(Prompt("choice", (("label", label), ("digit", str(n)))) for n, label in enumerate(labels, start=1))
    for key in DIALOGUE[step].prompts:
        reply = render(Ask((Prompt(key), *options), Answer.ONE_KEY), locale, spoken=False)
        assert isinstance(reply, SmsReply)
        assert fits(reply.text), reply.text
