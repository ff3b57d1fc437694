"""Here is decided how a door gets another point: the coordinates are kept as they were given, and the commune follows the point."""

from typing import Any, Final, cast

from sqlalchemy.orm import Session

from registry.errors import RefusedError
from registry.history import remember
from registry.life.chain import SQL
from registry.life.door import Door, open_door, read_door, refuse_taken
from registry.life.event import Ground, Happened, finish, ground, tell
from registry.life.fields import changed
from registry.life.place import Named, find_or_make
from registry.life.spot import Reading, Spot, locate
from registry.models.tables import Place, Unit
from registry.place_key import PlaceKind
from registry.sqlfile import statement

_SAME: Final = 1e-7


def move(session: Session, code: str, to: Reading, *, reason: str, actor: str) -> Happened:
    """Give a live door another point; the caller commits.

    Where the point lies in another commune by official areas, the door goes there, with the street or hamlet of the same name there; its
    code stays. Raises what `open_door` and `locate` raise; RefusedError for another province (a code tells its province), for a point
    that is the same, for another door under the same number there; UsageError without an actor or a reason.
    """
    why = ground(session, actor, reason)
    before = open_door(session, code)
    spot = locate(session, before, to)
    if abs(spot.lon - before.lon) < _SAME and abs(spot.lat - before.lat) < _SAME:
        raise RefusedError("Điểm mới trùng điểm đã có.", "The new point is the one on record.")
    written = _placed(session, before, spot, why)
    refuse_taken(session, before.id, written["place_id"], before.house_key, before.flat_key)
    remember(session, "address", [before.id], "update", actor=why.actor, reason=why.reason)
    given = {"lon": spot.lon, "lat": spot.lat, "x": to.x, "y": to.y, "crs": to.crs, "method": to.method, "accuracy": to.accuracy_m}
    session.execute(statement(SQL, "move"), {"id": before.id, **written, **given})
    fields = changed(before, read_door(session, before.id))
    happened = Happened("moved", before.name, before.id, before.province_code, fields, warnings=spot.warnings)
    tell(session, [(before, happened)], why)
    finish(session, {before.commune_id, spot.commune_id}, [before.name])
    return happened


def _placed(session: Session, door: Door, spot: Spot, why: Ground) -> dict[str, Any]:
    """Return commune, street and hamlet of a door at its new point."""
    if spot.commune_id == door.commune_id:
        held = {"commune_id": door.commune_id, "recorded_unit_id": door.recorded_unit_id}
        return held | {"place_id": door.place_id, "hamlet_id": door.hamlet_id}
    unit = session.get_one(Unit, spot.commune_id)
    if unit.province_code != door.province_code:
        raise RefusedError(
            f"Điểm nằm ở tỉnh khác ({unit.full_name}): mã cho biết tỉnh nên địa chỉ không chuyển sang tỉnh khác được.",
            f"The point lies in another province ({unit.full_name}): a code tells its province, so a door never changes it.",
            hint="Cho ngừng dùng địa chỉ này rồi ghi địa chỉ mới ở tỉnh kia.",
        )
    return {
        "commune_id": spot.commune_id, "recorded_unit_id": spot.commune_id,
        "place_id": _same_name(session, door, door.place_id, spot, why), "hamlet_id": _same_name(session, door, door.hamlet_id, spot, why),
    }  # fmt: skip


def _same_name(session: Session, door: Door, held: int | None, spot: Spot, why: Ground) -> int | None:
    if held is None:
        return None
    place = session.get_one(Place, held)
    return find_or_make(session, door, Named(cast("PlaceKind", place.kind), place.name, place.key), why, commune_id=spot.commune_id)
