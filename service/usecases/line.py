"""What a running line consists of; the first argument of every use case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from ivr.extraction.extractor import Extractor
from ivr.gateways.gateway import Gateway
from service.clock import Clock
from service.settings import Settings
from service.store.keys import Keys
from service.store.spool import Spool
from service.store.store import Store
from service.usecases.one_at_a_time import OneAtATime
from service.usecases.understand import Gazetteers


@dataclass(frozen=True, slots=True)
class Line:
    """The parts of a running line, composed once in service.app.

    ``load_extractor()`` gives the one extractor; the first time takes a second or two, which commands that understand
    nothing needn't wait for. ``kick(queue, job_id)`` hands a job's id to the transport; losing one costs time only: the
    ledger is the truth.
    """

    settings: Settings
    clock: Clock
    keys: Keys
    store: Store
    spool: Spool
    load_extractor: Callable[[], Extractor]
    gazetteers: Gazetteers
    gateways: Mapping[str, Gateway]
    kick: Callable[[str, UUID], None]
    turns: OneAtATime = field(default_factory=OneAtATime)

    @property
    def extractor(self) -> Extractor:
        """What understands texts in all languages."""
        return self.load_extractor()
