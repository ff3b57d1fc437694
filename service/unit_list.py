"""Decides how units are listed for the page and told for the interface."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry.errors import NotFoundError
from registry.succession import trace
from service.statements import statement


def list_units(session: Session, province: str | None) -> list[dict[str, Any]]:
    """Return the communes of a province, or the provinces, in force today, by code; NotFoundError for no such province.

    `bbox` is west, south, east, north and `centre` longitude, latitude, in degrees WGS 84; null where no area is known.
    """
    level = "commune" if province else "province"
    rows = session.execute(statement("units", "listed"), {"level": level, "province": province}).mappings().all()
    if not rows:
        vi, en = f"Không có tỉnh, thành phố nào mang mã {province}.", f"No province has the code {province}."
        raise NotFoundError(vi, en, hint="Danh sách 34 tỉnh, thành phố: /v1/units")
    return [_listed(dict(row)) for row in rows]


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    box = [row.pop(side) for side in ("west", "south", "east", "north")]
    centre = [row.pop("lon"), row.pop("lat")]
    return row | {"bbox": None if box[0] is None else box, "centre": None if centre[0] is None else centre}


def story_of(session: Session, code: str, on: date | None) -> dict[str, Any]:
    """Return the meanings of a code, all or those of one day, with their successions; NotFoundError when it never meant any."""
    return trace(session, code, on).to_dict() | {"on": on.isoformat() if on else None}
