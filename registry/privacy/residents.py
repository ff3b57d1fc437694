"""Here is decided how people behind doors are read, and written again under a new key; nobody reads them without being written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from registry.models.address import Address, Household
from registry.models.privacy import Resident
from registry.privacy.sealing import Field, Keys, read_keys
from registry.privacy.subject import Subject

_SLICE: Final = 1000


@dataclass(frozen=True)
class Person:
    """Somebody as the registry has him: empty where nothing is known."""

    id: UUID
    household_id: int | None
    name: str
    phone: str
    batch_id: int | None
    since: datetime
    restricted: bool


def of_door(session: Session, address_id: int, province: str) -> list[Person]:
    """Return who lives behind a door or one that was merged into it; the caller has said what for (security.audit), and commits."""
    doors = select(Address.id).where(or_(Address.id == address_id, Address.replaced_by == address_id), Address.province_code == province)
    homes = select(Household.id).where(Household.address_id == address_id, Household.province_code == province)
    behind = or_(Resident.household_id.in_(homes), and_(Resident.household_id.is_(None), Resident.address_id.in_(doors)))
    return _read(session, behind, Resident.province_code == province)


def of_subject(session: Session, subject: Subject) -> list[Person]:
    """Return the people whom a request is about; the caller has said what for, and commits."""
    if subject.whole:
        return of_door(session, subject.address_id, subject.province)
    return [each for number in subject.ids for each in of_household(session, number, subject.province)]


def remove(session: Session, ids: Sequence[UUID]) -> None:
    """Delete people for good; the caller commits."""
    session.execute(delete(Resident).where(Resident.id.in_(ids)))


def of_household(session: Session, household_id: int, province: str) -> list[Person]:
    """Return the people of a household; the caller has said what for, and commits."""
    return _read(session, Resident.household_id == household_id, Resident.province_code == province)


def reseal(session: Session, keys: Keys) -> int:
    """Encrypt under the current key whatever is not, a thousand rows a transaction; return how many rows that were.

    Killed half-way it goes on where it stopped: the old keys are still in the file.
    """
    done = 0
    while rows := session.scalars(select(Resident).where(Resident.key_name != keys.current).limit(_SLICE).with_for_update()).all():
        for row in rows:
            row.name_sealed = _anew(keys, row, "name", row.name_sealed)
            row.phone_sealed = _anew(keys, row, "phone", row.phone_sealed)
            row.key_name = keys.current
        session.commit()
        done += len(rows)
    return done


def _anew(keys: Keys, row: Resident, field: Field, sealed: bytes | None) -> bytes | None:
    return None if sealed is None else keys.seal(row.id, field, keys.unseal(row.id, field, sealed, row.key_name))


def _read(session: Session, *which: ColumnElement[bool]) -> list[Person]:
    rows = session.scalars(select(Resident).where(*which).order_by(Resident.created_at, Resident.id)).all()
    keys = read_keys() if rows else None
    return [_person(keys, row) for row in rows if keys]


def _person(keys: Keys, row: Resident) -> Person:
    name = keys.unseal(row.id, "name", row.name_sealed, row.key_name) if row.name_sealed else ""
    phone = keys.unseal(row.id, "phone", row.phone_sealed, row.key_name) if row.phone_sealed else ""
    return Person(row.id, row.household_id, name, phone, row.created_batch_id, row.created_at, row.restricted_at is not None)
