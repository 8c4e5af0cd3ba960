"""House numbers: one notation for "12b", "12 B", "12-2" and "12 hoog"."""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\s*(?P<number>\d{1,5})\s*(?P<rest>.*?)\s*", re.DOTALL)
_SUFFIX = re.compile(
    r"[-/ ]*(?P<suffix>[a-z]{1,4}|\d{1,4}[a-z]{0,2}|(?:hoog|laag|huis|zwart|rood|bis)[ -]?[a-z0-9]{0,2})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number: its digits without leading zeros and what follows them, "" where nothing does."""

    number: str
    suffix: str = ""

    def __str__(self) -> str:
        if not self.suffix:
            return self.number
        return f"{self.number}{'-' if self.suffix[0].isdigit() else ''}{' ' if len(self.suffix) > 2 and self.suffix.isalpha() else ''}{self.suffix}"


def parse_house_number(text: str) -> HouseNumber | None:
    """The house number that ``text`` consists of, or None: one letter in capitals, words such as "hoog" in small letters."""
    whole = _NUMBER.fullmatch(text)
    if whole is None or int(whole["number"]) == 0:
        return None
    number = str(int(whole["number"]))
    if not whole["rest"]:
        return HouseNumber(number)
    rest = _SUFFIX.fullmatch(whole["rest"])
    return HouseNumber(number, format_suffix(rest["suffix"])) if rest else None


def format_suffix(suffix: str) -> str:
    """The notation of what follows a house number."""
    return suffix.upper() if len(suffix) == 1 else suffix.casefold()
