import json
from pathlib import Path

from service.cli.evaluate import evaluate

from .conftest import Run


def write(tmp_path: Path) -> tuple[Path, Path]:
    texts, streets = tmp_path / "texts.tsv", tmp_path / "streets.txt"
    texts.write_text("lang\ttext\tstreet\nnl\tafval in de wilgenstraat\tWilgenstraat\n", encoding="utf-8")
    streets.write_text("Wilgenstraat\r\n\r\nPopulierenlaan\r\n", encoding="utf-8")
    return texts, streets


def test_it_prints_what_scripts_read(run: Run, tmp_path: Path) -> None:
    texts, streets = write(tmp_path)
    result = run(evaluate, "text", texts, "--streets", streets, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found["n"], found["street"], found["street_top3"]) == (1, 1.0, 1.0)
    assert found["by_language"]["nl"]["language"] == 1.0


def test_it_is_readable_too(run: Run, tmp_path: Path) -> None:
    texts, streets = write(tmp_path)
    lines = run(evaluate, "text", texts, "--streets", streets).output.splitlines()
    assert [line.split()[0] for line in lines] == ["all", "nl"]


def test_speech_is_a_command_of_the_group(run: Run) -> None:
    assert run(evaluate, "speech", "--help").exit_code == 0


def test_a_bad_list_is_told_on_one_line(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_bytes(b"\xff\xfe\xff")
    columns = tmp_path / "columns.tsv"
    columns.write_text("lang\tcategory\n", encoding="utf-8")
    for file, reason in ((bad, "decode"), (columns, "no column text"), (tmp_path / "none.tsv", "does not exist")):
        result = run(evaluate, "text", file)
        assert result.exit_code != 0
        assert reason in result.output
