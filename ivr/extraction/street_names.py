"""What Dutch street names are made of: abbreviations, particles, kinds of street, endings that other languages add."""

import re
from functools import lru_cache

from ivr.folding import fold

_WHOLE = {
    "burg": "burgemeester", "burgem": "burgemeester", "bgm": "burgemeester", "kon": "koningin",
    "pr": "prins", "prof": "professor", "dr": "doctor", "ds": "dominee", "st": "sint",
    "mgr": "monseigneur", "jhr": "jonkheer", "gen": "generaal", "adm": "admiraal", "past": "pastoor", "mr": "meester",
    "ir": "ingenieur",
    "1e": "eerste", "2e": "tweede", "3e": "derde", "4e": "vierde", "5e": "vijfde", "1ste": "eerste", "2de": "tweede",
    "3de": "derde", "str": "straat", "strt": "straat", "ln": "laan", "pln": "plein", "wg": "weg",
    "oz": "oudezijds", "nz": "nieuwezijds", "gr": "grote", "lge": "lange", "kte": "korte",
    "nwe": "nieuwe", "joh": "johannes",
}  # fmt: skip
_END = re.compile(r"(?<=[^\W\d_]{3})(?:strt|str|st\.?r|straa|strat|straad)$")
_PARTICLES = frozenset({"s", "t", "de", "het", "den", "der", "van", "ter", "ten", "te", "in", "op"})
_IN_DUTCH = {
    "harbour": "haven", "harbor": "haven", "church": "kerk", "mill": "molen", "windmill": "molen", "new": "nieuwe",
    "old": "oude", "south": "zuider", "north": "noorder", "east": "ooster", "west": "wester", "big": "grote",
    "great": "grote", "little": "kleine", "small": "kleine", "long": "lange", "short": "korte", "high": "hoge",
    "prince": "prins", "princess": "prinses", "queen": "koningin", "king": "koning", "mayor": "burgemeester",
    "saint": "sint", "doctor": "dokter", "water": "water", "castle": "kasteel", "monastery": "klooster",
    "neue": "nieuwe", "alte": "oude", "kirche": "kerk", "kirch": "kerk", "muhlen": "molen", "prinz": "prins",
    "konigin": "koningin", "konig": "koning", "nouvelle": "nieuwe", "vieille": "oude", "vieux": "oude",
    "grand": "grote", "grande": "grote", "petite": "kleine", "reine": "koningin", "roi": "koning", "sankt": "sint",
    "san": "sint", "santa": "sint", "principe": "prins", "reina": "koningin", "rey": "koning", "nueva": "nieuwe",
    "vieja": "oude", "ksiecia": "prins", "swietego": "sint",
}  # fmt: skip


def in_words_of_streets(word: str) -> str:
    """A folded word that names of streets have, in Dutch where it was said in another language."""
    return _IN_DUTCH.get(word, word)


_ENDINGS = (
    "de da te ta den dan ten tan deki daki teki taki dekiler nin nun in un ye ya e a i u yi yu nda nde inde unda "
    "si su sinda sinde ndaki ndeki inda an daym dayim deyim dayiz deyiz nu ni li lu "
    "u ie ach em iem ami owi ym ej cie y ie gu ku dze kach wie sie "
    "s es "
    "у і и ю ом ою ами еві ові ах ях ем єм ам "
    "i en t"
)
ENDINGS = frozenset(fold(ending) for ending in _ENDINGS.split())
"""Endings that Turkish, Polish, Ukrainian and German put behind a name."""


@lru_cache(maxsize=16384)
def expand(token: str) -> str:
    """A folded word with an abbreviated part of a street name written out."""
    whole = _WHOLE.get(token)
    if whole:
        return whole
    return _END.sub("straat", token)


def variants(name: str) -> dict[str, bool]:
    """The ways to name a street, folded and as one word each; True for those that say only a part of the name."""
    words = [expand(word) for word in re.findall(r"[^\W_]+", fold(name))]
    named: dict[str, bool] = {"".join(words): False}
    rest = words
    while len(rest) > 1 and rest[0] in _PARTICLES:
        rest = rest[1:]
        named.setdefault("".join(rest), False)
    if len(rest) > 2 and any(word in _PARTICLES for word in rest[1:-1]):
        named.setdefault("".join(word for word in rest if word not in _PARTICLES), False)
    for start in range(1, len(rest)):
        part = "".join(rest[start:])
        if rest[start] not in _PARTICLES and len(part) >= 6:
            named.setdefault(part, True)
    return named
