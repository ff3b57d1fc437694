"""Decides how doors are looked up: by exact key, one statement for all candidates of one question or of ten thousand."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from geocode.tuples import maker
from registry.life.chain import last_of
from registry.sqlfile import run_prepared

MOST_DOORS = 12
MOST_SHARING = 20


class DoorKey(NamedTuple):
    """What is asked of the registry: doors of a place (or inside a hamlet) with that house key, the flats with that room first."""

    place_id: int
    house_key: str
    inside_hamlet: bool = False
    room: str = ""


door_key = maker(DoorKey)


class Door(NamedTuple):
    """A live door as the registry keeps it; `lon`, `lat` in degrees WGS 84, `accuracy_m` in metres."""

    id: int
    commune_id: int
    recorded_unit_id: int
    place_id: int | None
    hamlet_id: int | None
    house_path: str
    flat: str
    flat_key: str
    lon: float
    lat: float
    accuracy_m: float | None
    code: str | None
    scheme: str | None


_door = maker(Door)
_SQL = Path(__file__).parent / "sql" / "doors.sql"
_SPECIAL = re.compile(r'["\\]')
_ESCAPED = r"\\\g<0>"


def find_doors(session: Session, keys: Sequence[DoorKey]) -> dict[DoorKey, list[Door]]:
    """Return the live doors under each key; one statement whatever the number of keys."""
    if not keys:
        return {}
    at_place = [key for key in keys if not key.inside_hamlet]
    in_hamlet = [key for key in keys if key.inside_hamlet]
    rows = run_prepared(
        session,
        _SQL,
        "by_key",
        {
            "places": "bigint[]",
            "keys": "text[]",
            "rooms": "text[]",
            "hamlets": "bigint[]",
            "hamlet_keys": "text[]",
            "hamlet_rooms": "text[]",
            "most": "bigint",
        },
        {
            "most": MOST_DOORS,
            "places": _numbers(key.place_id for key in at_place),
            "keys": _texts(key.house_key for key in at_place),
            "rooms": _texts(key.room for key in at_place),
            "hamlets": _numbers(key.place_id for key in in_hamlet),
            "hamlet_keys": _texts(key.house_key for key in in_hamlet),
            "hamlet_rooms": _texts(key.room for key in in_hamlet),
        },
    )
    found: dict[DoorKey, list[Door]] = {}
    for row in rows:
        place = row[0]
        key = at_place[place - 1] if place > 0 else in_hamlet[-place - 1]
        found.setdefault(key, []).append(_door(row[1:]))
    return found


def _numbers(values: Iterable[int]) -> str:
    """Write an array as one literal: the server reads that in a fraction of the time of an ARRAY[…] with a thousand members."""
    return "{" + ",".join(map(str, values)) + "}"


def _texts(values: Iterable[str]) -> str:
    """Write an array of texts as one literal, each in double quotes; only odd ones hold what must be escaped there."""
    held = list(values)
    if _SPECIAL.search("".join(held)):
        held = [_SPECIAL.sub(_ESCAPED, value) for value in held]
    return '{"' + '","'.join(held) + '"}' if held else "{}"


def find_alleys(session: Session, prefixes: Sequence[tuple[int, str]]) -> dict[tuple[int, str], tuple[float, float]]:
    """Return a point (lon, lat) for each (place id, alley prefix) that any registered door shows to exist.

    An empty prefix asks for any door of the place, to show where the street or hamlet is.
    """
    if not prefixes:
        return {}
    given = {"places": _numbers(place for place, _ in prefixes), "prefixes": _texts(prefix for _, prefix in prefixes)}
    rows = run_prepared(session, _SQL, "alleys", {"places": "bigint[]", "prefixes": "text[]"}, given)
    return {prefixes[ord_ - 1]: (lon, lat) for ord_, lon, lat in rows}


def doors_by_code(session: Session, code: str) -> list[tuple[Door, str | None, str | None]]:
    """Return the doors under any code, each with the status of its digital address and the code that replaced it.

    A door that was merged answers with the last of those that took its place.
    """
    rows = run_prepared(session, _SQL, "by_code", {"code": "text", "most": "bigint"}, {"code": code, "most": MOST_SHARING})
    return [_today(session, Door(*columns[:-2]), columns[-2], columns[-1]) for columns in rows]


def _today(session: Session, door: Door, status: str | None, replaced_by: str | None) -> tuple[Door, str | None, str | None]:
    """Return a door under a retired code as the one that took its place; nothing is looked up for a code in use."""
    last = last_of(session, door.id) if status == "retired" else door.id
    if last == door.id:
        return door, status, replaced_by
    heir = next((Door(*columns) for columns in run_prepared(session, _SQL, "by_id", {"id": "bigint"}, {"id": last})), door)
    return heir, status, heir.code or replaced_by


def nearest_doors(session: Session, lon: float, lat: float, limit: int) -> list[tuple[Door, float]]:
    """Return the nearest live doors to a point (degrees WGS 84) with their distance in metres."""
    types = {"lon": "float8", "lat": "float8", "most": "bigint"}
    rows = run_prepared(session, _SQL, "nearest", types, {"lon": lon, "lat": lat, "most": limit})
    return [(Door(*columns[:-1]), columns[-1]) for columns in rows]


def begun_doors(session: Session, places: Sequence[int], prefix: str, limit: int) -> list[Door]:
    """Return the doors of those places whose number begins with what was typed so far, short numbers first."""
    given = {"places": list(places), "prefix": prefix, "stop": prefix + "\uffff", "most": limit}
    rows = run_prepared(session, _SQL, "begun", {"places": "bigint[]", "prefix": "text", "stop": "text", "most": "bigint"}, given)
    return [Door(*row) for row in rows]


def commune_at(session: Session, lon: float, lat: float) -> tuple[int, bool] | None:
    """Return the id of today's commune at a point and whether its area is only approximate; None outside all."""
    rows = run_prepared(session, _SQL, "commune_at", {"lon": "float8", "lat": "float8"}, {"lon": lon, "lat": lat})
    return next(((row[0], row[1]) for row in rows), None)
