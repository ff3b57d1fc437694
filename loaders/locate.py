"""Here is decided what the points decide: which of several communes a row means, and which of several hamlets of one name."""

from sqlalchemy.orm import Session

from loaders.copying import copy
from loaders.spots import Wanted, find_spots
from loaders.statements import run

_SPOT = ("commune_id", "origin_id", "p", "place_id", "known", "several")


def locate(session: Session, batch_id: int) -> None:
    """Fill in commune, place and hamlet of the rows whose units are decided by their points alone, and choose between hamlets."""
    for step in ("degrees", "chosen"):
        run(session, "locate", step)
    named = [tuple(row) for row in run(session, "locate", "named_there")]
    spots = find_spots(session, batch_id, [Wanted._make((*row[:5], row[5] or "")) for row in named])
    run(session, "locate", "spot_chosen")
    copy(session, "spot_chosen", _SPOT, ((row[0], row[1], row[6], *spot) for row, spot in zip(named, spots, strict=True)))
    for step in ("decided", "rivals", "analyze_rivals", "meant", "analyze_meant", "nearest"):
        run(session, "locate", step)
