"""Decides how exact boundaries replace approximate areas: by code on a day, all files in one transaction, the wrong world refused."""

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.announce import announce
from registry.approximate_areas import draw_approximate_areas
from registry.boundary_file import Area, BoundaryFile, Level, multipolygon, read_boundaries
from registry.errors import RefusedError
from registry.periods import today
from registry.text import fold
from registry.units import REFORM

LAST_OLD_DAY: Final = date(2025, 6, 30)

_UNITS: Final = """
SELECT id, code, name, full_name, ST_X(centre) AS lon, ST_Y(centre) AS lat FROM unit WHERE level = :level AND valid @> CAST(:on AS date)
"""
_MERGE: Final = """
INSERT INTO unit_boundary (unit_id, geom, approximate, source)
SELECT unit_id, geom, false, source FROM new_boundary
ON CONFLICT (unit_id) DO UPDATE SET geom = excluded.geom, approximate = false, source = excluded.source, loaded_at = now()
"""
# A unit that only changed its kind (one predecessor, one successor, the same code) covers the same ground before and after.
_SAME_GROUND: Final = """
INSERT INTO unit_boundary (unit_id, geom, approximate, source)
SELECT t.id, b.geom, false, b.source
FROM succession s JOIN unit p ON p.id = s.predecessor_id JOIN unit n ON n.id = s.successor_id
JOIN new_boundary b ON b.unit_id IN (p.id, n.id) JOIN unit t ON t.id IN (p.id, n.id) AND t.id <> b.unit_id
WHERE s.kind = 'whole' AND (p.level, p.code, p.name) = (n.level, n.code, n.name)
  AND (SELECT count(*) FROM succession x WHERE x.successor_id = n.id) = 1
  AND t.id NOT IN (SELECT unit_id FROM new_boundary)
ON CONFLICT (unit_id) DO UPDATE SET geom = excluded.geom, approximate = false, source = excluded.source, loaded_at = now()
WHERE unit_boundary.approximate
"""


@dataclass(frozen=True)
class BoundaryReport:
    """What a load of boundaries did; lists hold unit codes, `centres_inside` counts units whose known centre the new area contains."""

    level: str
    on: date
    files: int
    areas: int
    loaded: int
    replaced_exact: int
    repaired: tuple[str, ...]
    unknown: tuple[str, ...]
    without_area: tuple[str, ...]
    without_code: int
    joined: tuple[str, ...]
    centres_inside: int
    centres_known: int
    still_approximate: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"on": self.on.isoformat()}


def load_files(
    session: Session, paths: Sequence[Path], *, level: Level | None = None, code_field: str | None = None, on: date | None = None
) -> BoundaryReport:
    """Load exact boundaries of the units in force on a day (today); the caller commits.

    All files are read before anything is written: FileRefused for one that cannot be read, RefusedError when the files hold several
    levels, fit the units of the other world better, or fit none.
    """
    day = on or today()
    files = [read_boundaries(path, level, code_field) for path in paths]
    one = _one_level(files)
    areas = [area for file in files for area in file.areas]
    units = _units(session, one, day)
    _check_world(session, areas, units, one, day)
    shapes, joined = _by_code(areas)
    loaded = {code: shape for code, shape in shapes.items() if code in units}
    sources = {area.code: file.path.name for file in files for area in file.areas}
    announce(session, "boundaries")
    replaced = _write(session, [(units[code].id, shape, sources[code]) for code, shape in loaded.items()])
    inside = [shapely.intersects_xy(loaded[code], units[code].lon, units[code].lat) for code in loaded if units[code].lon is not None]
    return BoundaryReport(
        level=one, on=day, files=len(files), areas=len(areas), loaded=len(loaded), replaced_exact=replaced,
        repaired=_codes(area for area in areas if area.repaired and area.code in units),
        unknown=_codes(area for area in areas if area.code and area.code not in units),
        without_area=_codes(area for area in areas if area.code in units and area.code not in loaded),
        without_code=sum(not area.code for area in areas), joined=joined,
        centres_inside=sum(map(bool, inside)), centres_known=len(inside), still_approximate=_approximate(session),
    )  # fmt: skip


