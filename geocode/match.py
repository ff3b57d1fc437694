"""Match free-text addresses to doors of the registry, best first."""

from collections.abc import Sequence
from itertools import chain

from sqlalchemy.orm import Session

from geocode.candidates import alley_keys, door_keys, scored
from geocode.decide import decide
from geocode.doors import find_alleys, find_doors
from geocode.gazetteer import Gazetteer
from geocode.prepare import prepare
from geocode.types import Answer, Query


def match(session: Session, gazetteer: Gazetteer, queries: Sequence[Query]) -> list[Answer]:
    """Answer the questions in order; two statements at most, whatever their number."""
    prepared = [prepare(gazetteer, query) for query in queries]
    keys = [list(door_keys(each)) for each in prepared]
    doors = find_doors(session, list(dict.fromkeys(chain.from_iterable(keys))))
    missing = [each for each, asked in zip(prepared, keys, strict=True) if doors.keys().isdisjoint(asked)]
    alleys = find_alleys(session, list(dict.fromkeys(key for each in missing for key in alley_keys(each))))
    return [decide(gazetteer, each, scored(gazetteer, each, doors, alleys)) for each in prepared]
