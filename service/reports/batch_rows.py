"""Decides how a row that waits is shown in a report: its issues in words, the proposed fix, and which of its cells they are about."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.fields import Columns, sight
from loaders.formats.cell_text import cell_text
from loaders.issues import KNOWN
from loaders.mapping import Mapping as ColumnMapping
from loaders.quarantine import quarantined
from loaders.result import TRIAL

HEADINGS: Final = {
    "batch": "Lô", "row_no": "Dòng", "outcome": "Kết quả", "issues": "Mã lỗi", "labels": "Vấn đề", "fix": "Gợi ý sửa",
}  # fmt: skip
OUTCOME_WORDS: Final = {
    "accepted_new": ("Nhận, mới", "accepted, new"), "accepted_changed": ("Nhận, thay đổi", "accepted, changed"),
    "accepted_same": ("Nhận, không đổi", "accepted, same"), "incomplete": ("Thiếu, chờ bổ sung", "incomplete"),
    "duplicate": ("Trùng", "duplicate"), "rejected": ("Từ chối", "rejected"),
}  # fmt: skip
_POINT: Final = ("kinh_do", "vi_do", "toa_do")
_UNIT: Final = ("xa", "ma_xa", "huyen", "tinh")
_DOOR: Final = ("so_nha", "ngo", "ngach", "duong", "thon_to")
# The beginning of a code -> the columns it is about, where its details do not say.
_ABOUT: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("row.point", _POINT), ("batch.one_coordinate", _POINT), ("row.unit_in_place", ("duong", "thon_to")), ("row.unit", _UNIT),
    ("row.commune", _UNIT), ("row.no_postal_code", _UNIT), ("row.outside_province", _UNIT), ("row.place", ("duong", "thon_to")),
    ("row.households", ("so_ho", "loai")), ("row.household_many", ("so_ho",)), ("row.household", ("ma_ho",)),
    ("row.house", ("so_nha", "ngo", "ngach")),
    ("row.street_in_house", ("so_nha", "duong")), ("row.same", _DOOR), ("row.code", ("ma_dia_chi_so",)), ("row.ndas", ("ma_dia_chi_so",)),
    ("row.vpostcode", ("vpostcode",)), ("row.kind", ("loai",)), ("row.status", ("trang_thai",)), ("row.date", ("ngay_thu_thap",)),
    ("row.floor", ("tang", "phong")), ("row.personal", ("ghi_chu",)), ("row.stt", ("stt",)),
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A row as a report shows it: its leading cells (loaders.result.LEADING), the original ones, the positions of those that are wrong."""

    leading: tuple[str, ...]
    cells: tuple[str, ...]
    wrong: frozenset[int]


@dataclass(frozen=True)
class KeptRows:
    """The header of the file (with `_extra` behind it for surplus cells) and its rows that wait, to be walked once.

    `on_page`: whoever reads the report got it from a page, and mends the file there.
    """

    header: tuple[str, ...]
    rows: Iterator[Kept]
    on_page: bool = False

    def hints(self, code: str) -> tuple[str, str]:
        """Return what to do about an issue, in Vietnamese and in English."""
        known = KNOWN.get(code)
        if known is None:
            return "", ""
        return known.on_page if self.on_page else (known.hint, known.hint_en)


def kept_rows(session: Session, batch_id: int, rows: Iterable[Mapping[str, Any]] | None = None, *, trial: bool = False) -> KeptRows:
    """Return the rows of a batch that did not enter the registry; `rows` are those of `quarantined`, read here when not given.

    The rows of a `trial` bear no number of a batch, for nobody will find it later.
    """
    options = session.execute(text("SELECT options FROM batch WHERE id = :batch"), {"batch": batch_id}).scalar() or {}
    header = tuple(options.get("header") or ())
    found = quarantined(session, batch_id) if rows is None else rows
    columns = columns_of(header, options.get("mapping") or {})
    return KeptRows((*header, "_extra"), (_kept(TRIAL if trial else str(batch_id), row, header, columns) for row in found))


def label(code: str) -> str:
    """Return what an issue means, Vietnamese first."""
    known = KNOWN.get(code)
    return f"{known.vi} / {known.en}" if known else code


def columns_of(header: Sequence[str], mapping: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return where each canonical column stands in the file."""
    said = ColumnMapping(columns=dict(mapping.get("columns") or {}), ignore=tuple(mapping.get("ignore") or ()))
    found: Columns = sight(header, said, "")
    return {name: found.joined.get(name, (at,)) for name, at in found.position.items()}


def _kept(batch: str, row: Mapping[str, Any], header: Sequence[str], columns: Mapping[str, tuple[int, ...]]) -> Kept:
    details = json.loads(row["details"]) if row["details"] else {}
    cells = tuple(cell_text(row["raw"].get(name, "")) for name in (*header, "_extra"))
    outcome = OUTCOME_WORDS.get(row["outcome"], (row["outcome"], ""))[0]
    codes = sorted(row["issues"])
    leading = (
        batch,
        str(row["row_no"]),
        outcome,
        ";".join(codes),
        "; ".join(KNOWN[code].vi for code in codes if code in KNOWN),
        row["fix"],
    )
    wrong = {at for code in codes for name in about(code, details.get(code)) for at in columns.get(name, ())}
    return Kept(leading, cells, frozenset(wrong))


def about(code: str, details: object) -> tuple[str, ...]:
    """Return the canonical columns that an issue of a row is about."""
    if isinstance(details, dict):
        if details.get("column"):
            return (str(details["column"]),)
        if details.get("suggestion") and isinstance(details["suggestion"], dict):
            return tuple(details["suggestion"])
    return next((columns for start, columns in _ABOUT if code.startswith(start)), ())
