"""The extractor with all that helps it understand."""

from collections.abc import Sequence

from ivr.extraction.encoder import load_encoder
from ivr.extraction.extractor import Extractor
from ivr.extraction.judge import Judge


def assemble(codes: Sequence[str]) -> Extractor:
    """An extractor for the languages ``codes`` with the judge, and with the sentence encoder where it is installed."""
    return Extractor(codes, Judge(), load_encoder())
