"""Groups, their numbers and their streets."""

from collections.abc import Iterable
from dataclasses import fields
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.domain.group import Group, GroupNumber, Landmark, Places, Street
from service.store.tables import group_numbers, groups, landmarks, streets
from service.store.unit import AlreadyTaken, Missing, Repository, as_domain


class Groups(Repository):
    """The groups of the install."""

    def add(
        self,
        slug: str,
        name: str,
        locales: Iterable[str],
        numbers: Iterable[GroupNumber] = (),
        *,
        open_feed: bool = False,
        live: bool = False,
    ) -> Group:
        """A new group. Raises AlreadyTaken when its slug or one of its numbers is another group's."""
        group = Group(
            id=self._clock.new_id(),
            slug=slug,
            name=name,
            locales=tuple(locales),
            numbers=tuple(numbers),
            open_feed=open_feed,
            live=live,
        )
        try:
            self._connection.execute(insert(groups).values(**self._columns(group), id=group.id, streets_version=0))
        except IntegrityError as error:
            raise AlreadyTaken(f"there is a group {slug}") from error
        self._set_numbers(group)
        return group

    def save(self, group: Group) -> None:
        """Keep a changed group (all but its streets). Raises AlreadyTaken as ``add`` does, Missing."""
        try:
            changed = self._connection.execute(
                update(groups).where(groups.c.id == group.id).values(**self._columns(group))
            )
        except IntegrityError as error:
            raise AlreadyTaken(f"there is a group {group.slug}") from error
        if not changed.rowcount:
            raise Missing(f"group {group.id}")
        self._set_numbers(group)

    def by_number(self, number: str) -> tuple[Group, bool] | None:
        """The group of a number of the line, and whether the number is for practice."""
        row = self._connection.execute(select(group_numbers).where(group_numbers.c.number == number)).one_or_none()
        if row is None:
            return None
        return self.by_id(row.group_id), row.practice

    def by_slug(self, slug: str) -> Group | None:
        """The group of that slug."""
        return next(iter(self._load(groups.c.slug == slug)), None)

    def by_id(self, group_id: UUID) -> Group:
        """The group of that id. Raises Missing."""
        found = self._load(groups.c.id == group_id)
        if not found:
            raise Missing(f"group {group_id}")
        return found[0]

    def list(self) -> tuple[Group, ...]:
        """All groups by slug."""
        return self._load()

    def streets(self, group_id: UUID) -> tuple[Street, ...]:
        """A group's streets by name."""
        rows = self._connection.execute(
            select(streets).where(streets.c.group_id == group_id).order_by(streets.c.name)
        ).mappings()
        return tuple(as_domain(Street, row) for row in rows)

    def places(self, group_id: UUID) -> Places:
        """A group's streets and landmarks by name."""
        rows = self._connection.execute(
            select(landmarks).where(landmarks.c.group_id == group_id).order_by(landmarks.c.name)
        ).mappings()
        return Places(self.streets(group_id), tuple(as_domain(Landmark, row) for row in rows))

    def street(self, group_id: UUID, name: str) -> Street | None:
        """A group's street of that name."""
        query = select(streets).where(streets.c.group_id == group_id, streets.c.name == name)
        row = self._connection.execute(query).mappings().one_or_none()
        return as_domain(Street, row) if row else None

    def landmark(self, group_id: UUID, name: str) -> Landmark | None:
        """A group's landmark of that name."""
        query = select(landmarks).where(landmarks.c.group_id == group_id, landmarks.c.name == name)
        row = self._connection.execute(query).mappings().one_or_none()
        return as_domain(Landmark, row) if row else None

    def import_streets(self, group_id: UUID, rows: Iterable[Street], marks: Iterable[Landmark] = ()) -> int:
        """Replace a group's streets and landmarks; of two with the same name the last one counts.

        Gives the number of streets.
        """
        self._connection.execute(self._lock(select(groups.c.id).where(groups.c.id == group_id)))
        by_name = {street.name: street for street in rows}
        named = {mark.name: mark for mark in marks}
        self._connection.execute(delete(streets).where(streets.c.group_id == group_id))
        if by_name:
            self._connection.execute(
                insert(streets),
                [
                    {
                        "group_id": group_id,
                        "name": street.name,
                        "postcodes": street.postcodes,
                        "lat": street.lat,
                        "lon": street.lon,
                        "gazetteer_id": street.gazetteer_id,
                        "spoken": street.spoken,
                        "numbers": street.numbers,
                    }
                    for street in by_name.values()
                ],
            )
        self._connection.execute(delete(landmarks).where(landmarks.c.group_id == group_id))
        if named:
            rows_of_marks = [{"group_id": group_id, **_values(mark)} for mark in named.values()]
            self._connection.execute(insert(landmarks), rows_of_marks)
        self._connection.execute(
            update(groups).where(groups.c.id == group_id).values(streets_version=groups.c.streets_version + 1)
        )
        return len(by_name)

    def streets_version(self, group_id: UUID) -> int:
        """A number that grows with each import, for whoever keeps a gazetteer. Raises Missing."""
        version = self._connection.scalar(select(groups.c.streets_version).where(groups.c.id == group_id))
        if version is None:
            raise Missing(f"group {group_id}")
        return int(version)

    def _load(self, *where: ColumnElement[bool]) -> tuple[Group, ...]:
        rows = self._connection.execute(select(groups).where(*where).order_by(groups.c.slug)).mappings().all()
        numbers: dict[UUID, list[GroupNumber]] = {row["id"]: [] for row in rows}
        for row in self._connection.execute(
            select(group_numbers).where(group_numbers.c.group_id.in_(numbers)).order_by(group_numbers.c.number)
        ):
            numbers[row.group_id].append(GroupNumber(row.number, practice=row.practice))
        return tuple(as_domain(Group, row, numbers=tuple(numbers[row["id"]])) for row in rows)

    def _set_numbers(self, group: Group) -> None:
        self._connection.execute(delete(group_numbers).where(group_numbers.c.group_id == group.id))
        for number in group.numbers:
            values = {"number": number.number, "group_id": group.id, "practice": number.practice}
            if not self._transaction.insert_new(group_numbers, values):
                raise AlreadyTaken(f"{number.number} is another group's number")

    @staticmethod
    def _columns(group: Group) -> dict[str, object]:
        return {
            "slug": group.slug,
            "name": group.name,
            "locales": group.locales,
            "closed": group.closed,
            "open_feed": group.open_feed,
            "live": group.live,
        }


def _values(mark: Landmark) -> dict[str, object]:
    return {each.name: getattr(mark, each.name) for each in fields(mark)}
