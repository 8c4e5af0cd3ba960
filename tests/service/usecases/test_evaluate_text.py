from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from service.usecases.evaluate_text import TextsError, evaluate_text, read_samples

NOW = datetime(2026, 11, 24, 11, tzinfo=UTC)
STREETS = Gazetteer(["Populierenlaan", "Wilgenstraat"])
TEXTS = """\
lang\ttext\tcategory\tstreet\tnumber\twhen\temergency
nl\ter ligt afval op de stoep populierenlaan 12b\tlitter\tPopulierenlaan\t12 B\t\t0
nl\tbrand in de wilgenstraat 4 nu\tfire\tWilgenstraat\t4\tnow\t1
en\ta lamp is broken on the wilgenstraat\tstreet_defect\tPopulierenlaan\t3\tyesterday\t0
en\twhen is the library open\tother\t\t\t\t0
"""


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(["nl", "en"])


def evaluate(
    tmp_path: Path, extractor: Extractor, texts: str, streets: Gazetteer | None = STREETS
) -> dict[str, object]:
    file = tmp_path / "texts.tsv"
    file.write_text(texts, encoding="utf-8")
    return evaluate_text(read_samples(file), extractor, streets, NOW)


def test_every_column_becomes_a_share(tmp_path: Path, extractor: Extractor) -> None:
    found = evaluate(tmp_path, extractor, TEXTS)
    assert list(found) == [
        *("n", "language", "category", "street", "street_top3", "number", "when"),
        *("emergency_recall", "emergency_false_alarm", "ms_per_text_p50", "ms_per_text_p99", "by_language"),
    ]
    assert (found["n"], found["language"], found["category"]) == (4, 1.0, 1.0)
    assert (found["street"], found["street_top3"], found["number"], found["when"]) == (0.75, 0.75, 0.75, 0.75)
    assert (found["emergency_recall"], found["emergency_false_alarm"]) == (1.0, 0.0)


def test_each_language_has_its_own_shares(tmp_path: Path, extractor: Extractor) -> None:
    by_language = evaluate(tmp_path, extractor, TEXTS)["by_language"]
    assert isinstance(by_language, dict)
    assert (by_language["nl"]["n"], by_language["nl"]["street"], by_language["nl"]["number"]) == (2, 1.0, 1.0)
    assert (by_language["en"]["street"], by_language["en"]["emergency_false_alarm"]) == (0.5, 0.0)
    assert "emergency_recall" not in by_language["en"]


def test_a_column_that_is_missing_is_left_out(tmp_path: Path, extractor: Extractor) -> None:
    assert set(evaluate(tmp_path, extractor, "text\temergency\nbrand\t1\n")) == {
        *("n", "emergency_recall", "ms_per_text_p50", "ms_per_text_p99"),
    }


def test_streets_are_not_judged_without_a_list(tmp_path: Path, extractor: Extractor) -> None:
    found = evaluate(tmp_path, extractor, TEXTS, streets=None)
    assert "street" not in found
    assert "street_top3" not in found


def test_an_empty_street_means_that_none_should_be_found(tmp_path: Path, extractor: Extractor) -> None:
    found = evaluate(tmp_path, extractor, "text\tstreet\tnumber\nherrie op de wilgenstraat 9\t\t\n")
    assert (found["street"], found["street_top3"], found["number"]) == (0.0, 0.0, 0.0)


def test_quotes_marks_and_short_rows_are_plain_text(tmp_path: Path, extractor: Extractor) -> None:
    found = evaluate(tmp_path, extractor, '\ufefftext\tcategory\n"brand in huis\tfire\nbrand "hier\n')
    assert (found["n"], found["category"]) == (2, 0.5)


def test_nothing_to_evaluate_is_no_error(tmp_path: Path, extractor: Extractor) -> None:
    assert evaluate(tmp_path, extractor, "text\tlang\n") == {"n": 0}


def test_a_list_without_texts_is_told(tmp_path: Path, extractor: Extractor) -> None:
    with pytest.raises(TextsError, match="no column text"):
        evaluate(tmp_path, extractor, "words\tlang\nx\tnl\n")
