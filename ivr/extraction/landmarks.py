"""Places that people name instead of a street: the mosque, a supermarket, a bus stop."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from ivr.extraction.street_names import ENDINGS
from ivr.extraction.tokens import Words
from ivr.folding import fold

_MOST_WORDS = 5
_FEWEST_LETTERS = 4
_KINDS = {
    "moskee": "moskee mosque moschee mosquée mezquita cami camii camide camiden meczet meczetu мечеть мечеті مسجد جامع",
    "kerk": "kerk church kirche église iglesia kilise kilisede kościół kościele kościoła церква церкви церкві كنيسة",
    "station": "station bahnhof gare estación istasyon istasyonda stacja stacji dworzec вокзал вокзалу вокзалі محطة",
    "school": "school schule école escuela okul okulda szkoła szkole szkoły школа школи школі مدرسة",
    "ziekenhuis": "ziekenhuis hospital krankenhaus hôpital hastane hastanede szpital szpitalu лікарня лікарні مستشفى",
    "bibliotheek": "bibliotheek library bibliothek bibliothèque biblioteca kütüphane biblioteka бібліотека مكتبة",
    "zwembad": "zwembad schwimmbad piscine piscina yüzme basen басейн مسبح",
    "apotheek": "apotheek pharmacy apotheke pharmacie farmacia eczane apteka аптека صيدلية",
}
_WORDS = {fold(word): kind for kind, words in _KINDS.items() for word in words.split()}


class Landmarks:
    """An immutable index of (name, other names that people use) pairs.

    A general word such as "the mosque", in any of the nine languages, means the only landmark of its kind.
    """

    def __init__(self, named: Iterable[tuple[str, Collection[str]]] = ()) -> None:
        self._names: dict[str, str] = {}
        kinds: dict[str, list[str]] = defaultdict(list)
        for name, spoken in named:
            for way in (name, *spoken):
                joined = _joined(way)
                if len(joined) >= 2:
                    self._names.setdefault(joined, name)
            for kind in _KINDS:
                if kind in fold(name):
                    kinds[kind].append(name)
        self._only = {kind: names[0] for kind, names in kinds.items() if len(names) == 1}
        self._longest = max((len(joined) for joined in self._names), default=0)

    def find(self, words: Words, covered: Collection[int]) -> str:
        """The landmark that a text names first, outside the words at ``covered``; "" where it names none."""
        if not self._names:
            return ""
        general = ""
        for first in range(len(words.tokens)):
            if first in covered:
                continue
            named = self._at(words, first, covered)
            if named:
                return named
            general = general or self._only.get(_kind(words.tokens[first].forms), "")
        return general

    def _at(self, words: Words, first: int, covered: Collection[int]) -> str:
        found = ""
        for start in words.tokens[first].forms:
            joined = ""
            for last in range(first, min(first + _MOST_WORDS, len(words.tokens))):
                joined += start if last == first else words.tokens[last].text
                if last in covered or len(joined) > self._longest + _FEWEST_LETTERS:
                    break
                found = self._named(joined) or found
        return found

    def _named(self, joined: str) -> str:
        if joined in self._names:
            return self._names[joined]
        for length in range(len(joined) - 1, max(len(joined) - 6, _FEWEST_LETTERS - 1), -1):
            if joined[length:] in ENDINGS and joined[:length] in self._names:
                return self._names[joined[:length]]
        return ""


def _kind(forms: Collection[str]) -> str:
    """The kind of landmark that a word means, perhaps with an ending of its language."""
    for form in forms:
        for length in range(len(form), max(len(form) - 5, _FEWEST_LETTERS - 1), -1):
            if form[:length] in _WORDS and (length == len(form) or form[length:] in ENDINGS):
                return _WORDS[form[:length]]
    return ""


def _joined(name: str) -> str:
    return "".join(re.findall(r"[^\W_]+", fold(name)))
