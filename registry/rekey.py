"""Here is decided what becomes of places when the rules that fold names change: new keys, and two places that are one now become one.

Ids and codes of doors never change. A door moves to the place that stays; one whose number that place has as well stays where it is, for a
human to look at. The version of the rules stands with every place, so that a second call finds nothing to do.
"""

from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection

from registry.house_path import alley_name
from registry.place_key import PlaceKind, place_key
from registry.sqlfile import statement
from registry.text import FOLD_VERSION

_SQL: Final = Path(__file__).parent / "sql" / "rekey.sql"
_AT_ONCE: Final = 50_000
_WHO: Final = {"actor": "diachiso db upgrade", "reason": "hai cách viết của một tên / two spellings of one name"}


class Rekeyed(NamedTuple):
    """How many places got another key, how many of them became one with another, and how many doors moved with them."""

    places: int
    merged: int
    moved: int


def rekey(connection: Connection) -> Rekeyed:
    """Give every place the key of today's rules, in the caller's transaction; takes seconds for half a million places."""
    outdated = connection.execute(statement(_SQL, "outdated"), {"version": FOLD_VERSION}).all()
    fresh = [(row.id, key) for row in outdated if (key := key_of(row.kind, row.name)) and key != row.key]
    merged = moved = 0
    if fresh:
        _run(connection, "table")
        for start in range(0, len(fresh), _AT_ONCE):
            ids, keys = zip(*fresh[start : start + _AT_ONCE], strict=True)
            _run(connection, "put", ids=list(ids), keys=list(keys))
        merged = _run(connection, "merged")
        _run(connection, "moving")
        _run(connection, "before_doors", **_WHO)
        moved = _run(connection, "move")
        _run(connection, "before_places", **_WHO)
        _run(connection, "empty")
        _run(connection, "aside")
        _run(connection, "doubled", version=FOLD_VERSION)
        _run(connection, "rekey", version=FOLD_VERSION)
    if outdated:
        _run(connection, "current", version=FOLD_VERSION)
    return Rekeyed(len(fresh), merged, moved)


def key_of(kind: PlaceKind, name: str) -> str:
    """Return the key of a place by its name as kept: an alley's stands with its word (`Hẻm Dầu`), which is no part of the key."""
    return place_key(kind, (alley_name(name) or name) if kind == "alley" else name)


def _run(connection: Connection, name: str, **values: object) -> int:
    return connection.execute(statement(_SQL, name), values).rowcount
