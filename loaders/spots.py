"""Here is decided where the places that rows name stand in the registry: looked up a slice at a time, made where the registry has none.

A hamlet is found under the old commune that the row states, else as recorded in today's units; a row of today's units finds the only
hamlet of that name, or of several (merged communes each had one) the one whose doors are nearest, which only the row's point can tell.
So is a street of which a reform kept two in one commune; a street that is new here has no origin.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from loaders.copying import copy
from loaders.statements import run
from registry.text import FOLD_VERSION


class Wanted(NamedTuple):
    """A place as rows name it: the commune of today, the old commune it was recorded under (0 where in today's units), kind, name, keys.

    `other` is the key of what the name may mean as well, where the commune has nothing of the first (`registry.place_key.other_key`).
    """

    commune_id: int
    origin_id: int
    kind: str
    name: str
    key: str
    other: str = ""


class Spot(NamedTuple):
    """A place of the registry: `known` before this batch, `several` where hamlets of one name compete."""

    place_id: int
    known: bool
    several: bool


_COLUMNS: Final = ("n", "commune_id", "origin_id", "kind", "name", "key", "other")


def find_spots(session: Session, batch_id: int, wanted: Collection[Wanted]) -> list[Spot]:
    """Return the place of each of the wanted ones, in their order; what the registry does not know is written to it."""
    if not wanted:
        return []
    run(session, "spots", "empty")
    rows = ((n, one.commune_id, one.origin_id or None, *one[2:]) for n, one in enumerate(wanted))
    copy(session, "spot_said", _COLUMNS, rows)
    for doubtful in sorted({bool(one.other) for one in wanted}):
        run(session, "spots", "new", batch=batch_id, doubtful=doubtful, fold_version=FOLD_VERSION)
    return [Spot(*tuple(row)) for row in run(session, "spots", "found", batch=batch_id)]
