"""From an Ask to a reply in one language: an SMS that fits, or a voice page."""

from functools import cache
from unicodedata import normalize

from ivr.catalogue import N_, catalogue
from ivr.conversation.outcome import Answer, Ask, Digits, Label, Listing, Prompt, Value
from ivr.gsm7 import fits_gsm7, septets
from ivr.locale import LOCALES_DIR, locales
from ivr.rendering.page import Awaited, AwaitKeys, AwaitTranscript, AwaitUtterance, HangUp, Spoken, VoicePage
from ivr.rendering.reply import Reply, SmsReply

LONGEST_GSM7 = 160
"""Septets of an SMS whose text fits the GSM 7-bit alphabet: one segment."""

LONGEST_UCS2 = 134
"""UTF-16 code units of any other SMS: two segments of 67."""

_SHORTER = {
    N_("confirm"): N_("confirm_short"),
    N_("confirm_again"): N_("confirm_short"),
    N_("advise_112"): N_("advise_112_short"),
    N_("street_offer"): N_("street_offer_short"),
    N_("street_offer_again"): N_("street_offer_short"),
}
"""Prompts with a shorter form, for an SMS that would not fit."""

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"

_AWAITED: dict[Answer, Awaited] = {
    Answer.ONE_KEY: AwaitKeys(digits=1, timeout=8),
    Answer.MANY_KEYS: AwaitKeys(digits=0, timeout=8),
    Answer.UTTERANCE: AwaitUtterance(silence=3, longest=60),
    Answer.SHORT_UTTERANCE: AwaitUtterance(silence=2, longest=10),
    Answer.TRANSCRIPT: AwaitTranscript(pause=2),
    Answer.NONE: HangUp(),
}


def fits(text: str) -> bool:
    """Whether a text is short enough for one SMS of ours: 160 septets, or 134 UTF-16 units outside GSM-7."""
    if fits_gsm7(text):
        return septets(text) <= LONGEST_GSM7
    return len(text.encode("utf-16-le")) // 2 <= LONGEST_UCS2


def render(ask: Ask, locale: str, *, spoken: bool) -> Reply:
    """The reply in the session's language. ``locale`` may be empty only where each prompt names its own."""
    return _page(ask, locale) if spoken else SmsReply(_sms(ask.prompts, locale), locale)


def _page(ask: Ask, locale: str) -> VoicePage:
    prompts = tuple(_spoken(prompt, prompt.locale or locale) for prompt in ask.prompts)
    return VoicePage(prompts, _AWAITED[ask.answer], ask.barge_in)


def _spoken(prompt: Prompt, locale: str) -> Spoken:
    key = f"{prompt.key}.voice"
    audio = "" if prompt.values else _recorded(locale, key)
    return Spoken(_text(prompt, key, locale, spoken=True), locale, audio)


@cache
def _recorded(locale: str, key: str) -> str:
    """Path below locales/ of a person's recording of a fixed prompt, or nothing."""
    path = f"{locale}/prompts/{key}.wav"
    return path if (LOCALES_DIR / path).is_file() else ""


def _sms(prompts: tuple[Prompt, ...], locale: str) -> str:
    """All prompts in one text; where that is too long, shorter forms, then without the last parts of a listing."""
    full = _joined(prompts, locale)
    if fits(full):
        return full
    short = tuple(Prompt(_SHORTER.get(prompt.key, prompt.key), prompt.values) for prompt in prompts)
    text = _joined(short, locale)
    while not fits(text) and any(_droppable(prompt) for prompt in short):
        short = tuple(_with_less(prompt) for prompt in short)
        text = _joined(short, locale)
    return text


def _droppable(prompt: Prompt) -> bool:
    return any(isinstance(value, Listing) and len(value.parts) > 1 for _, value in prompt.values)


def _with_less(prompt: Prompt) -> Prompt:
    values = tuple(
        (name, Listing(value.parts[:-1]) if isinstance(value, Listing) and len(value.parts) > 1 else value)
        for name, value in prompt.values
    )
    return Prompt(prompt.key, values)


def _joined(prompts: tuple[Prompt, ...], locale: str) -> str:
    texts = (_text(prompt, f"{prompt.key}.sms", prompt.locale or locale, spoken=False) for prompt in prompts)
    return "\n".join(text for text in texts if text)


def _text(prompt: Prompt, key: str, locale: str, *, spoken: bool) -> str:
    values = {name: _value(value, locale, spoken=spoken) for name, value in prompt.values}
    return normalize("NFC", catalogue(locale).text(key, **values))


def _value(value: Value, locale: str, *, spoken: bool) -> str:
    match value:
        case Label(key):
            return catalogue(locale).text(key)
        case Digits(digits):
            return " ".join(digits)
        case Listing(parts):
            comma = catalogue(locale).text("list.separator")
            return comma.join(_value(part, locale, spoken=spoken) for part in parts)
        case str():
            return _isolated(value, locale, spoken=spoken)


def _isolated(value: str, locale: str, *, spoken: bool) -> str:
    """A Latin name inside right-to-left text, kept together as Unicode's bidirectional algorithm (UAX 9) asks."""
    if spoken or locales()[locale].direction == "ltr" or value.isdigit():
        return value
    return f"{_FIRST_STRONG_ISOLATE}{value}{_POP_ISOLATE}"
