"""What a whole message means by itself: commands and short answers, in every language at once."""

from collections.abc import Iterable

from ivr.extraction.lexicon import Lexicon
from ivr.extraction.tokens import Words
from ivr.messages import Intent

_LONGEST = 6
_COURTESY = frozenset({"please", "thanks", "thank you", "thank u", "thx", "ty", "ok"})


class Intents:
    """The whole messages that are commands or answers; the language in use wins where two differ."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self._lexicons = tuple(lexicons)
        self._courtesy = _COURTESY.union(*(lexicon.intents["courtesy"] for lexicon in self._lexicons))
        self._names = {name: code for lexicon in self._lexicons for name, code in lexicon.language_names.items()}

    def find(self, words: Words, language: str | None = None) -> tuple[Intent | None, str]:
        """The intent of a whole message and, with Intent.LANGUAGE, the language that it names ("" for none)."""
        texts = [token.text for token in words.tokens]
        if not texts or len(texts) > _LONGEST or all(text.isdigit() for text in texts):
            return None, ""
        for phrase in self._shortened(texts):
            named = self._language_named(phrase)
            if named:
                return Intent.LANGUAGE, named
            for lexicon in sorted(self._lexicons, key=lambda lexicon: lexicon.code != language):
                for intent in Intent:
                    if phrase in lexicon.intents[intent.value]:
                        return intent, ""
        return None, ""

    def told_in(self, words: Words) -> frozenset[str]:
        """The languages in which the whole message is a command or an answer."""
        phrase = " ".join(token.text for token in words.tokens)
        return frozenset(
            lexicon.code for lexicon in self._lexicons if any(phrase in lexicon.intents[one.value] for one in Intent)
        )

    def _shortened(self, texts: list[str]) -> list[str]:
        """The message, then without polite words at its ends."""
        phrases = [" ".join(texts)]
        for _ in range(_LONGEST):
            phrase = phrases[-1]
            for polite in self._courtesy:
                if phrase.endswith(f" {polite}"):
                    phrases.append(phrase[: -len(polite) - 1])
                elif phrase.startswith(f"{polite} "):
                    phrases.append(phrase[len(polite) + 1 :])
            if phrases[-1] == phrase:
                break
        return phrases

    def _language_named(self, phrase: str) -> str:
        if phrase in self._names:
            return self._names[phrase]
        first, _, rest = phrase.partition(" ")
        asked = any(first in lexicon.intents[Intent.LANGUAGE.value] for lexicon in self._lexicons)
        return self._names.get(rest, "") if asked else ""
