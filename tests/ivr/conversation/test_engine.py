"""What holds for every conversation, whatever is said in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.categories import Category
from ivr.conversation.asking import Scene, choices
from ivr.conversation.commands import COMMANDS
from ivr.conversation.engine import advance
from ivr.conversation.outcome import Advance, Answer, File, Keep, Lookup, LookupKind
from ivr.conversation.session import Session, StepId, dump, load
from ivr.locale import locales
from ivr.messages import (
    CategoryGuess,
    Channel,
    EmergencyGuess,
    Intent,
    LanguageGuess,
    PlaceFound,
    StreetMatch,
    Turn,
    TurnKind,
    Understanding,
    WhenFound,
    WhenLabel,
)
from ivr.rendering.renderer import render

NOW = datetime(2026, 11, 2, 20, 15, tzinfo=UTC)
FACTS = {LookupKind.CODE: "4821", LookupKind.STATUS: ""}
STREETS = ("Kerkstraat", "Molenweg", "Lindelaan")

guesses = st.builds(CategoryGuess, st.sampled_from(Category), st.just(0.9))
understandings = st.builds(
    Understanding,
    language=st.none() | st.builds(LanguageGuess, st.sampled_from(sorted(locales())), st.floats(0, 1)),
    intent=st.none() | st.sampled_from(Intent),
    intent_language=st.sampled_from(["", "tr", "xx"]),
    category=st.none() | guesses,
    category_options=st.lists(guesses, max_size=3, unique_by=lambda guess: guess.category).map(tuple),
    place=st.builds(
        PlaceFound,
        streets=st.lists(st.sampled_from(STREETS), max_size=3, unique=True).map(
            lambda names: tuple(StreetMatch(name, 0.8) for name in names)
        ),
        number=st.sampled_from(["", "12"]),
    ),
    when=st.none() | st.builds(WhenFound, st.sampled_from(WhenLabel), st.just(0.9)),
    emergency=st.builds(EmergencyGuess, st.booleans(), st.just(0.9)),
)
texts = st.text(min_size=1, max_size=30)
written = st.builds(lambda text, found: Turn(TurnKind.TEXT, text, understood=found), texts, understandings)
pressed = st.builds(
    lambda keys, options: Turn(TurnKind.KEYS, keys=keys, street_options=options),
    st.text("0123456789*#", max_size=4),
    st.lists(st.sampled_from(STREETS), max_size=3, unique=True).map(tuple),
)
spoken = st.builds(
    lambda text, found: Turn(TurnKind.SPEECH, text, understood=found), texts | st.just(""), understandings
)
recorded = st.builds(lambda n: Turn(TurnKind.RECORDING, recording_id=f"recording-{n}"), st.integers(1, 9))
silent = st.sampled_from([Turn(TurnKind.NO_INPUT), Turn(TurnKind.WAITING)])
scenes = st.builds(
    Scene,
    now=st.just(NOW),
    locales=st.just(tuple(locales())),
    closed=st.frozensets(st.sampled_from(Category), max_size=2),
    resident_locale=st.sampled_from(["", "nl", "uk", "xx"]),
)


def taken(session: Session, turn: Turn, scene: Scene) -> Advance:
    outcome = advance(session, turn, scene)
    if isinstance(outcome, Lookup):
        outcome = advance(session, turn, replace(scene, facts=FACTS))
    assert isinstance(outcome, Advance)
    return outcome


def check(before: Session, turn: Turn, outcome: Advance) -> None:
    after = outcome.session
    assert load(dump(after)) == after
    if turn.understood.emergency.suspected:  # never withheld, and never without a person hearing of it
        assert outcome.ask.prompts[0].key.startswith(("advise_112", "practice"))
        assert any("advise_112" in prompt.key for prompt in outcome.ask.prompts)
        assert not outcome.ask.barge_in
        assert any(isinstance(effect, Keep | File) for effect in outcome.effects)
    assert render(outcome.ask, after.locale, spoken=after.spoken)
    if not outcome.ask.prompts:
        assert before.ended or after.step is StepId.LISTENING or turn.kind is TurnKind.HANG_UP
    if after.spoken:
        assert (outcome.ask.answer is Answer.NONE) == after.ended
    assert set(before.draft.words) <= set(after.draft.words)
    assert set(before.draft.recordings) <= set(after.draft.recordings)
    if turn.kind in (TurnKind.TEXT, TurnKind.SPEECH) and turn.text.strip() and not before.ended:
        understood = turn.understood.intent in COMMANDS | {Intent.YES, Intent.NO}
        chosen = any(choice.digit == turn.text.strip(" .,!)") for choice in choices(before))
        deaf = before.step in (StepId.LANGUAGE, StepId.CONSENT)
        assert turn.text.strip() in after.draft.words or understood or chosen or deaf or after.draft.number


@settings(max_examples=400, deadline=None)
@given(st.lists(written, min_size=1, max_size=12), scenes, st.booleans())
def test_text_conversations_answer_and_lose_nothing(turns: list[Turn], scene: Scene, practice: bool) -> None:
    session = Session(Channel.SMS, practice)
    for turn in turns:
        outcome = taken(session, turn, scene)
        check(session, turn, outcome)
        session = outcome.session
        if session.ended:  # a further text begins a new conversation
            break


@settings(max_examples=400, deadline=None)
@given(st.lists(pressed | recorded | silent, max_size=20), st.lists(spoken, max_size=8), scenes, st.booleans())
def test_calls_answer_and_lose_nothing(turns: list[Turn], heard: list[Turn], scene: Scene, practice: bool) -> None:
    session = taken(Session(Channel.VOICE, practice), Turn(TurnKind.START), scene).session
    transcripts = iter(heard)
    for planned in turns:
        turn = planned
        if session.step is StepId.LISTENING and planned.kind is TurnKind.WAITING:
            turn = next(transcripts, planned)
        outcome = taken(session, turn, scene)
        check(session, turn, outcome)
        session = outcome.session
    last = taken(session, Turn(TurnKind.HANG_UP), scene)
    assert last.session.ended
    if not session.ended and not session.draft.empty:
        assert [type(effect) for effect in last.effects] == [Keep]


@settings(max_examples=200, deadline=None)
@given(st.lists(pressed | recorded | silent, max_size=12), scenes)
def test_every_call_ends_when_the_caller_falls_silent(turns: list[Turn], scene: Scene) -> None:
    session = taken(Session(Channel.VOICE), Turn(TurnKind.START), scene).session
    for turn in turns:
        session = taken(session, turn, scene).session
    for _ in range(80):
        if session.ended:
            return
        session = taken(session, Turn(TurnKind.NO_INPUT), scene).session
    raise AssertionError(f"the call never ends: {session}")


@given(recorded | pressed.map(lambda turn: replace(turn, recording_id="recording-1")), scenes)
def test_nothing_is_recorded_without_a_yes(turn: Turn, scene: Scene) -> None:
    session = taken(Session(Channel.VOICE), Turn(TurnKind.START), replace(scene, resident_locale="nl")).session
    for answer in ("", "2", "7"):
        asked = taken(session, Turn(TurnKind.KEYS, keys=answer), scene).session if answer else session
        assert taken(asked, turn, scene).session.draft.recordings == ()
