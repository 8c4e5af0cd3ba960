from pathlib import Path

from service.cli.explain import explain

from .conftest import Run


def test_it_shows_what_led_to_what(run: Run, tmp_path: Path) -> None:
    streets = tmp_path / "streets.txt"
    streets.write_text("Wilgenstraat\n", encoding="utf-8")
    result = run(explain, "Er staat een auto in brand in de wilgenstr 12b", "kenteken 12-ABC-3", "--streets", streets)
    assert result.exit_code == 0, result.output
    rows = dict(line.split(maxsplit=1) for line in result.output.split("\n\n")[0].splitlines())
    assert rows["language"].startswith("nl")
    assert rows["category"].startswith("fire")
    assert rows["street"].endswith(": wilgenstr")
    assert rows["number"] == "12B"
    assert rows["emergency"].startswith("suspected")
    assert rows["plate"] == "12-ABC-3"
    clues = result.output.split("\n\n")[1]
    assert any("category.fire" in line and "in brand" in line for line in clues.splitlines())


def test_what_is_not_clear_is_shown_as_perhaps(run: Run) -> None:
    understood = run(explain, "muziek en een dief").output.split("\n\n")[0]
    assert [line.split()[:2] for line in understood.splitlines()[1:3]] == [
        ["perhaps", "burglary"],
        ["perhaps", "noise"],
    ]


def test_the_language_can_be_given(run: Run) -> None:
    assert "when.now" in run(explain, "nu", "--language", "nl").output
