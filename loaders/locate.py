"""Here is decided what the points decide: which of several communes a row means, and which of several hamlets of one name."""

from sqlalchemy.orm import Session

from loaders.copying import copy
from loaders.spots import Wanted, find_spots
from loaders.statements import run

# Of places with more doors than this not every one is looked at for every row.
_MOST_DOORS = 500
_STEPS = (
    "decided", "rivals", "analyze_rivals", "rival_door", "rival_door_by_place", "analyze_rival_door", "rival_big", "analyze_rival_big",
    "meant", "analyze_meant", "nearest",
)  # fmt: skip
_SPOT = ("commune_id", "origin_id", "p", "place_id", "known", "several")


def locate(session: Session, batch_id: int) -> None:
    """Fill in commune, place and hamlet of the rows whose units are decided by their points alone, and choose between hamlets."""
    for step in ("degrees", "chosen"):
        run(session, "locate", step)
    named = [tuple(row) for row in run(session, "locate", "named_there")]
    spots = find_spots(session, batch_id, [Wanted._make((*row[:5], row[5] or "")) for row in named])
    run(session, "locate", "spot_chosen")
    copy(session, "spot_chosen", _SPOT, ((row[0], row[1], row[6], *spot) for row, spot in zip(named, spots, strict=True)))
    for step in _STEPS:
        run(session, "locate", step, most=_MOST_DOORS)
