import unicodedata
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ivr.cleaning import clean


@given(st.text())
def test_what_is_left_can_be_kept_anywhere(text: str) -> None:
    cleaned = clean(text + "\0\ud800\u202e")
    assert clean(cleaned) == cleaned
    assert "\0" not in cleaned
    assert "\u202e" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    element = ElementTree.Element("text")
    element.text = cleaned
    assert ElementTree.fromstring(ElementTree.tostring(element)) is not None


def test_words_stay_as_they_were_written() -> None:
    written = "Één ruït – «ça» ١٢ ليل 😀\nnog een regel\tén tab"
    assert clean(written) == written
