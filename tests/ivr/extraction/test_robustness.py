import time
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer, Piece
from ivr.locale import locales
from ivr.messages import Slot, Understanding

from .conftest import NOW

STREETS = Gazetteer(["Turfmarkt", "Kastanjelaan", "'t Hoge Land", "Van Speykstraat"])
EXTRACTOR = Extractor(list(locales()))
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
LONG = st.builds(lambda piece, times: (piece * times)[:10_000], ANYTHING.filter(bool), st.integers(1, 10_000))
PIECES = "turf markt 12 b brand nee wacht كاستانيا нож laan kastanje 7afle é ' - \n 06 10 @ x.nl"
WORDS = st.lists(st.sampled_from(PIECES.split(" "))).map(" ".join)


def spans(found: Understanding) -> list[tuple[int, int]]:
    marked = [match.span for match in found.place.streets] + [found.place.number_span, found.when and found.when.span]
    marked += [*found.emergency.spans, *(flag.span for flag in found.flags)]
    marked += [span for guess in found.category_options for span in guess.spans]
    return [(span.start, span.end) for span in marked if span]


@settings(max_examples=200, deadline=None)
@given(ANYTHING | LONG | WORDS, st.sampled_from(Slot), st.sampled_from([None, *locales(), "xx"]))
def test_any_text_is_understood_the_same_each_time(text: str, awaiting: Slot, language: str | None) -> None:
    found = EXTRACTOR.understand(text, STREETS, NOW, language, awaiting)
    assert found == EXTRACTOR.understand(text, STREETS, NOW, language, awaiting)
    assert {match.street for match in found.place.streets} <= set(STREETS.streets)
    assert all(0 <= start <= end <= len(text) for start, end in spans(found))
    assert 0.0 <= found.emergency.confidence <= 1.0


@settings(max_examples=50, deadline=None)
@given(ANYTHING | LONG)
def test_clues_stand_in_the_text(text: str) -> None:
    for clue in EXTRACTOR.clues(text, STREETS):
        assert all(0 <= span.start <= span.end <= len(text) for span in clue.spans)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    filling = "la " * (1_600 // 3)
    assert EXTRACTOR.understand(f"{filling} brand op de turfmarkt", STREETS, NOW).place.streets == ()
    assert EXTRACTOR.understand(f"brand op de turfmarkt {filling}", STREETS, NOW).place.streets


def test_what_the_feed_must_not_show_is_found_to_the_end() -> None:
    assert EXTRACTOR.understand("la " * 3_000 + "x@y.nl", STREETS, NOW).flags


def test_a_group_may_have_no_streets_and_few_languages() -> None:
    found = Extractor(["nl"]).understand("brand op de turfmarkt 12", Gazetteer([]), NOW)
    assert found.place.streets == ()
    assert found.emergency.suspected


def test_a_text_takes_less_than_thirty_milliseconds_with_a_thousand_streets() -> None:
    many = Gazetteer(f"{first}{last}" for first in _firsts() for last in ("straat", "laan", "weg", "plein", "hof"))
    text = "hallo er staan twee mannen bij de kastanje laan te kijken naar auto's en ze gaan niet weg"
    times = []
    for _ in range(9):
        started = time.thread_time()
        EXTRACTOR.understand(text, many, NOW)
        times.append(time.thread_time() - started)
    assert sorted(times)[4] < 0.03


def _firsts() -> list[str]:
    syllables = ("Kas", "Ro", "Lin", "Bre", "Wil", "Tor", "Men", "Gra", "Hel", "Dui", "Vos", "Zan", "Pe", "Ol")
    return [left + right.lower() for left in syllables for right in syllables]


class _Counting(Gazetteer):
    """Counts the pieces of a text that it is asked about at once."""

    most = 0

    def nearly(self, pieces: Sequence[Piece], *, lenient: bool = False) -> list[dict[str, float]]:
        self.most = max(self.most, len(pieces))
        return super().nearly(pieces, lenient=lenient)


def test_of_a_long_text_of_likely_names_a_bounded_part_is_listened_to() -> None:
    counting = _Counting(["Turfmarkt", "Kastanjelaan"])
    text = "kermol linrij moldaki beuker molker " * 40
    EXTRACTOR.understand(text, counting, NOW)
    assert counting.most == 120
