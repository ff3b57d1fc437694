"""Here is decided how a door is corrected by hand: its number, place, flat, kind, households or note; the code stays."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from registry.errors import RefusedError
from registry.history import remember
from registry.life.chain import SQL
from registry.life.door import Door, open_door, read_door, refuse_taken
from registry.life.event import Ground, Happened, finish, ground, tell
from registry.life.fields import Amendment, changed
from registry.life.place import Named, find_or_make
from registry.sqlfile import statement
from registry.text import FOLD_VERSION


def amend(session: Session, code: str, change: Amendment, *, reason: str, actor: str) -> Happened:
    """Correct a live door under the door-key rules of imports; the caller commits.

    Raises what `open_door` raises; RefusedError when nothing would change, another live door stands under the new key, no place would be
    left, or there would be fewer households than references; UsageError without an actor or a reason.
    """
    why = ground(session, actor, reason)
    before = open_door(session, code)
    written = state(session, before, change, why)
    refuse_taken(session, before.id, written["place_id"], written["house_key"], written["flat_key"])
    remember(session, "address", [before.id], "update", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "amend"), {"id": before.id, **written})
    fields = changed(before, read_door(session, before.id))
    if not fields:
        raise RefusedError("Không có gì khác với sổ.", "Nothing would change.", hint=f"Xem: diachiso address show {before.name}", page="")
    happened = Happened("amended", before.name, before.id, before.province_code, fields)
    tell(session, [(before, happened)], why)
    finish(session, [before.commune_id], [before.name])
    return happened


def state(session: Session, door: Door, change: Amendment, why: Ground) -> dict[str, Any]:
    """Return the columns of a door after a change, its places found or made; RefusedError for a state that cannot be."""
    house = (door.house_path, door.house_key) if change.house is None else change.house
    flat = (door.flat, door.flat_key) if change.flat is None else change.flat
    households = door.households if change.households is None else change.households
    if households < door.refs:
        raise RefusedError(
            f"Địa chỉ này có {door.refs} mã hộ nên số hộ không thể là {households}.",
            f"This door has {door.refs} household references, so it cannot have {households} households.",
        )
    hung = _places(session, door, change, why)
    if hung.place_id is None:
        raise RefusedError("Địa chỉ phải có đường, toà nhà hoặc thôn, tổ.", "A door needs a street, a building or a hamlet.")
    return {
        "place_id": hung.place_id, "hamlet_id": hung.hamlet_id, "house_path": house[0], "house_key": house[1], "flat": flat[0],
        "flat_key": flat[1], "kind": change.kind or door.kind, "households": households,
        "note": door.note if change.note is None else change.note, "fold_version": FOLD_VERSION,
    }  # fmt: skip


@dataclass(frozen=True)
class _Hung:
    place_id: int | None
    hamlet_id: int | None


def _places(session: Session, door: Door, change: Amendment, why: Ground) -> _Hung:
    """Return what the number hangs on, as imports choose it: the street, else the building, else the hamlet."""
    on = {kind: door.place_id if door.place_kind == kind else None for kind in ("hamlet", "building")}
    street = door.place_id if door.place_kind not in ("hamlet", "building") else None
    street = _said(session, door, change.street, street, why)
    building = _said(session, door, change.building, on["building"], why)
    hamlet = _said(session, door, change.hamlet, door.hamlet_id or on["hamlet"], why)
    return _Hung(next((each for each in (street, building, hamlet) if each is not None), None), hamlet)


def _said(session: Session, door: Door, named: Named | None, held: int | None, why: Ground) -> int | None:
    if named is None:
        return held
    return find_or_make(session, door, named, why) if named.key else None
