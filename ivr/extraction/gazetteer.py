"""The streets of one group, indexed for spelling, for hearing and for the keypad."""

from collections.abc import Iterable

from ivr.messages import StreetMatch


class Gazetteer:
    """An immutable index of streets; ``postcodes`` are (postcode, street) pairs where the group knows them."""

    def __init__(self, streets: Iterable[str], postcodes: Iterable[tuple[str, str]] = ()) -> None:
        self.streets: tuple[str, ...] = tuple(dict.fromkeys(streets))
        self.postcodes = tuple(postcodes)

    def match(self, text: str, *, lenient: bool = False) -> tuple[StreetMatch, ...]:
        """The streets that ``text`` names, best first; one when clear. ``lenient``: the text answers "which street?"."""
        return ()

    def by_keys(self, keys: str) -> tuple[str, ...]:
        """The best three streets whose first letters, or whose postcode's digits, are ``keys`` on a telephone's keypad."""
        return ()
