"""Decides what a page of doors is: those of an area, now, at an instant or in an interval, each as the change feed tells it."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from registry.changes import states
from registry.changes.position import head
from registry.changes.position import statement as feed_statement
from service.schemas.moment import Moments
from service.schemas.params import Box
from service.statements import statement

COLLECTION: Final = "addresses"
_EDGE: Final = 180.0


@dataclass(frozen=True)
class Area:
    """Where doors are looked for: a province by its two digits, or the country; in a box of degrees WGS 84, or anywhere."""

    province: str | None = None
    box: Box | None = None


@dataclass(frozen=True)
class Page:
    """Features of GeoJSON in the order of their numbers; `next` is what to go on behind, None at the end."""

    features: tuple[dict[str, Any], ...]
    next: int | None


def page(session: Session, area: Area, moments: Moments | None, after: int, limit: int) -> Page:
    """Return the doors behind number `after`, at most `limit`; of an instant there may be fewer although more follow.

    Told is what `/v1/changes` tells: nothing of households, no notes, no text as it was handed over.
    """
    no = head(session).no
    values: dict[str, Any] = {**_sides(area.box), "province": area.province, "after": after, "most": limit}
    if moments is None:
        found = session.execute(statement("items", "now"), values).all()
    elif moments.instant:
        no = session.execute(statement("items", "last_until"), {"moment": moments.ends}).scalar_one()
        found = session.execute(statement("items", "at"), values | {"no": no}).all()
    else:
        found = session.execute(statement("items", "between"), values | {"starts": moments.starts, "ends": moments.ends}).all()
    told = states.doors(session, ((row.id, no) for row in found))
    codes = _codes(session, [row.id for row in found], no)
    shown = [(row, state) for row in found if (state := told.get((row.id, no))) and _stands(state, area.box, moments)]
    features = tuple(_feature(row.id, state | {"created_at": _text(row.created_at), "code": codes.get(row.id)}) for row, state in shown)
    return Page(features, found[-1].id if len(found) == limit else None)


def _sides(box: Box | None) -> dict[str, float | None]:
    """Return the sides of one area, or of the two that an area over the date line is."""
    if box is None:
        return dict.fromkeys(("west", "south", "east", "north", "west2", "east2"))
    over = box.west > box.east
    first, second = ((box.west, _EDGE), (-_EDGE, box.east)) if over else ((box.west, box.east), (box.west, box.east))
    return {"west": first[0], "east": first[1], "west2": second[0], "east2": second[1], "south": box.south, "north": box.north}


def _codes(session: Session, ids: list[int], no: int) -> dict[int, str]:
    """Return the codes that doors bore at the end of a transaction."""
    hung = [row.code for row in session.execute(feed_statement("codes_of"), {"ids": ids})] if ids else []
    then = states.codes(session, [(code, no) for code in hung]) if hung else {}
    return {int(state["address"]): code for (code, _), state in then.items() if state["status"] == "active"}


def _stands(state: states.State, box: Box | None, moments: Moments | None) -> bool:
    """Tell whether a door was live at an instant and in the area then; of now and of intervals the database has decided."""
    if moments is None or not moments.instant:
        return True
    return state["retired_at"] is None and (box is None or box.holds(state["lon"], state["lat"]))


def _feature(number: int, state: states.State) -> dict[str, Any]:
    properties = {name: value for name, value in state.items() if name not in {"lat", "lon"}}
    point = {"type": "Point", "coordinates": [state["lon"], state["lat"]]}
    return {"type": "Feature", "id": str(number), "geometry": point, "properties": properties}


def _text(moment: Any) -> str | None:  # noqa: ANN401 - rows are untyped
    return moment.isoformat() if moment is not None else None
