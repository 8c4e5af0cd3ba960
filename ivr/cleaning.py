"""Text as it may be kept, shown and sent on: nothing in it that breaks XML, databases or the direction of a line."""

import re
from unicodedata import normalize

# C0 and C1 controls but tab and line feed, lone surrogates and non-characters (XML 1.0 cannot carry them), and the
# controls of Unicode's bidirectional algorithm, with which a text could turn round what stands beside it.
_UNKEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str) -> str:
    """The text in Unicode's normal form C, without the characters above; all else is kept as it was written."""
    return normalize("NFC", _UNKEPT.sub("", text))
