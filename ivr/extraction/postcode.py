"""Dutch postcodes."""

import re

_POSTCODE = re.compile(r"(?<!\w)([1-9]\d{3})(?: ?(?!SA|SD|SS)([A-Z]{2})|(?!sa|sd|ss)([a-z]{2}))(?!\w)")


def find_postcode(text: str) -> str:
    """The first postcode of a text as "1234 AB", "" where there is none. Apart, its letters must be capitals."""
    found = _POSTCODE.search(text)
    return f"{found[1]} {(found[2] or found[3]).upper()}" if found else ""
