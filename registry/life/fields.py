"""Here is decided how a correction is written: by the columns of a hand-over, `so_nha=12A`, and what each may hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from registry.errors import RefusedError, UsageError
from registry.house_path import flat_key, from_columns
from registry.kinds import kind_of
from registry.life import place
from registry.life.place import Named
from registry.recipients import mask_recipients
from registry.text import clean

NAMES: Final = ("so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong", "loai", "so_ho", "ghi_chu")
MOST_HOUSEHOLDS: Final = 9999
_HOUSE: Final = ("so_nha", "ngo", "ngach")
_FLAT: Final = ("toa_nha", "tang", "phong")
_LONGEST_NOTE: Final = 500
_ERASES: Final = Named("street", "", "")


@dataclass(frozen=True)
class Amendment:
    """What is to be changed; None leaves a thing as it is.

    `house` is (path, key), `flat` (text, key), both may be empty; a `street`, `hamlet` or `building` without a key is taken away.
    """

    house: tuple[str, str] | None = None
    flat: tuple[str, str] | None = None
    street: Named | None = None
    hamlet: Named | None = None
    building: Named | None = None
    kind: str | None = None
    households: int | None = None
    note: str | None = None


def pairs(written: Iterable[str]) -> dict[str, str]:
    """Return name -> value of texts like `so_nha=12A`; UsageError for what is none, for an unknown name and for one said twice."""
    said: dict[str, str] = {}
    for text in written:
        name, sign, value = text.partition("=")
        name = name.strip().lower()
        if not sign or name not in NAMES or name in said:
            raise UsageError(
                f"Không hiểu “{text[:60]}”.",
                f"Not a field: “{text[:60]}”.",
                hint=f"Viết TÊN=GIÁ TRỊ, mỗi tên một lần; tên: {', '.join(NAMES)}",
            )
        said[name] = value.strip()
    return said


def amendment(said: Mapping[str, str]) -> Amendment:
    """Read what is to be changed. `so_nha` alone is the whole path from the street inward (`127/12A`); an empty value takes a thing away.

    UsageError for a value that cannot be read, RefusedError for one that names or reaches a person.
    """
    unknown = next((name for name in said if name not in NAMES), "")
    if unknown or not said:
        vi, en = (f"Không có trường “{unknown}”.", f"No such field: {unknown}.") if unknown else ("Chưa nói sửa gì.", "Nothing to change.")
        raise UsageError(vi, en, hint=f"Các trường: {', '.join(NAMES)}")
    return Amendment(
        house=_house(said) if any(name in said for name in _HOUSE) else None,
        flat=_flat(said) if any(name in said for name in _FLAT) else None,
        street=_place(said, "duong"), hamlet=_place(said, "thon_to"), building=_place(said, "toa_nha"),
        kind=_kind(said["loai"]) if "loai" in said else None,
        households=_households(said["so_ho"]) if "so_ho" in said else None,
        note=_note(said["ghi_chu"]) if "ghi_chu" in said else None,
    )  # fmt: skip


def shown(door: Any) -> dict[str, str]:  # noqa: ANN401 - a door or a row of one
    """Return a door by the words of a hand-over, as a history shows it; `door` is a Door or a row with its columns."""
    on_hamlet = door.place_kind == "hamlet"
    return {
        "so_nha": door.house_path, "duong": "" if on_hamlet else door.place_name or "",
        "thon_to": door.hamlet_name or (door.place_name or "" if on_hamlet else ""), "can_ho": door.flat, "loai": door.kind,
        "so_ho": str(door.households), "ghi_chu": door.note, "xa": f"{door.commune_name} ({door.commune_code})",
        "toa_do": f"{door.lat:.6f}, {door.lon:.6f}", "trang_thai": door.status,
    }  # fmt: skip


def changed(before: Any, after: Any) -> dict[str, tuple[str, str]]:  # noqa: ANN401 - as for shown
    """Return what differs between two states of a door: name -> (was, is)."""
    was, now = shown(before), shown(after)
    return {name: (was[name], now[name]) for name in was if was[name] != now[name]}


def _house(said: Mapping[str, str]) -> tuple[str, str]:
    so_nha, ngo, ngach = (said.get(name, "") for name in _HOUSE)
    if not so_nha and not ngo and not ngach:
        return "", ""
    path = from_columns(so_nha, ngo, ngach)
    if path is None:
        raise UsageError(f"Không đọc được số nhà “{so_nha[:40]}”.", f"Not a house number: “{so_nha[:40]}”.", hint="Ví dụ: so_nha=127/12A")
    return path.text, path.key


def _flat(said: Mapping[str, str]) -> tuple[str, str]:
    parts = [clean(said.get(name, "")) for name in _FLAT]
    text = ", ".join(part for part in parts if part)
    if mask_recipients(text) != text:
        raise RefusedError("Căn hộ có tên người hoặc số điện thoại.", "The flat names or reaches a person.")
    return text, flat_key(*parts)


def _place(said: Mapping[str, str], name: str) -> Named | None:
    if name not in said:
        return None
    read = {"duong": place.street, "thon_to": place.hamlet, "toa_nha": place.building}[name]
    return read(said[name]) if clean(said[name]) else _ERASES


def _kind(text: str) -> str:
    kind = kind_of(text)
    if kind is None:
        raise UsageError(
            f"Không có loại “{text[:40]}”.", f"No such kind: “{text[:40]}”.", hint="Có: ho_gia_dinh, co_quan, doanh_nghiep, khac"
        )
    return kind


def _households(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:9]) > MOST_HOUSEHOLDS:
        raise UsageError(
            f"Số hộ “{text[:40]}” không hợp lệ.", f"Not a number of households: “{text[:40]}”.", hint=f"Từ 0 đến {MOST_HOUSEHOLDS}."
        )
    return int(text)


def _note(text: str) -> str:
    if len(text) > _LONGEST_NOTE:
        raise UsageError(f"Ghi chú dài quá {_LONGEST_NOTE} ký tự.", f"The note is longer than {_LONGEST_NOTE} characters.")
    return mask_recipients(clean(text))
