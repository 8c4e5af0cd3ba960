"""Words to meaning: all that one text says, by rules and lexicons."""

from collections.abc import Sequence
from datetime import datetime

from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import Slot, Understanding


class Extractor:
    """Understands texts in the languages ``codes``. Loads its lexicons once; safe to share between threads."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)

    def understand(
        self, text: str, gazetteer: Gazetteer, now: datetime, language: str | None = None, awaiting: Slot = Slot.REPORT
    ) -> Understanding:
        """What ``text`` says, received at ``now`` (UTC). ``language`` is its language where known, ``awaiting`` what was asked."""
        return Understanding()
