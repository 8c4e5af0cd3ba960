"""Phone numbers as people write them, in E.164 form."""

import re

import phonenumbers

_WRITTEN = re.compile(r"\+?[0-9()./\- ]+")  # no letters: they stand for keys in some countries


class BadNumber(ValueError):
    """Not a phone number; the message says why."""


def e164(text: str, region: str | None = None) -> str:
    """The number in E.164 form; without a country code it is one of ``region`` (NL, …). Raises BadNumber."""
    try:
        number = phonenumbers.parse(text if _WRITTEN.fullmatch(text.strip()) else "", region)
    except phonenumbers.NumberParseException as error:
        kind = "number" if region else "number with a country code"
        raise BadNumber(f"{text} is no {kind}, such as +31850000001") from error
    if not phonenumbers.is_possible_number(number):
        raise BadNumber(f"{text} has too few or too many digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
