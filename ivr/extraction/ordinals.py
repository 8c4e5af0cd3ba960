"""Which of several streets of one name is meant, the first or the second: by a word in any of the nine languages."""

import re
from collections.abc import Sequence

from ivr.folding import fold

_WORDS = (
    "eerste 1e 1ste first 1st birinci ilk الأولى الاولى أول اولى pierwsza pierwszej pierwszą перша першій першої першу "
    "первая первой erste ersten 1ere premiere première primera",
    "tweede 2e 2de second 2nd ikinci الثانية ثاني ثانية التانية تانية druga drugiej drugą друга другій другої другу "
    "вторая второй zweite zweiten zwote deuxième deuxieme seconde segunda",
    "derde 3e 3de third 3rd üçüncü الثالثة ثالث التالتة تالتة trzecia trzeciej trzecią третя третій третьої третю "
    "третья третьей dritte dritten troisième troisieme tercera",
    "vierde 4e 4de fourth 4th dördüncü الرابعة رابع czwarta czwartej czwartą четверта четвертій четвертої "
    "четвертая vierte vierten quatrième quatrieme cuarta",
)
_PLACES = {fold(word): place for place, words in enumerate(_WORDS, start=1) for word in words.split()}
_CARDINALS = {"een": 1, "1": 1, "twee": 2, "2": 2, "drie": 3, "3": 3, "vier": 4, "4": 4}


_IN_DUTCH = ("", "eerste", "tweede", "derde", "vierde")


def ordinal_in_dutch(word: str) -> str:
    """A folded ordinal of any language as street names have it, "" for another word."""
    return _IN_DUTCH[_PLACES.get(word, 0)]


def ordinal_of(street: str) -> int:
    """1 for "1e Dwarsstraat" and "Eerste Dwarsstraat"; 0 for a street without a number in its name."""
    words = re.findall(r"[^\W_]+", fold(street))
    return _PLACES.get(words[0], 0) if words else 0


def ordinal_at(texts: Sequence[str], first: int, last: int) -> int:
    """The ordinal in the folded words beside or within ``first`` to ``last``, 0 where there is none."""
    for index in (first, first - 1, last + 1, last):
        if 0 <= index < len(texts) and texts[index] in _PLACES:
            return _PLACES[texts[index]]
    if first >= 2 and texts[first - 1] in ("e", "ste", "de"):
        return _CARDINALS.get(texts[first - 2], 0)
    return 0
