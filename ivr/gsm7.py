"""Text as SMS carries it: septets of the GSM 7-bit default alphabet (3GPP TS 23.038), else UTF-16 units.

A message is one segment of 160 septets or 70 units, or several of 153 septets or 67 units (the rest holds the
segment's number). A character never lies across two segments, whether it takes an escape or a surrogate pair.
"""

from collections.abc import Callable

_ONE_SEPTET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWO_SEPTETS = frozenset("\f^{}\\[~]|€")  # an escape and the character

GSM7_SINGLE, GSM7_PART = 160, 153
UTF16_SINGLE, UTF16_PART = 70, 67


def fits_gsm7(text: str) -> bool:
    """Whether every character is in the GSM 7-bit default alphabet or its extension table."""
    return all(character in _ONE_SEPTET or character in _TWO_SEPTETS for character in text)


def septets(text: str) -> int:
    """Length of a text that fits GSM-7, in septets. Raises ValueError for any other text."""
    if not fits_gsm7(text):
        raise ValueError("the text does not fit GSM-7")
    return sum(map(_septets, text))


def utf16_units(text: str) -> int:
    """Length of a text in UTF-16 units of two bytes."""
    return sum(map(_units, text))


def split(text: str) -> tuple[str, ...]:
    """The segments in which SMS carries a text; joined they are the text. None for an empty text."""
    if fits_gsm7(text):
        return _cut(text, _septets, GSM7_SINGLE, GSM7_PART)
    return _cut(text, _units, UTF16_SINGLE, UTF16_PART)


def segments(text: str) -> int:
    """The number of segments in which SMS carries a text."""
    return len(split(text))


def _septets(character: str) -> int:
    return 2 if character in _TWO_SEPTETS else 1


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _cut(text: str, length: Callable[[str], int], single: int, part: int) -> tuple[str, ...]:
    if sum(map(length, text)) <= single:
        return (text,) if text else ()
    parts: list[str] = []
    start = used = 0
    for index, character in enumerate(text):
        if used + length(character) > part:
            parts.append(text[start:index])
            start, used = index, 0
        used += length(character)
    return (*parts, text[start:])
