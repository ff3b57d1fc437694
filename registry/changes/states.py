"""Here is decided what is told of a door, a code or a unit, and what it was at the end of a transaction.

Told is what is public: nothing of households, no notes, no text as it was handed over.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from registry.changes.position import statement

State = dict[str, Any]
# What was at the end of a transaction: (id or code, number of the transaction).
When = tuple[Any, int]

_DOOR: Final = ("place", "place_kind", "hamlet", "house", "flat", "kind", "status", "lat", "lon", "accuracy_m", "point_method")
_UNIT: Final = ("level", "code", "name", "full_name", "kind", "parent_code", "province_code", "postal_code")


def doors(session: Session, asked: Iterable[When]) -> dict[When, State]:
    """Return doors (by id) as they were at the end of transactions; a door that was not there is left out.

    A state holds `commune_code` and `commune`, the key of the unit, for codes are reused across reforms; `lat`, `lon` in degrees WGS 84,
    `accuracy_m` in metres; `replaced_by` is the key of another door.
    """
    rows = session.execute(statement("addresses"), _arrays("ids", asked)).mappings().all()
    names = _place_names(session, rows)
    return {(row["id"], row["no"]): _door(row, names) for row in rows}


def codes(session: Session, asked: Iterable[When]) -> dict[When, State]:
    """Return codes as they were at the end of transactions; a withdrawn one is left out. `address` is the key of its door."""
    rows = session.execute(statement("codes"), _arrays("codes", asked)).mappings()
    return {(row["code"], row["no"]): _code(row) for row in rows}


def homes(session: Session, asked: Iterable[When]) -> dict[When, str | None]:
    """Return the provinces in which doors (by id) stood at the end of transactions."""
    rows = session.execute(statement("homes"), _arrays("ids", asked))
    return {(row.id, row.no): row.province_code for row in rows}


def units(session: Session, asked: Iterable[When]) -> dict[When, State]:
    """Return units (by id) as they were at the end of transactions."""
    rows = session.execute(statement("units"), _arrays("ids", asked)).mappings()
    return {(row["id"], row["no"]): unit_state(row) for row in rows}


def unit_state(row: Mapping[Any, Any]) -> State:
    """Return what is told of a unit; `valid_to` is the first day on which it no longer stands."""
    return {name: row[name] for name in _UNIT} | {"valid_from": _text(row["valid_from"]), "valid_to": _text(row["valid_to"])}


def unit_key(level: str, code: str, valid_from: date | str | None) -> str:
    """Return the key of a unit: level, code and first day, for a code alone is reused."""
    return f"{level}:{code}:{_text(valid_from) or ''}"


def _door(row: Mapping[Any, Any], names: Mapping[int, Sequence[tuple[int, str, str]]]) -> State:
    state: State = {
        "province_code": row["province_code"],
        "commune_code": row["commune_code"],
        "commune": unit_key("commune", row["commune_code"], row["commune_from"]) if row["commune_code"] else None,
        **{name: row[name] for name in _DOOR},
        "retired_at": _text(row["retired_at"]),
        "replaced_by": _key(row["replaced_by"]),
    }
    # A place that has another name since, or is gone, still had this one then.
    for field, place in (("place", row["place_id"]), ("hamlet", row["hamlet_id"])):
        then = next(((name, kind) for no, name, kind in names.get(place, ()) if no > row["no"]), None)
        if then:
            state[field] = then[0]
            if field == "place":
                state["place_kind"] = then[1]
    return state


def _place_names(session: Session, rows: Sequence[Mapping[Any, Any]]) -> dict[int, list[tuple[int, str, str]]]:
    """Return what places were called before later transactions, in their order."""
    ids = {str(row[field]) for row in rows for field in ("place_id", "hamlet_id") if row[field] is not None}
    found: dict[int, list[tuple[int, str, str]]] = {}
    if ids:
        least = min(row["no"] for row in rows)
        for image in session.execute(statement("place_images"), {"ids": sorted(ids), "least": least}):
            found.setdefault(image.id, []).append((image.no, image.name, image.kind))
    return found


def _code(row: Mapping[Any, Any]) -> State:
    return {
        "scheme": row["scheme"],
        "status": row["status"],
        "address": _key(row["address_id"]),
        "issued_at": _text(row["issued_at"]),
        "retired_at": _text(row["retired_at"]),
        "replaced_by": row["replaced_by"],
    }


def _arrays(name: str, asked: Iterable[When]) -> dict[str, list[Any]]:
    pairs = list(dict.fromkeys(asked))
    return {name: [each for each, _ in pairs], "nos": [no for _, no in pairs]}


def _text(moment: datetime | date | str | None) -> str | None:
    return moment.isoformat() if isinstance(moment, date) else moment


def _key(number: int | None) -> str | None:
    return None if number is None else str(number)
