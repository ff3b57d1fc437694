"""Builds small hand-over files and runs them: the vocabulary of the import tests."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.batch import import_file
from loaders.report import BatchReport
from registry import db

HEADER = (
    "stt", "ma_dia_chi_so", "vpostcode", "loai", "so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong", "xa", "huyen",
    "tinh", "ma_xa", "kinh_do", "vi_do", "ma_ho", "so_ho", "trang_thai", "ngay_thu_thap", "ghi_chu",
)  # fmt: skip
# A door in Phường Điện Biên Phủ, of today's world, at the centre of the ward.
DOOR = {
    "loai": "ho_gia_dinh", "so_nha": "12", "duong": "Võ Nguyên Giáp", "xa": "Phường Điện Biên Phủ", "tinh": "Tỉnh Điện Biên",
    "kinh_do": "103.0162", "vi_do": "21.3856", "trang_thai": "day_du",
}  # fmt: skip


def door(**cells: str) -> dict[str, str]:
    """Return a good row, some cells changed; every house number stands on a point of its own, a metre or more from the next."""
    number = int(cells["so_nha"]) if cells.get("so_nha", "").isdigit() else 0
    point = {"kinh_do": f"{103.0162 + number % 100 * 1e-5:.5f}", "vi_do": f"{21.3856 + number // 100 * 1e-5:.5f}"} if number else {}
    return DOOR | point | cells


def write(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    """Write a hand-over file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def load(url: str, path: Path, rows: Iterable[dict[str, str]] | None = None, **options: Any) -> tuple[BatchReport, list[dict[str, str]]]:  # noqa: ANN401 - whatever is bound
    """Import a file in a session of its own; return the report and the result, row for row."""
    if rows is not None:
        write(path, rows)
    result = path.with_suffix(".result.csv")
    with db.session(url) as session:
        report = import_file(session, path, result=result, **options)
    with result.open(encoding="utf-8", newline="") as stream:
        return report, list(csv.DictReader(stream))


def fate(result: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Return outcome and issues of each row."""
    return [(row["result_outcome"], row["result_issues"]) for row in result]


def scalar(url: str, query: str, **values: Any) -> Any:  # noqa: ANN401 - whatever is bound
    """Return one value from the database."""
    with db.session(url) as session:
        return session.execute(text(query), values).scalar()


def contents(url: str) -> dict[str, list[Any]]:
    """Return what the registry holds, without the moments at which it was written."""
    with db.session(url) as session:
        return {table: _rows(session, table) for table in ("address", "household", "external_code", "place", "digital_address")}


def _rows(session: Session, table: str) -> list[Any]:
    return list(session.execute(text(f"SELECT to_jsonb(t)\\:\\:text FROM {table} AS t ORDER BY 1")).scalars())
