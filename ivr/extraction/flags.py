"""House rules: words that the feed must not show."""

import re
from collections.abc import Iterable, Iterator

import phonenumbers

from ivr.messages import Flag, FlagKind, Span

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
# Dutch plates in all their series, with or without hyphens, and foreign ones with hyphens.
_PLATES = re.compile(
    r"""(?<![\w-])(?:
    [A-Z]{2}[- ]?\d{2}[- ]?\d{2} | \d{2}[- ]?\d{2}[- ]?[A-Z]{2} | \d{2}[- ]?[A-Z]{2}[- ]?\d{2}
    | [A-Z]{2}[- ]?\d{2}[- ]?[A-Z]{2} | [A-Z]{2}[- ][A-Z]{2}[- ]?\d{2} | \d{2}[- ]?[A-Z]{2}[- ]?[A-Z]{2}
    | \d{2}[- ]?[A-Z]{3}[- ]?\d | \d[- ]?[A-Z]{3}[- ]?\d{2} | [A-Z]{2}[- ]?\d{3}[- ]?[A-Z]
    | [A-Z][- ]?\d{3}[- ]?[A-Z]{2} | [A-Z]{3}[- ]?\d{2}[- ]?[A-Z] | [A-Z][- ]?\d{2}[- ]?[A-Z]{3}
    | \d[- ]?[A-Z]{2}[- ]?\d{3} | \d{3}[- ]?[A-Z]{2}[- ]?\d | \d-[A-Z]{3}-\d{3}
    | [A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?\d{1,4}
    )(?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)
_POSTCODE = re.compile(r"[1-9]\d{3} ?[A-Za-z]{2}")
_LETTER = re.compile(r"[A-Za-zÄÖÜ]")
_CUE = re.compile(
    r"(?:kenteken|plaat|plate|reg|plaka|رقم السيارة|لوحة|rejestra|номер|kennzeichen|immatricul|plaque|matr[ií]cula)"
    r"\w*\W*\w*\W*$",
    re.IGNORECASE,
)


def find_flags(text: str) -> tuple[Flag, ...]:
    """The e-mail addresses, phone numbers and number plates in ``text``, in order, not overlapping."""
    kept: list[Flag] = []
    for flag in (*_emails(text), *_phones(text), *_plates(text)):
        if all(flag.span.end <= other.span.start or flag.span.start >= other.span.end for other in kept):
            kept.append(flag)
    return tuple(sorted(kept, key=lambda flag: flag.span.start))


def redact(text: str, flags: Iterable[Flag]) -> str:
    """``text`` with the words of ``flags`` blacked out; as long as before."""
    letters = list(text)
    for flag in flags:
        for index in range(flag.span.start, min(flag.span.end, len(letters))):
            if not letters[index].isspace():
                letters[index] = "█"
    return "".join(letters)


def _emails(text: str) -> Iterator[Flag]:
    for match in _EMAIL.finditer(text):
        yield Flag(FlagKind.EMAIL, Span(*match.span()))


def _phones(text: str) -> Iterator[Flag]:
    for match in phonenumbers.PhoneNumberMatcher(text, "NL", phonenumbers.Leniency.POSSIBLE):
        if sum(character.isdigit() for character in match.raw_string) >= 9:
            yield Flag(FlagKind.PHONE, Span(match.start, match.end))


def _plates(text: str) -> Iterator[Flag]:
    for match in _PLATES.finditer(text):
        written = match[0]
        cued = _CUE.search(text[max(0, match.start() - 40) : match.start()])
        if _POSTCODE.fullmatch(written) and not cued:
            continue
        compact = re.sub(r"[- ]", "", written)
        if len(compact) >= 5 and _LETTER.search(compact) and ("-" in written or written.upper() == written or cued):
            yield Flag(FlagKind.PLATE, Span(*match.span()))
