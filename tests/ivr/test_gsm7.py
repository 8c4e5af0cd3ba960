import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import gsm7

GSM_TEXT = st.text(alphabet="abc @£Δ€[]{}^~|\\\f\n\rüÉ", max_size=700)
ANY_TEXT = st.text(max_size=700)


@pytest.mark.parametrize(
    ("text", "septets"),
    [("", 0), ("abc", 3), ("@£$¥èéùìòÇ", 10), ("€", 2), ("[a]", 5), ("\\^{}~|\f", 14), ("Ñandú".replace("ú", "ù"), 5)],
)
def test_septets_of_the_default_alphabet(text: str, septets: int) -> None:
    assert gsm7.fits_gsm7(text)
    assert gsm7.septets(text) == septets


@pytest.mark.parametrize("text", ["ç", "ê", "ı", "ş", "ğ", "ł", "ї", "م", "🙂", "`", "á", "\t", "\x1b", "\ud800"])
def test_characters_outside_the_default_alphabet(text: str) -> None:
    assert not gsm7.fits_gsm7(text)
    with pytest.raises(ValueError, match="does not fit"):
        gsm7.septets(text)


def test_the_default_alphabet_has_127_characters_and_an_escape() -> None:
    single = [chr(code) for code in range(0x10000) if gsm7.fits_gsm7(chr(code)) and gsm7.septets(chr(code)) == 1]
    double = [chr(code) for code in range(0x10000) if gsm7.fits_gsm7(chr(code)) and gsm7.septets(chr(code)) == 2]
    assert (len(single), len(double)) == (127, 10)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 159 + "€", 2),
        ("م" * 70, 1),
        ("م" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("🙂" * 66, 2),
        ("🙂" * 67, 3),
    ],
)
def test_segments(text: str, segments: int) -> None:
    assert gsm7.segments(text) == segments


def test_an_escape_sequence_is_never_split() -> None:
    assert gsm7.split("a" * 152 + "€" + "b" * 20) == ("a" * 152, "€" + "b" * 20)


def test_a_surrogate_pair_is_never_split() -> None:
    assert gsm7.split("م" * 66 + "🙂" + "م" * 20) == ("م" * 66, "🙂" + "م" * 20)


@given(GSM_TEXT)
def test_gsm7_parts_join_to_the_text_and_keep_the_limits(text: str) -> None:
    parts = gsm7.split(text)
    assert "".join(parts) == text
    assert all(parts)
    assert all(gsm7.septets(part) <= (160 if len(parts) == 1 else 153) for part in parts)


@given(ANY_TEXT.filter(lambda text: not gsm7.fits_gsm7(text)))
def test_utf16_parts_join_to_the_text_and_keep_the_limits(text: str) -> None:
    parts = gsm7.split(text)
    assert "".join(parts) == text
    assert all(parts)
    assert all(len(part.encode("utf-16-be")) <= 2 * (70 if len(parts) == 1 else 67) for part in parts)
    assert sum(gsm7.utf16_units(part) for part in parts) == len(text.encode("utf-16-be")) // 2
