import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.folding import fold, fold_with_offsets


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  Één\u00a0 café ", "een cafe"),
        ("Çocuk IŞIK ağaç", "cocuk isik agac"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Пʼять під'їздів", "пять підіздів"),
        ("أَحْمَد إلى مدرسة", "احمد الي مدرسه"),
        ("١٢ ۳٤", "12 34"),
        ("’t Hof", "'t hof"),
        ("ｆｕｌｌ ①", "full 1"),
        ("a\u200db\x00c\ud800", "ab c"),
        ("", ""),
    ],
)
def test_many_ways_of_writing_fold_into_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=100))
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded = fold_with_offsets(text)
    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= offset < len(text) for offset in folded.offsets)
    start, end = folded.source(0, len(folded.text))
    assert 0 <= start <= end <= len(text)
