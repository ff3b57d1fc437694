"""Match free-text addresses to doors of the registry, best first."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from geocode.candidates import alley_keys, door_keys, scored
from geocode.decide import decide
from geocode.doors import Door, DoorKey, find_alleys, find_doors
from geocode.gazetteer import Gazetteer
from geocode.prepare import Prepared, prepare
from geocode.types import Answer, Query


def match(session: Session, gazetteer: Gazetteer, queries: Sequence[Query]) -> list[Answer]:
    """Answer the questions in order; two statements at most, whatever their number."""
    prepared = [prepare(gazetteer, query) for query in queries]
    doors = find_doors(session, _distinct(key for each in prepared for key in door_keys(each)))
    missing = [each for each in prepared if not _has_door(each, doors)]
    alleys = find_alleys(session, list(dict.fromkeys(key for each in missing for key in alley_keys(each))))
    return [decide(gazetteer, each, scored(gazetteer, each, doors, alleys)) for each in prepared]


def _distinct(keys: Iterable[DoorKey]) -> list[DoorKey]:
    """Return the keys once each, in order."""
    return list(dict.fromkeys(keys))


def _has_door(prepared: Prepared, doors: dict[DoorKey, list[Door]]) -> bool:
    """Tell whether any door was found for a question."""
    return any(key in doors for key in door_keys(prepared))
