"""Here is decided how a door becomes several: the old code stays with one of them, every new door gets a code of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from registry.codes_issue import issue_for
from registry.errors import RefusedError, UsageError
from registry.history import remember
from registry.life.amend import state
from registry.life.chain import SQL
from registry.life.door import Door, open_door, read_door, read_doors, refuse_taken
from registry.life.event import Ground, Happened, finish, ground, tell
from registry.life.fields import Amendment, changed
from registry.life.spot import Reading, locate
from registry.sqlfile import statement

MOST: Final = 500


@dataclass(frozen=True)
class Part:
    """A door that comes out of a split: what is different from the old one, where it is (longitude, latitude) if elsewhere."""

    change: Amendment
    point: tuple[float, float] | None = None


def split(session: Session, code: str, parts: Sequence[Part], *, reason: str, actor: str, keeps: Amendment | None = None) -> Happened:
    """Split new doors off a live one; return what happened, the new codes in the order of the parts. The caller commits.

    `keeps` is what changes of the door that keeps the code. A part has the place, kind and point of the old door where it says nothing
    else, one household if it is one of households; as many leave the old door, as far as it has them and has no references for them.
    Raises what `open_door` and `amend` raise; RefusedError for two doors under one key, for a commune without postal code; UsageError
    without a part, an actor or a reason.
    """
    why = ground(session, actor, reason)
    if not 0 < len(parts) <= MOST:
        raise UsageError(f"Cần từ 1 đến {MOST} địa chỉ mới.", f"Give 1 to {MOST} new doors.", hint="Ví dụ: --into so_nha=12B")
    before = open_door(session, code)
    if before.postal_code is None:
        raise RefusedError(
            "Xã này chưa có mã bưu chính nên không cấp được mã.", "The commune has no postal code, so no code can be issued."
        )
    _keep(session, before, parts, keeps, why)
    made = [_part(session, before, part, why) for part in parts]
    remember(session, "address", made, "insert", actor=why.actor, reason=why.reason)
    issue_for(session, [(number, before.postal_code) for number in made])
    read = read_doors(session, made)
    doors = [read[number] for number in made]
    codes = tuple(door.name for door in doors)
    remember(session, "digital_address", codes, "insert", actor=why.actor, reason=why.reason)
    happened = Happened("split", before.name, before.id, before.province_code, changed(before, read_door(session, before.id)), codes)
    born = [(door, Happened("split_from", door.name, door.id, door.province_code, others=(before.name,))) for door in doors]
    tell(session, [(before, happened), *born], why)
    finish(session, [before.commune_id], [before.name])
    return happened


def _keep(session: Session, door: Door, parts: Sequence[Part], keeps: Amendment | None, why: Ground) -> None:
    """Change the door that keeps the code, and take out of it the households that leave."""
    written = state(session, door, keeps or Amendment(), why)
    refuse_taken(session, door.id, written["place_id"], written["house_key"], written["flat_key"])
    if keeps is None or keeps.households is None:
        leaving = sum(_households(part, door) for part in parts)
        least = max(door.refs, 1 if written["kind"] == "household" and door.households else 0)
        written["households"] = max(door.households - leaving, least)
    remember(session, "address", [door.id], "update", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "amend"), {"id": door.id, **written})


def _part(session: Session, door: Door, part: Part, why: Ground) -> int:
    """Write one new door; two doors of a split without any number would be one."""
    written = state(session, replace(door, refs=0), part.change, why) | {"households": _households(part, door)}
    refuse_taken(session, 0, written["place_id"], written["house_key"], written["flat_key"])
    _apart(part, written)
    lon, lat = _point(session, door, part)
    text = " ".join(each for each in (written["flat"], written["house_path"], door.place_name or "") if each)
    given = {"id": door.id, "lon": lon, "lat": lat, "text": f"{text}, {door.commune_name}", **written}
    return int(session.execute(statement(SQL, "split_off"), given).scalar_one())


def _point(session: Session, door: Door, part: Part) -> tuple[float, float]:
    """Return where a new door is; it stays in the commune of the old one, whose postal code its code bears."""
    if part.point is None:
        return door.lon, door.lat
    spot = locate(session, door, Reading(*part.point))
    if spot.commune_id != door.commune_id:
        raise RefusedError("Địa chỉ tách ra phải cùng xã.", "What is split off must lie in the same commune.")
    return spot.lon, spot.lat


def _apart(part: Part, written: dict[str, Any]) -> None:
    """Refuse a door that nothing tells from the old one."""
    if not written["house_key"] + written["flat_key"] and part.point is None:
        raise RefusedError(
            "Địa chỉ tách ra không có số nhà, căn hộ hay vị trí riêng.",
            "Nothing tells the new door from the old one: it has no number, no flat and no point of its own.",
            hint='Ví dụ: --into "so_nha=12B" hoặc --into "toa_do=21.3856,103.0162"',
        )


def _households(part: Part, door: Door) -> int:
    if part.change.households is not None:
        return part.change.households
    return 1 if (part.change.kind or door.kind) == "household" else 0