def _one_level(files: list[BoundaryFile]) -> Level:
    levels = {file.level for file in files}
    if len(levels) == 1:
        return next(iter(levels))
    raise RefusedError(
        "Các tệp thuộc nhiều cấp đơn vị khác nhau.",
        f"The files hold several levels: {sorted(levels)}.",
        hint="Nạp từng cấp một, hoặc thêm --level.",
    )


def _units(session: Session, level: Level, on: date) -> dict[str, Any]:
    return {row.code: row for row in session.execute(text(_UNITS), {"level": level, "on": on})}


def _check_world(session: Session, areas: list[Area], units: dict[str, Any], level: Level, on: date) -> None:
    """Refuse files whose codes and names fit the units of the other side of 2025-07-01 better: codes are reused, names tell."""
    other_day = LAST_OLD_DAY if on >= REFORM else max(REFORM, today())
    here, there = _fit(areas, units), _fit(areas, _units(session, level, other_day))
    if there > here:
        raise RefusedError(
            f"Các vùng này là đơn vị của ngày khác: {here} khớp ngày {on.isoformat()}, {there} khớp ngày {other_day.isoformat()}.",
            f"These areas are units of another day: {here} fit {on.isoformat()}, {there} fit {other_day.isoformat()}.",
            hint=f"Thêm --on {other_day.isoformat()}.",
        )
    if here == 0:
        raise RefusedError(
            "Không vùng nào có mã và tên của một đơn vị hành chính.", "No area has the code and name of a unit.",
            hint="Chọn đúng thuộc tính chứa mã bằng --code-field, đúng cấp bằng --level.",
        )  # fmt: skip


def _fit(areas: list[Area], units: dict[str, Any]) -> int:
    """Count the areas whose code is a unit's and whose name, where the file has one, is that unit's."""
    known = [(area, units[area.code]) for area in areas if area.code in units]
    return sum(not area.name or fold(area.name) in {fold(unit.name), fold(unit.full_name)} for area, unit in known)


def _by_code(areas: list[Area]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return one shape per code, and the codes whose several areas were joined."""
    pieces: dict[str, list[Any]] = defaultdict(list)
    for area in areas:
        if area.code and area.shape is not None:
            pieces[area.code].append(area.shape)
    shapes = {code: found[0] if len(found) == 1 else multipolygon(shapely.union_all(found)) for code, found in pieces.items()}
    return shapes, tuple(sorted(code for code, found in pieces.items() if len(found) > 1))


def _write(session: Session, rows: list[tuple[int, Any, str]]) -> int:
    """Write the areas, carry them to units on the same ground, redraw the approximate rest; returns how many exact ones were replaced."""
    connection = session.connection()
    cursor: Any = connection.connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS new_boundary")
    cursor.execute("CREATE TEMP TABLE new_boundary (unit_id int PRIMARY KEY, geom geometry, source text) ON COMMIT DROP")
    hexed = ((unit, shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True), name) for unit, shape, name in rows)
    lines = (f"{unit}\t{shape}\t{_cell(name)}\n" for unit, shape, name in hexed)
    cursor.copy_expert("COPY new_boundary FROM STDIN", io.StringIO("".join(lines)))
    cursor.close()
    replaced = session.execute(
        text("SELECT count(*) FROM unit_boundary b JOIN new_boundary USING (unit_id) WHERE NOT b.approximate")
    ).scalar_one()
    session.execute(text(_MERGE))
    session.execute(text(_SAME_GROUND))
    draw_approximate_areas(connection)
    return int(replaced)


def _cell(name: str) -> str:
    """Return a text as a field of COPY's text format."""
    return name.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")


def _approximate(session: Session) -> int:
    query = "SELECT count(*) FROM unit_boundary b JOIN unit u ON u.id = b.unit_id WHERE b.approximate AND u.in_force"
    return int(session.execute(text(query)).scalar_one())


def _codes(areas: Any) -> tuple[str, ...]:  # noqa: ANN401 - any iterable of Area
    return tuple(sorted({area.code for area in areas}))
