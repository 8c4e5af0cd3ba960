"""How a Dutch street name sounds to ears that grew up with other languages: letters of any script to sound classes."""

import re
from functools import lru_cache

_LATIN = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "t", "ج": "g", "ح": "h", "خ": "g", "د": "d", "ذ": "d", "ر": "r", "ز": "z",
    "س": "s", "ش": "sj", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "g", "ف": "f", "ق": "k", "ك": "k",
    "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "o", "ي": "i",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "є": "je", "ж": "zj", "з": "z", "и": "i", "і": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "oe", "ф": "f",
    "х": "g", "ц": "ts", "ч": "tsj", "ш": "sj", "щ": "sj", "ь": "", "ъ": "", "ы": "i", "э": "e", "ю": "joe", "я": "ja",
}  # fmt: skip
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0600-\u06ff]")
_ARABIC = re.compile(r"[\u0621-\u064a]")

# What waw and ya say depends on their neighbours: consonants before a vowel, vowels otherwise; a final ha is an e.
_IN_ARABIC = (
    (re.compile("^وي|وي(?=[خغكقج]$)"), "we"),
    (re.compile("يو(?=[^ايو])"), "ieuw"),
    (re.compile("او"), "au"),
    (re.compile("اي"), "ai"),
    (re.compile("^و(?=[اي])|(?<=[^اوي])و(?=ا)"), "w"),
    (re.compile("(?<=[^اوي])ه$"), "e"),
)

# Applied in this order; the right sides are classes: A (a), E (e, short i), I (long i), O (o, oe, u), Y (ij, ei, y),
# U (ui, ou, eu), X (g, ch, h, sch's tail), K, T, P, F (v, f, w), S, J, L, M, N, R.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(.)\1+", r"\1"),
        (r"schr", "SR"),
        (r"s(?:ch|kh|gh|g|c|k|h(?=[^aeiouy]))", "SK"),
        (r"tsj|tch|cz|ts|tz|c(?=[eiy])|sz|sj|zj|sh|zh|s|z", "S"),
        (r"eeuw|ieuw|[ao]?uw|iu(?=[fvw])", "U"),
        (r"[ae][iyj]|ij|igh|oy|oi", "Y"),
        (r"ui|uy|ou|[ao]u|[ao]w(?![aeiou])|eu|oe[yi]", "U"),
        (r"(?<=U)[fvw](?=[aeiou])", ""),
        (r"oe|o", "O"),
        (r"ee|ea|ie|i", "I"),
        (r"u", "O"),
        (r"a", "A"),
        (r"e", "E"),
        (r"j(?=[aeiouAEIOUY])|(?<=[AEIOUY])j(?![tT])|^j", "J"),
        (r"y(?=[AEIOU])", "J"),
        (r"y", "Y"),
        (r"th|dt|d|t", "T"),
        (r"gh|ch|kh|g|h|j", "X"),
        (r"ck|c|k|q|x", "K"),
        (r"ph|f|v|w", "F"),
        (r"b|p", "P"),
        (r"l", "L"),
        (r"m", "M"),
        (r"n", "N"),
        (r"r", "R"),
        (r"[^A-Z]", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=32768)
def romanise(text: str) -> str:
    """A folded word with Arabic and Cyrillic letters in Latin ones, as a Dutch reader would sound them."""
    if not _OTHER_SCRIPT.search(text):
        return text
    if _ARABIC.search(text):
        for pattern, said in _IN_ARABIC:
            text = pattern.sub(said, text)
    return "".join(_LATIN.get(letter, letter) for letter in text)


def is_arabic(text: str) -> bool:
    """Whether a text has Arabic letters, which leave short vowels out."""
    return bool(_ARABIC.search(text))


@lru_cache(maxsize=32768)
def sound(name: str) -> str:
    """The sound classes of a folded Latin name written as one word."""
    for pattern, classes in _SOUNDS:
        name = pattern.sub(classes, name)
    return name
