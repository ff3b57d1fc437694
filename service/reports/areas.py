"""Decides which areas a map of coverage shows: the units of a day, official or approximate, generalised to what paper can show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import shapely
from sqlalchemy.orm import Session

from registry.sqlfile import statement
from service.reports.official_document import Words

_SQL: Final = Path(__file__).parent / "areas.sql"
# Details smaller than this share of the map's height are not seen: 0.2 mm on a map of 160 mm.
_DETAIL: Final = 1 / 800


@dataclass(frozen=True)
class Area:
    """A unit and its area in degrees (EPSG:4326); None where nobody drew it, `approximate` for Voronoi cells."""

    code: str
    name: str
    approximate: bool
    shape: Any
    source: str = ""


@dataclass(frozen=True)
class Areas:
    """The areas of one map, and names to be written under points (degrees) of it."""

    province_code: str | None
    areas: tuple[Area, ...]
    named: tuple[tuple[str, float, float], ...] = ()

    @property
    def approximate(self) -> bool:
        """Whether any area is only approximate."""
        return any(area.approximate for area in self.areas)

    @property
    def caption(self) -> Words:
        """Say which kind of borders the map shows."""
        if not self.drawn:
            return Words("Chưa có ranh giới để vẽ bản đồ.", "No areas are known.")
        if self.approximate:
            return Words(
                "Ranh giới gần đúng (ô Voronoi quanh tâm đơn vị), chỉ để minh họa, không có giá trị pháp lý về địa giới.",
                "Approximate areas (Voronoi cells around known centres), for illustration only.",
            )
        sources = "; ".join(sorted({area.source for area in self.drawn}))
        return Words(f"Ranh giới theo tệp đã nạp ({sources}), đã giản lược để in.", "Borders as loaded, generalised for print.")

    @property
    def drawn(self) -> tuple[Area, ...]:
        """The areas that have a shape."""
        return tuple(area for area in self.areas if area.shape is not None)


def areas_of(session: Session, province_code: str | None, day: date) -> Areas:
    """Return the areas of the communes of a province, or of the provinces, in force on a day."""
    given = {"day": day, "level": "commune" if province_code else "province", "province": province_code}
    rows = session.execute(statement(_SQL, "areas"), given).all()
    if not any(row.geom for row in rows):
        rows = session.execute(statement(_SQL, "provinces_from_communes"), {"day": day}).all() if province_code is None else rows
    shapes = _generalised([shapely.from_wkb(bytes(row.geom)) if row.geom else None for row in rows])
    found = (Area(row.code, row.name, bool(row.approximate), shape, row.source or "") for row, shape in zip(rows, shapes, strict=True))
    named = session.execute(statement(_SQL, "archipelagos"), {"day": day}).all() if province_code is None else ()
    return Areas(province_code, tuple(found), tuple((row.name, row.lon, row.lat) for row in named))


def _generalised(shapes: Sequence[Any]) -> list[Any]:
    """Leave out what the eye cannot see, the same on both sides of a border; a shape that would vanish stays as it is."""
    known = [place for place, shape in enumerate(shapes) if shape is not None]
    if not known:
        return list(shapes)
    whole = shapely.get_parts([shapes[place] for place in known])
    heights = shapely.bounds(whole)
    tolerance = float((heights[:, 3].max() - heights[:, 1].min()) * _DETAIL)
    simple = shapely.coverage_simplify([shapes[place] for place in known], tolerance)
    found = list(shapes)
    for place, shape in zip(known, simple, strict=True):
        found[place] = shapes[place] if shape.is_empty else shape
    return found
