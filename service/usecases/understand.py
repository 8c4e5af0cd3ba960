"""Words to meaning, with the group's own streets, outside any transaction."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from ivr.extraction.gazetteer import Gazetteer
from service.domain.group import Places

MANY = 2_000
"""Streets from which building their index takes longer than a resident should wait."""


@dataclass(frozen=True, slots=True)
class _Built:
    version: int
    gazetteer: Gazetteer


class Gazetteers:
    """The street index of each group, built once for each version of its streets and shared by all threads.

    While the index of a new version of many streets is being built, behind the scenes, the old one goes on serving.
    """

    def __init__(self, build: Callable[[Places], Gazetteer] | None = None) -> None:
        self._make = build or gazetteer_of
        self._built: dict[UUID, _Built] = {}
        self._building: set[UUID] = set()
        self._lock = threading.Lock()

    def of(self, group_id: UUID, version: int, load: Callable[[], Places]) -> Gazetteer:
        """The index of a group's streets and landmarks; ``load`` is called only when that version isn't built yet."""
        built = self._built.get(group_id)
        if built and built.version == version:
            return built.gazetteer
        if built is None or len(built.gazetteer.streets) < MANY:
            return self._build(group_id, version, load)
        with self._lock:
            begun = group_id in self._building
            self._building.add(group_id)
        if not begun:
            self._begin(group_id, version, load)
        return built.gazetteer

    def _begin(self, group_id: UUID, version: int, load: Callable[[], Places]) -> None:
        try:
            places = load()  # in this thread, whose transaction it may need
            threading.Thread(target=self._rebuild, args=(group_id, version, places), daemon=True).start()
        except BaseException:
            self._building.discard(group_id)  # so that the next message tries again
            raise

    def _build(self, group_id: UUID, version: int, load: Callable[[], Places]) -> Gazetteer:
        with self._lock:
            built = self._built.get(group_id)
            if built is None or built.version != version:
                built = _Built(version, self._make(load()))
                self._built[group_id] = built
        return built.gazetteer

    def _rebuild(self, group_id: UUID, version: int, places: Places) -> None:
        try:
            self._built[group_id] = _Built(version, self._make(places))
        finally:
            with self._lock:
                self._building.discard(group_id)


def gazetteer_of(places: Places) -> Gazetteer:
    """The index of streets and landmarks."""
    return Gazetteer(
        (street.name for street in places.streets),
        postcodes=[(postcode, street.name) for street in places.streets for postcode in street.postcodes],
        spoken=[(street.name, name) for street in places.streets for name in street.spoken],
        numbers={street.name: street.numbers for street in places.streets if street.numbers},
        landmarks=[(mark.name, mark.spoken) for mark in places.landmarks],
    )
