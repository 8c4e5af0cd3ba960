"""Words that any message of a language may have: they name a street only where the text says that they do."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from ivr.extraction.tokens import Token


class Ordinary:
    """The ordinary words of some languages by code."""

    def __init__(self, words: Mapping[str, Collection[str]]) -> None:
        self._bits = {code: 1 << place for place, code in enumerate(words)}
        self._all = (1 << len(words)) - 1
        self._known: dict[str, int] = defaultdict(int)
        for code, listed in words.items():
            for word in listed:
                self._known[word] |= self._bits[code]

    def within(self, tokens: Sequence[Token], code: str) -> bool:
        """Whether all these words are ordinary in a language."""
        return all(self._languages(token) & self._bits.get(code, 0) for token in tokens)

    def _languages(self, token: Token) -> int:
        if not token.text.isalpha():
            return self._all
        languages = 0
        for form in token.forms:
            languages |= self._known.get(form, 0)
        return languages
