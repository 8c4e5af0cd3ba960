"""What a text adds to the draft."""

import pytest

from ivr.categories import Category
from ivr.conversation.form import fill, tells_something
from ivr.conversation.session import Session
from ivr.messages import CategoryGuess, Channel, Span, Understanding, WhenFound, WhenLabel

LITTER = CategoryGuess(Category.LITTER, 0.9)
OTHER = CategoryGuess(Category.OTHER, 0.9)
YESTERDAY = WhenFound(WhenLabel.YESTERDAY, 0.9, span=Span(0, 9))


@pytest.fixture
def told() -> Session:
    return fill(Session(Channel.SMS, practice=False), Understanding(category=LITTER, when=YESTERDAY))


def test_thanks_while_a_report_is_corrected_do_not_make_it_another(told: Session) -> None:
    thanks = Understanding(category=OTHER, when=WhenFound(WhenLabel.NOW, 0.6))
    assert not tells_something(thanks)
    draft = fill(told, thanks, override=True).draft
    assert draft.category is Category.LITTER
    assert draft.when == YESTERDAY


def test_a_correction_says_what_or_when(told: Session) -> None:
    now = WhenFound(WhenLabel.NOW, 0.9, span=Span(0, 3))
    corrected = Understanding(category=CategoryGuess(Category.NOISE, 0.9), when=now)
    assert tells_something(corrected)
    draft = fill(told, corrected, override=True).draft
    assert draft.category is Category.NOISE
    assert draft.when == now


def test_other_is_not_offered_beside_something_else() -> None:
    options = (OTHER, CategoryGuess(Category.NOISE, 0.3), LITTER)
    session = fill(Session(Channel.SMS, practice=False), Understanding(category_options=options))
    assert session.category_offer == (Category.NOISE, Category.LITTER)
