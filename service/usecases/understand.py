"""Words to meaning, with the group's own streets, outside any transaction."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from ivr.extraction.gazetteer import Gazetteer
from service.domain.group import Places


@dataclass(slots=True)
class _Built:
    version: int
    gazetteer: Gazetteer


class Gazetteers:
    """The street index of each group, built once for each version of its streets and shared by all threads."""

    def __init__(self) -> None:
        self._built: dict[UUID, _Built] = {}
        self._lock = threading.Lock()

    def of(self, group_id: UUID, version: int, load: Callable[[], Places]) -> Gazetteer:
        """The index of a group's streets and landmarks; ``load`` is called only when that version isn't built yet."""
        built = self._built.get(group_id)
        if built is None or built.version != version:
            with self._lock:
                built = self._built.get(group_id)
                if built is None or built.version != version:
                    built = _Built(version, gazetteer_of(load()))
                    self._built[group_id] = built
        return built.gazetteer


def gazetteer_of(places: Places) -> Gazetteer:
    """The index of streets and landmarks."""
    return Gazetteer(
        (street.name for street in places.streets),
        postcodes=[(postcode, street.name) for street in places.streets for postcode in street.postcodes],
        spoken=[(street.name, name) for street in places.streets for name in street.spoken],
        numbers={street.name: street.numbers for street in places.streets if street.numbers},
        landmarks=[(mark.name, mark.spoken) for mark in places.landmarks],
    )
