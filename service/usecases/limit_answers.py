"""How many texts of one number are answered: each answer costs money, and a number can be forged to flood its owner."""

from dataclasses import replace
from datetime import timedelta

from ivr.catalogue import N_
from ivr.conversation.outcome import Answer, Ask, Prompt
from ivr.messages import Channel, Inbound
from service.domain.resident import Resident
from service.store.store import Unit
from service.usecases.line import Line

WITHIN = timedelta(hours=1)

_ADVICE = frozenset({N_("advise_112"), N_("advise_112_practice")})
"""Prompts that no limit withholds."""


def limit_answer(line: Line, unit: Unit, inbound: Inbound, resident: Resident | None, ask: Ask) -> Ask:
    """What of an answer is given, when the message is not in the inbox yet.

    All of it to the first texts within the hour, fewer than the settings' ``answers_an_hour``. The next one is told
    that it is kept. From then on only advice to call 112 is given.
    """
    if inbound.channel is not Channel.SMS or resident is None:
        return ask
    left = line.settings.answers_an_hour - unit.inbox.texts_since(resident.id, line.clock.now() - WITHIN)
    if left > 1:
        return ask
    advice = tuple(prompt for prompt in ask.prompts if prompt.key in _ADVICE)
    told = (Prompt(N_("many_messages")),) if left == 1 else ()
    return replace(ask, prompts=advice or told, answer=Answer.NONE)
