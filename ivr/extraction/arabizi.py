"""Arabic written in Latin letters and digits ("7afle", "3am") beside Arabic in its own: both as bare consonants."""

import re
from functools import lru_cache

MARK = "~"
"""Begins every skeleton, so that none is taken for a word."""

_ARABIC = {
    "ب": "b", "ت": "t", "ط": "t", "ث": "t", "ج": "j", "ح": "H", "خ": "X", "د": "d", "ض": "d", "ذ": "d", "ر": "r",
    "ز": "z", "ظ": "z", "س": "s", "ص": "s", "ش": "S", "ع": "E", "غ": "G", "ف": "f", "ق": "k", "ك": "k", "ل": "l",
    "م": "m", "ن": "n", "ه": "h",
}  # fmt: skip
_LATIN = (
    (re.compile(r"kh|5"), "X"),
    (re.compile(r"gh|8"), "G"),
    (re.compile(r"sh|ch|\$"), "S"),
    (re.compile(r"th"), "t"),
    (re.compile(r"dh"), "d"),
    (re.compile(r"7"), "H"),
    (re.compile(r"3"), "E"),
    (re.compile(r"6"), "t"),
    (re.compile(r"9"), "s"),
    (re.compile(r"[qc]"), "k"),
    (re.compile(r"p"), "b"),
    (re.compile(r"v"), "f"),
    (re.compile(r"g"), "j"),
    (re.compile(r"[aeiouwy4]"), ""),
)
_ARABIZI_WORD = re.compile(r"[a-z2-9$]+")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=8192)
def skeleton(arabic: str) -> str:
    """The consonants of a folded Arabic word, "" for a word that has other letters."""
    if not arabic or not all("\u0621" <= letter <= "\u064a" for letter in arabic):
        return ""
    return _DOUBLED.sub(r"\1", "".join(_ARABIC.get(letter, "") for letter in arabic.removesuffix("ه")))


@lru_cache(maxsize=8192)
def skeletons(latin: str) -> tuple[str, ...]:
    """The marked skeletons that a folded Latin word may have if it is Arabic; 2 is a hamza or, in the Levant, a qaf."""
    if not _ARABIZI_WORD.fullmatch(latin) or latin.isdigit():
        return ()
    bare = re.sub(r"^(?:el|al|il)-?(?=.{3})", "", latin)
    ways = []
    for hamza in ("", "k"):
        way = re.sub("h$", "", bare).replace("2", hamza)
        for pattern, consonant in _LATIN:
            way = pattern.sub(consonant, way)
        ways.append(MARK + _DOUBLED.sub(r"\1", way))
    return tuple(way for way in dict.fromkeys(ways) if len(way) > 2)
