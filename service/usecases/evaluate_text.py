"""How well the line understands: shares of texts whose meaning is known that were understood so."""

import csv
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import Understanding

_NEEDED = frozenset({"text"})
_KNOWN = ("lang", "category", "street", "number", "when", "emergency")
_TOP = 3
_YES = "1"


class TextsError(ValueError):
    """The list of texts can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text and what should be understood of it, by column; a column that the list hasn't isn't there."""

    text: str
    expected: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Answer:
    language: str
    right: Mapping[str, bool]
    emergency: tuple[bool, bool] | None  # should be, was suspected
    milliseconds: float


def read_samples(file: Path) -> tuple[Sample, ...]:
    """The texts of a tab-separated list without quoting (column text; of the others those that are known).

    Raises TextsError when there is no column text.
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        columns = frozenset(reader.fieldnames or ())
        if missing := _NEEDED - columns:
            raise TextsError(f"{file} has no column {', '.join(sorted(missing))}")
        known = [column for column in _KNOWN if column in columns]
        return tuple(Sample(row["text"] or "", {name: (row[name] or "").strip() for name in known}) for row in reader)


def evaluate_text(
    samples: Sequence[Sample], extractor: Extractor, gazetteer: Gazetteer | None, now: datetime
) -> dict[str, object]:
    """Understand every text, received at ``now`` (UTC), and count. Shares are 0 to 1, times in milliseconds.

    The extractor isn't told the language. Without a gazetteer streets aren't judged. The first text is understood once
    before the clock runs: what is loaded at first use isn't counted.
    """
    streets = gazetteer or Gazetteer(())
    if samples:
        extractor.understand(samples[0].text, streets, now)
    answers = []
    for sample in samples:
        started = time.perf_counter()
        understood = extractor.understand(sample.text, streets, now)
        spent = time.perf_counter() - started
        answers.append(_answer(sample, understood, spent * 1000, with_streets=gazetteer is not None))
    found = _summary(answers)
    languages = sorted({answer.language for answer in answers} - {""})
    if languages:
        found["by_language"] = {
            language: _summary([answer for answer in answers if answer.language == language]) for language in languages
        }
    return found


def place_and_category(
    understood: Understanding, expected: Mapping[str, str], *, with_streets: bool
) -> dict[str, bool]:
    """Which of the columns category, street and number were understood rightly; an empty one should not be found."""
    right: dict[str, bool] = {}
    if "category" in expected:
        guess = understood.category or next(iter(understood.category_options), None)
        right["category"] = (str(guess.category) if guess else "") == expected["category"]
    if "street" in expected and with_streets:
        names = [match.street.casefold() for match in understood.place.streets]
        street = expected["street"].casefold()
        right["street"] = (names[:1] == [street]) if street else not names
        right["street_top3"] = street in names[:_TOP] if street else not names
    if "number" in expected:
        number = understood.place.number + understood.place.suffix
        right["number"] = _squeezed(number) == _squeezed(expected["number"])
    return right


def _answer(sample: Sample, understood: Understanding, milliseconds: float, *, with_streets: bool) -> _Answer:
    expected = sample.expected
    right = place_and_category(understood, expected, with_streets=with_streets)
    if "lang" in expected:
        right["language"] = (understood.language.code if understood.language else "") == expected["lang"]
    if "when" in expected:
        right["when"] = (str(understood.when.label) if understood.when else "") == expected["when"]
    emergency = (expected["emergency"] == _YES, understood.emergency.suspected) if "emergency" in expected else None
    return _Answer(expected.get("lang", ""), right, emergency, milliseconds)


def _squeezed(number: str) -> str:
    return "".join(number.split()).casefold()


def _summary(answers: Sequence[_Answer]) -> dict[str, object]:
    found: dict[str, object] = {"n": len(answers)}
    for name in ("language", "category", "street", "street_top3", "number", "when"):
        _put(found, name, [answer.right[name] for answer in answers if name in answer.right])
    judged = [answer.emergency for answer in answers if answer.emergency]
    _put(found, "emergency_recall", [suspected for real, suspected in judged if real])
    _put(found, "emergency_false_alarm", [suspected for real, suspected in judged if not real])
    times = sorted(answer.milliseconds for answer in answers)
    if times:
        found["ms_per_text_p50"] = round(median(times), 3)
        found["ms_per_text_p99"] = round(times[min(len(times) - 1, int(len(times) * 0.99))], 3)
    return found


def _put(found: dict[str, object], name: str, right: Iterable[bool]) -> None:
    counted = list(right)
    if counted:
        found[name] = round(sum(counted) / len(counted), 4)
