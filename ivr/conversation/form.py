"""Form filling: what a text adds to the draft, and which step is next."""

from dataclasses import replace

from ivr.categories import NEEDS_STREET, Category
from ivr.conversation.session import Draft, Session, StepId
from ivr.messages import PlaceFound, Understanding


def fill(session: Session, understood: Understanding, *, override: bool = False) -> Session:
    """The session with what was understood in its draft.

    A field that is filled stays as it is unless ``override`` (a correction). What needs asking becomes an offer.
    """
    draft = session.draft
    if understood.emergency.suspected:
        draft = replace(draft, emergency=True)
    offer = session.category_offer
    if draft.category is None or (override and _says_what(understood)):
        if understood.category:
            draft = replace(
                draft,
                category=understood.category.category,
                category_confidence=understood.category.confidence,
            )
            offer = ()
        elif draft.category is None and understood.category_options:
            guesses = (guess.category for guess in understood.category_options)
            offer = tuple(category for category in guesses if category is not Category.OTHER)[:3]  # "something else" is
    if understood.when and (draft.when is None or (override and understood.when.span)):
        draft = replace(draft, when=understood.when)
    session = session.but(draft=draft, category_offer=offer)
    return _fill_place(session, understood.place, override=override)


def _fill_place(session: Session, place: PlaceFound, *, override: bool) -> Session:
    draft = session.draft
    streets = place.streets
    if streets and (not draft.street or override):
        if len(streets) == 1:
            if override and streets[0].street != draft.street and not place.number:
                draft = replace(draft, number="", suffix="")  # the old number belongs to the old street
            draft = replace(draft, street=streets[0].street, street_confidence=streets[0].score, street_unknown=False)
            session = session.but(street_offer=())
        else:
            draft = replace(draft, street="", street_confidence=0.0, street_unknown=False)
            session = session.but(street_offer=tuple(match.street for match in streets[:3]))
    if place.number and (not draft.number or override):
        draft = replace(draft, number=place.number, suffix=place.suffix)
    if place.landmark and (not draft.landmark or override):
        draft = replace(draft, landmark=place.landmark)
    if place.postcode and (not draft.postcode or override):
        draft = replace(draft, postcode=place.postcode)
    return session.but(draft=draft)


def hear(session: Session, text: str) -> Session:
    """The session with the resident's words added to the draft. Blank text adds nothing."""
    if not text.strip():
        return session
    return session.with_draft(words=(*session.draft.words, text.strip()))


def tells_something(understood: Understanding) -> bool:
    """Whether a text says what, where or, in so many words, when."""
    place = understood.place
    when = understood.when and understood.when.span
    return bool(_says_what(understood) or place.streets or place.number or when)


def _says_what(understood: Understanding) -> bool:
    """Whether a text says what happened: whatever else is said while a report is corrected is "other" as well."""
    return understood.category is not None and understood.category.category is not Category.OTHER


def next_step(session: Session) -> StepId:
    """The step that asks for the first thing that is missing. A call by keypad alone asks for number and time too."""
    if not session.locale:
        return StepId.LANGUAGE
    if session.spoken and session.may_record is None:
        return StepId.CONSENT
    return _missing(session, session.draft) or StepId.CONFIRM


def _missing(session: Session, draft: Draft) -> StepId | None:
    by_keypad = session.spoken and not session.may_record
    if draft.category is None:
        if session.category_offer:
            return StepId.CATEGORY_OFFER
        return StepId.CATEGORY if draft.words or by_keypad else StepId.DESCRIBE
    if draft.category in NEEDS_STREET and not draft.street and not draft.street_unknown:
        if session.street_offer:
            return StepId.STREET_OFFER
        return StepId.STREET_KEYS if by_keypad else StepId.STREET
    if by_keypad and draft.street and not draft.number and not draft.number_asked:
        return StepId.NUMBER
    if by_keypad and draft.when is None and not draft.when_asked:
        return StepId.WHEN
    return None
