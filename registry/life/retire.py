"""Here is decided how a door ends by hand: it and its code are retired with a reason; the code goes on resolving and says so."""

from sqlalchemy.orm import Session

from registry.history import remember
from registry.life.chain import SQL
from registry.life.door import Door, open_door
from registry.life.event import Ground, Happened, finish, ground, tell
from registry.sqlfile import statement


def retire(session: Session, code: str, *, reason: str, actor: str) -> Happened:
    """Retire a live door; the caller commits. Raises what `open_door` raises; UsageError without an actor or a reason."""
    why = ground(session, actor, reason)
    door = open_door(session, code)
    end(session, door, None, None, why)
    happened = Happened("retired", door.name, door.id, door.province_code)
    tell(session, [(door, happened)], why)
    finish(session, [door.commune_id], [door.name])
    return happened


def end(session: Session, door: Door, heir: int | None, heir_code: str | None, why: Ground) -> None:
    """Retire a door and its code, in favour of another one or of none."""
    codes = session.execute(statement(SQL, "active_codes"), {"id": door.id}).scalars().all()
    remember(session, "address", [door.id], "retire", actor=why.actor, reason=why.reason)
    remember(session, "digital_address", list(codes), "retire", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "retire"), {"id": door.id, "replaced_by": heir})
    session.execute(statement(SQL, "retire_code"), {"id": door.id, "replaced_by": heir_code})
