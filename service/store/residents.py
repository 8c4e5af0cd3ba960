"""Residents: matched by an HMAC of their number, which is kept encrypted and given out by one method only."""

from uuid import UUID

from sqlalchemy import select, update

from service.domain.resident import Resident
from service.store.keys import Sealed
from service.store.tables import residents
from service.store.unit import Missing, Repository, as_domain

_PSEUDONYMS = 1_000_000


class Residents(Repository):
    """The residents of all groups; one who uses two groups' lines is two residents."""

    def find_or_add(self, group_id: UUID, phone: str) -> Resident:
        """The resident of a number (E.164) in a group, made when new.

        Locks the resident until the transaction's end, so that two turns of one person follow one another.
        """
        matches = self._keys.phone_hmacs(phone)
        found = self._match(group_id, matches)
        if found is None:
            resident_id = self._clock.new_id()
            self._transaction.insert_new(
                residents,
                {
                    "id": resident_id,
                    "group_id": group_id,
                    "pseudonym": self._new_pseudonym(group_id),
                    "opted_out": False,
                    "created_at": self._clock.now(),
                    **self._sealed(resident_id, phone),
                },
            )
            found = self._match(group_id, matches)
            if found is None:
                raise Missing("the resident just added")
        resident, phone_hmac = found
        if phone_hmac != matches[0]:
            self._change(resident.id, **self._sealed(resident.id, phone))
        return resident

    def by_id(self, resident_id: UUID) -> Resident:
        """The resident of that id. Raises Missing."""
        row = self._one(select(residents).where(residents.c.id == resident_id))
        if row is None:
            raise Missing(f"resident {resident_id}")
        return as_domain(Resident, row)

    def by_phone(self, phone: str) -> tuple[Resident, ...]:
        """The residents of a number, one for each group whose line it has used."""
        rows = self._connection.execute(
            select(residents).where(residents.c.phone_hmac.in_(self._keys.phone_hmacs(phone)))
        ).mappings()
        return tuple(as_domain(Resident, row) for row in rows)

    def phone(self, resident_id: UUID) -> str:
        """A resident's number (E.164), decrypted. Raises Missing when unknown or erased, KeysError."""
        row = self._connection.execute(
            select(residents.c.phone_aes, residents.c.key_id).where(residents.c.id == resident_id)
        ).one_or_none()
        if row is None or row.phone_aes is None:
            raise Missing(f"the number of resident {resident_id}")
        return self._keys.open(Sealed(row.key_id, row.phone_aes), resident_id.bytes)

    def set_locale(self, resident_id: UUID, locale: str | None) -> None:
        """Keep the language that a resident chose; None asks again. Raises Missing."""
        self._change(resident_id, locale=locale)

    def set_opted_out(self, resident_id: UUID, opted_out: bool) -> None:
        """Keep that a resident wants no unprompted messages, or wants them again. Raises Missing."""
        self._change(resident_id, opted_out=opted_out, opted_out_at=self._clock.now())

    def set_recording_consent(self, resident_id: UUID, consent: bool | None) -> None:
        """Keep whether a resident may be recorded; None asks again. Raises Missing."""
        self._change(resident_id, recording_consent=consent, recording_consent_at=self._clock.now())

    def reseal(self) -> int:
        """Encrypt every number with the newest key, so that older ones can be retired. Gives how many changed."""
        rows = self._connection.execute(
            select(residents.c.id).where(residents.c.phone_aes.is_not(None), residents.c.key_id != self._keys.key_id)
        ).all()
        for row in rows:
            self._change(row.id, **self._sealed(row.id, self.phone(row.id)))
        return len(rows)

    def _match(self, group_id: UUID, matches: tuple[str, ...]) -> tuple[Resident, str] | None:
        row = self._one(
            self._lock(
                select(residents)
                .where(residents.c.group_id == group_id, residents.c.phone_hmac.in_(matches))
                .order_by(residents.c.created_at)
                .limit(1)
            )
        )
        return None if row is None else (as_domain(Resident, row), row["phone_hmac"])

    def _sealed(self, resident_id: UUID, phone: str) -> dict[str, object]:
        sealed = self._keys.seal(phone, resident_id.bytes)
        return {"phone_hmac": self._keys.phone_hmac(phone), "phone_aes": sealed.data, "key_id": sealed.key_id}

    def _new_pseudonym(self, group_id: UUID) -> str:
        used = set(self._connection.scalars(select(residents.c.pseudonym).where(residents.c.group_id == group_id)))
        start = self._clock.below(_PSEUDONYMS)
        names = (f"R{(start + step) % _PSEUDONYMS:06}" for step in range(_PSEUDONYMS))
        return next(name for name in names if name not in used)

    def _change(self, resident_id: UUID, **values: object) -> None:
        changed = self._connection.execute(update(residents).where(residents.c.id == resident_id).values(**values))
        if not changed.rowcount:
            raise Missing(f"resident {resident_id}")
