"""Decides what is told of a code: the door behind it today, whether it still holds, and what replaced it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from geocode.label import house_label, place_label
from geocode.place_table import GazPlace
from registry.codes import Code, read
from registry.errors import NotFoundError
from service.statements import statement

# Chains of merged records are short; a longer one would be a loop.
_LONGEST_CHAIN: Final = 16
_NOTES: Final[Mapping[str, tuple[str, str]]] = {
    "retired": ("Mã này đã ngừng dùng{instead}.", "This code is retired{instead_en}."),
    "withdrawn": (
        "Mã này đã bị thu hồi cùng đợt nhập của nó và không gắn với cửa nào.",
        "This code was withdrawn with its batch; no door carries it.",
    ),
}


def find(session: Session, text: str) -> dict[str, Any]:
    """Return what is known of a code of any scheme, read tolerantly; CodeError when misshapen, NotFoundError when unknown.

    A retired code answers with the door that took its place. One Vpostcode square may hold several doors: the others follow in
    `others`. Points are in degrees WGS 84, `accuracy_m` in metres.
    """
    code = read(text)
    rows = session.execute(statement("codes", "by_code"), {"code": code.text, "scheme": code.scheme.value}).mappings().all()
    if not rows:
        raise _unknown(code)
    first = rows[0]
    doors = [door for row in rows if (door := _door(session, row["address_id"], row["province_code"])) is not None]
    head = {"code": code.text, "scheme": code.scheme.value, "status": first["status"]}
    dates = {"issued_at": _iso(first["issued_at"]), "retired_at": _iso(first["retired_at"])}
    replaced_by = _heir(first, doors)
    return head | dates | {"replaced_by": replaced_by} | _note(first["status"], replaced_by) | _spread(doors)


def _spread(doors: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first = doors[0] if doors else dict.fromkeys(("label", "unit", "place", "house", "lat", "lon", "accuracy_m"))
    return {**first, "others": list(doors[1:])}


def _door(session: Session, number: int | None, province: str) -> dict[str, Any] | None:
    """Return the door of a province with that number, or the one that took its place there."""
    for _ in range(_LONGEST_CHAIN):
        row = session.execute(statement("codes", "door"), {"id": number, "province": province}).mappings().first()
        if row is None or row["replaced_by"] is None:
            break
        number = row["replaced_by"]
    return None if row is None else _told(session, row, province)


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
    parts = (door, row["hamlet"], row["commune"], row["province"])
    return ", ".join(part for part in parts if part)


def _heir(row: Mapping[Any, Any], doors: Sequence[dict[str, Any]]) -> str | None:
    """Return the code to use instead of a retired one."""
    if row["status"] != "retired":
        return None
    current = doors[0]["active_code"] if doors else None
    heir: str | None = current or row["replaced_by"]
    return heir


def _note(status: str, replaced_by: str | None) -> dict[str, str | None]:
    vi, en = _NOTES.get(status, (None, None))
    if vi is None or en is None:
        return {"note": None, "note_en": None}
    instead, instead_en = (f"; hãy dùng {replaced_by}", f"; use {replaced_by}") if replaced_by else ("", "")
    return {"note": vi.format(instead=instead), "note_en": en.format(instead_en=instead_en)}


def _unknown(code: Code) -> NotFoundError:
    return NotFoundError(
        f"Mã {code.text} đúng dạng nhưng chưa có trong sổ.",
        f"Code {code.text} is well formed but not in the registry.",
        hint="So lại từng chữ số với biển; hoặc tìm bằng địa chỉ.",
    )


def _iso(moment: Any) -> str | None:  # noqa: ANN401 - rows are untyped
    return moment.isoformat() if moment is not None else None
