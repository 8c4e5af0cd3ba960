from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.extraction.flags import find_flags, redact
from ivr.messages import Flag, FlagKind, Span


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("mail jan.de-vries+x@post.example.nl maar", FlagKind.EMAIL, "jan.de-vries+x@post.example.nl"),
        ("bel 06 10012345 svp", FlagKind.PHONE, "06 10012345"),
        ("call +31 6 10012345", FlagKind.PHONE, "+31 6 10012345"),
        ("witte golf 12-ABC-3 reed weg", FlagKind.PLATE, "12-ABC-3"),
        ("busje VX 123 K", FlagKind.PLATE, "VX 123 K"),
        ("plaka ab12cd kaçtı", FlagKind.PLATE, "ab12cd"),
        ("auto mit B-MW 1234", FlagKind.PLATE, "B-MW 1234"),
    ],
)
def test_what_the_feed_must_not_show(text: str, kind: FlagKind, shown: str) -> None:
    (flag,) = find_flags(text)
    assert (flag.kind, text[flag.span.start : flag.span.end]) == (kind, shown)
    assert shown not in redact(text, [flag])
    assert len(redact(text, [flag])) == len(text)


@pytest.mark.parametrize(
    "text", ["turfmarkt 12b om 20:30", "van 3 tot 17 juli 2026", "1234 AB", "2 auto's en 3 fietsen"]
)
def test_addresses_and_times_are_no_secrets(text: str) -> None:
    assert find_flags(text) == ()


def test_words_stay_apart_when_blacked_out() -> None:
    assert redact("zie 06 10012345", [Flag(FlagKind.PHONE, Span(4, 15))]) == "zie ██ ████████"


@given(st.text(max_size=300))
def test_flags_of_any_text_are_in_order_and_apart(text: str) -> None:
    flags = find_flags(text)
    for left, right in pairwise(flags):
        assert left.span.end <= right.span.start
    assert len(redact(text, flags)) == len(text)
