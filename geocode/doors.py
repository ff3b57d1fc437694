"""Decides how doors are looked up: by exact key, one statement for all candidates of one question or of ten thousand."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST_DOORS = 12


@dataclass(frozen=True, slots=True)
class DoorKey:
    """What is asked of the registry: doors of a place (or inside a hamlet) with that house key."""

    place_id: int
    house_key: str
    inside_hamlet: bool = False


@dataclass(frozen=True, slots=True)
class Door:
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


_COLUMNS = """a.id, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key,
       ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.accuracy_m"""

# Serves: match. One index probe a key; a place with more than MOST_DOORS flats behind one number is cut, not scanned.
_BY_KEY = text(f"""
SELECT q.ord, {_COLUMNS}, d.code, d.scheme
FROM unnest(CAST(:places AS bigint[]), CAST(:keys AS text[])) WITH ORDINALITY AS q(place_id, house_key, ord)
CROSS JOIN LATERAL (
    SELECT * FROM address a WHERE a.place_id = q.place_id AND a.house_key = q.house_key AND a.retired_at IS NULL
    ORDER BY a.flat_key, a.id LIMIT {MOST_DOORS}
) a
LEFT JOIN digital_address d ON d.address_id = a.id AND d.status = 'active'
UNION ALL
SELECT -q.ord, {_COLUMNS}, d.code, d.scheme
FROM unnest(CAST(:hamlets AS bigint[]), CAST(:hamlet_keys AS text[])) WITH ORDINALITY AS q(hamlet_id, house_key, ord)
CROSS JOIN LATERAL (
    SELECT * FROM address a WHERE a.hamlet_id = q.hamlet_id AND a.house_key = q.house_key AND a.retired_at IS NULL
    ORDER BY a.flat_key, a.id LIMIT {MOST_DOORS}
) a
LEFT JOIN digital_address d ON d.address_id = a.id AND d.status = 'active'
""")  # noqa: S608 - only constants of this module are put in.

# Serves: match, fallback to the mouth of an alley: the first door of the alley, or the street door that names it.
_ALLEYS = text("""
SELECT q.ord, a.lon, a.lat
FROM unnest(CAST(:places AS bigint[]), CAST(:prefixes AS text[])) WITH ORDINALITY AS q(place_id, prefix, ord)
CROSS JOIN LATERAL (
    SELECT ST_X(a.point) AS lon, ST_Y(a.point) AS lat FROM address a
    WHERE a.place_id = q.place_id AND a.retired_at IS NULL
      AND (q.prefix = '' OR a.house_key = q.prefix OR (a.house_key ~>=~ (q.prefix || '/') AND a.house_key ~<~ (q.prefix || '0')))
    ORDER BY a.house_key USING ~<~ LIMIT 1
) a
""")

# Serves: resolve of a typed code, /v1/codes; digital addresses of any status and external codes.
_BY_CODE = text(f"""
SELECT {_COLUMNS}, d.code, d.scheme, d.status, d.replaced_by
FROM digital_address d JOIN address a ON a.id = d.address_id
WHERE d.code = :code
UNION ALL
SELECT {_COLUMNS}, d.code, d.scheme, d.status, NULL
FROM external_code e JOIN address a ON a.id = e.address_id
LEFT JOIN digital_address d ON d.address_id = a.id AND d.status = 'active'
WHERE e.code = :code AND a.retired_at IS NULL
LIMIT 20
""")  # noqa: S608 - only constants of this module are put in.

# Serves: reverse; nearest live doors by the point index.
_NEAREST = text(f"""
SELECT {_COLUMNS}, d.code, d.scheme, ST_Distance(a.point::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) AS distance_m
FROM (
    SELECT * FROM address WHERE retired_at IS NULL
    ORDER BY point <-> ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) LIMIT :limit
) a
LEFT JOIN digital_address d ON d.address_id = a.id AND d.status = 'active'
ORDER BY distance_m
""")  # noqa: S608 - only constants of this module are put in.

# Serves: reverse; the commune whose area holds a point.
_COMMUNE_AT = text("""
SELECT u.id, b.approximate FROM unit_boundary b JOIN unit u ON u.id = b.unit_id
WHERE u.level = 'commune' AND u.in_force AND ST_Covers(b.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))
ORDER BY b.approximate, u.id LIMIT 1
""")


def find_doors(session: Session, keys: Sequence[DoorKey]) -> dict[DoorKey, list[Door]]:
    """Return the live doors under each key; one statement whatever the number of keys."""
    if not keys:
        return {}
    at_place = [key for key in keys if not key.inside_hamlet]
    in_hamlet = [key for key in keys if key.inside_hamlet]
    rows = session.execute(
        _BY_KEY,
        {
            "places": [key.place_id for key in at_place],
            "keys": [key.house_key for key in at_place],
            "hamlets": [key.place_id for key in in_hamlet],
            "hamlet_keys": [key.house_key for key in in_hamlet],
        },
    )
    found: dict[DoorKey, list[Door]] = {}
    for ord_, *columns in rows:
        key = at_place[ord_ - 1] if ord_ > 0 else in_hamlet[-ord_ - 1]
        found.setdefault(key, []).append(Door(*columns))
    return found


def find_alleys(session: Session, prefixes: Sequence[tuple[int, str]]) -> dict[tuple[int, str], tuple[float, float]]:
    """Return a point (lon, lat) for each (place id, alley prefix) that any registered door shows to exist.

    An empty prefix asks for any door of the place, to show where the street or hamlet is.
    """
    if not prefixes:
        return {}
    rows = session.execute(_ALLEYS, {"places": [place for place, _ in prefixes], "prefixes": [prefix for _, prefix in prefixes]})
    return {prefixes[ord_ - 1]: (lon, lat) for ord_, lon, lat in rows}


def doors_by_code(session: Session, code: str) -> list[tuple[Door, str | None, str | None]]:
    """Return the doors under any code, each with the status of its digital address and the code that replaced it."""
    rows = session.execute(_BY_CODE, {"code": code})
    return [(Door(*columns[:-2]), columns[-2], columns[-1]) for columns in rows]


def nearest_doors(session: Session, lon: float, lat: float, limit: int) -> list[tuple[Door, float]]:
    """Return the nearest live doors to a point (degrees WGS 84) with their distance in metres."""
    rows = session.execute(_NEAREST, {"lon": lon, "lat": lat, "limit": limit})
    return [(Door(*columns[:-1]), columns[-1]) for columns in rows]


def commune_at(session: Session, lon: float, lat: float) -> tuple[int, bool] | None:
    """Return the id of today's commune at a point and whether its area is only approximate; None outside all."""
    row = session.execute(_COMMUNE_AT, {"lon": lon, "lat": lat}).first()
    return (row[0], row[1]) if row else None
