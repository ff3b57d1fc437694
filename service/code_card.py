"""Decides what is told of a code: the door behind it today, whether it still holds, and what replaced it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.label import house_label, place_label
from geocode.place_table import GazPlace
from registry.codes import PUBLIC_SCHEMES, Code, read
from registry.errors import NotFoundError
from registry.life.chain import last_of
from registry.life.fate import Fate, fate_of
from registry.security.caller import Caller
from service.statements import statement

_PROVINCE: Final = text("SELECT province_code FROM address WHERE id = :id")
# Other codes of the door, and other doors of the code.
_FOR_KEYS: Final = frozenset({"external_codes", "others"})
_WITHDRAWN: Final = (
    "Mã này đã bị thu hồi cùng đợt nhập của nó và không gắn với cửa nào.",
    "This code was withdrawn with its batch; no door carries it.",
)


def find(session: Session, written: str, caller: Caller, *, plates: bool = True) -> dict[str, Any]:
    """Return what is known of a code of any scheme, read tolerantly; CodeError when misshapen, NotFoundError when unknown.

    Who does not see the doors of its province is told of one door by a code from its plate. A code that is hidden from him (of a scheme
    that can be computed, withdrawn, shared) is unknown to him, by the same statements and in the same words; without `plates` all are.

    A retired code answers with the door that took its place; `happened` says what became of a merged, retired or split one. One
    Vpostcode square may hold several doors: the others follow in `others`. Points are in degrees WGS 84, `accuracy_m` in metres.
    """
    code = read(written)
    rows = session.execute(statement("codes", "by_code"), {"code": code.text, "scheme": code.scheme.value}).mappings().all()
    sees = bool(rows) and all(caller.sees_doors(row["province_code"]) for row in rows)
    if not rows or not (sees or (plates and _is_public(code, rows))):
        raise _unknown(code)
    first = rows[0]
    doors = [door for row in rows if (door := _door(session, row["address_id"], row["province_code"])) is not None]
    head = {"code": code.text, "scheme": code.scheme.value, "status": first["status"]}
    dates = {"issued_at": _iso(first["issued_at"]), "retired_at": _iso(first["retired_at"])}
    fate = fate_of(session, code.text) if first["status"] != "external" else None
    replaced_by = _heir(first, doors)
    told = head | dates | {"replaced_by": replaced_by} | _note(first["status"], fate) | _spread(doors)
    return told if sees else {name: value for name, value in told.items() if name not in _FOR_KEYS}


def is_plate(told: Mapping[str, Any]) -> bool:
    """Tell whether what was found was told for a code from a plate alone, to somebody who does not see the doors of its province."""
    return _FOR_KEYS.isdisjoint(told)


def _is_public(code: Code, rows: Sequence[Mapping[Any, Any]]) -> bool:
    """Tell whether anybody is told of a code given in full: one door's, of a scheme that is on plates."""
    return code.scheme in PUBLIC_SCHEMES and len(rows) == 1 and rows[0]["status"] != "withdrawn"


def _spread(doors: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first = doors[0] if doors else dict.fromkeys(("label", "unit", "place", "house", "lat", "lon", "accuracy_m"))
    return {**first, "others": list(doors[1:])}


def _door(session: Session, number: int | None, province: str) -> dict[str, Any] | None:
    """Return the door of a province with that number, or the one that took its place, which a reform may have taken elsewhere."""
    if number is None:
        return None
    last = last_of(session, number)
    home = province if last == number else session.scalar(_PROVINCE, {"id": last})
    row = session.execute(statement("codes", "door"), {"id": last, "province": home}).mappings().first()
    return None if row is None else _told(session, row, str(home))


def _told(session: Session, row: Mapping[Any, Any], province: str) -> dict[str, Any]:
    external = session.execute(statement("codes", "external_codes"), {"id": row["id"], "province": province}).mappings()
    plain = ("place", "place_kind", "hamlet", "house", "flat", "kind", "stage", "lat", "lon", "accuracy_m", "point_method")
    return {
        "label": label_of(row),
        "active_code": row["active_code"],
        "active_scheme": row["active_scheme"],
        "in_use": row["retired_at"] is None,
        "unit": {
            "province": {"code": row["province_code"], "name": row["province"]},
            "commune": {"code": row["commune_code"], "name": row["commune"]},
            "postal_code": row["postal_code"],
        },
        "recorded_unit": {"code": row["recorded_code"], "name": row["recorded_name"]},
        **{name: row[name] or None for name in plain},
        "external_codes": [dict(each) for each in external],
    }


def label_of(row: Mapping[Any, Any]) -> str:
    """Return the address on one line, from the door outwards: number and place, hamlet, commune, province."""
    place = GazPlace(0, 0, row["place_kind"], row["place"], "") if row["place"] else None
    door = " ".join(part for part in (house_label(row["house"], row["flat"]), place_label(place) if place else "") if part)
    hamlet = row["hamlet"] if row["place_kind"] != "hamlet" else None
    parts = (door, hamlet, row["commune"], row["province"])
    return ", ".join(part for part in parts if part)


def _heir(row: Mapping[Any, Any], doors: Sequence[dict[str, Any]]) -> str | None:
    """Return the code to use instead of a retired one."""
    if row["status"] != "retired":
        return None
    current = doors[0]["active_code"] if doors else None
    heir: str | None = current or row["replaced_by"]
    return heir


def _note(status: str, fate: Fate | None) -> dict[str, Any]:
    if status == "withdrawn":
        return {"note": _WITHDRAWN[0], "note_en": _WITHDRAWN[1], "happened": None}
    if fate is None:
        return {"note": None, "note_en": None, "happened": None}
    told = {"kind": fate.kind, "date": fate.on.isoformat() if fate.on else None, "instead": fate.instead}
    return {"note": fate.vi, "note_en": fate.en, "happened": told}


def _unknown(code: Code) -> NotFoundError:
    return NotFoundError(
        f"Mã {code.text} đúng dạng nhưng chưa có trong sổ.",
        f"Code {code.text} is well formed but not in the registry.",
        hint="So lại từng chữ số với biển; hoặc tìm bằng địa chỉ.",
    )


def _iso(moment: Any) -> str | None:  # noqa: ANN401 - rows are untyped
    return moment.isoformat() if moment is not None else None
