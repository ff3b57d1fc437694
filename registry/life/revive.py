"""Here is decided how a door comes back that was retired or merged by mistake: with its code, and with what the merge had taken over."""

from sqlalchemy import Row
from sqlalchemy.orm import Session

from registry.errors import RefusedError
from registry.history import remember
from registry.life.chain import SQL, last_of
from registry.life.door import Door, open_door, read_door, refuse_taken
from registry.life.event import Ground, Happened, finish, ground, tell
from registry.locks import acquire
from registry.sqlfile import statement


def revive(session: Session, code: str, *, reason: str, actor: str) -> Happened:
    """Bring a retired or merged door back to life with its code; the caller commits.

    References and further codes that a merge took over come back from where they are now, and are no longer counted there. Raises what
    `open_door` raises; RefusedError when the door lives, another one stands under its key, or its commune is no longer in force;
    UsageError without an actor or a reason.
    """
    why = ground(session, actor, reason)
    door = open_door(session, code, retired=True)
    if not door.in_force:
        raise RefusedError(
            f"{door.commune_name} không còn hiệu lực nên địa chỉ không khôi phục được.",
            f"{door.commune_name} is no longer in force, so the door cannot come back.",
        )
    refuse_taken(session, door.id, door.place_id, door.house_key, door.flat_key)
    last = session.execute(statement(SQL, "last_end"), {"id": door.id}).first()
    heir = _give_back(session, door, last, why) if door.replaced_by is not None and last is not None else None
    returning = session.execute(statement(SQL, "last_retired_code"), {"id": door.id}).scalars().all()
    remember(session, "address", [door.id], "update", actor=why.actor, reason=why.reason)
    remember(session, "digital_address", list(returning), "update", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "revive"), {"id": door.id})
    for each in returning:
        session.execute(statement(SQL, "revive_code"), {"code": each})
    happened = Happened("revived", door.name, door.id, door.province_code, others=(heir.name,) if heir else ())
    tell(session, [(door, happened)], why)
    finish(session, {door.commune_id, *([heir.commune_id] if heir else [])}, [door.name])
    return happened


def _give_back(session: Session, door: Door, merged: Row[tuple[object, ...]], why: Ground) -> Door | None:
    """Take back what the merge gave to the door that stayed, as far as it is there; return that door."""
    heir = read_door(session, last_of(session, door.id))
    acquire(session, heir.province_code, wait=True)  # a reform may have taken it to another province
    said = {name: pair[1].split() for name, pair in merged.fields.items() if name in {"refs", "codes", "gained"}}
    refs = list(session.execute(statement(SQL, "refs_at"), {"ids": said.get("refs", []), "at": heir.id}).scalars())
    codes = list(session.execute(statement(SQL, "codes_at"), {"ids": said.get("codes", []), "at": heir.id}).scalars())
    remember(session, "household", refs, "update", actor=why.actor, reason=why.reason)
    remember(session, "external_code", codes, "update", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "move_refs"), {"ids": refs, "to": door.id, "province": door.province_code})
    session.execute(statement(SQL, "move_codes"), {"ids": codes, "to": door.id, "province": door.province_code})
    gained = int(said.get("gained", ["0"])[0])
    left = max(heir.households - gained, heir.refs - len(refs), 1 if heir.kind == "household" and heir.households else 0)
    if left != heir.households:
        remember(session, "address", [heir.id], "update", actor=why.actor, reason=why.reason)
        session.execute(statement(SQL, "count_households"), {"id": heir.id, "households": left})
    return heir
