"""Decides the flat form of coverage: one row a line and the total last, the columns shared by the CSV and the workbook."""

from typing import Any

from registry.coverage import CoverageLine, CoverageReport
from registry.ladder import KINDS, RUNG_WORDS

_KIND_WORDS = {"household": "Nhà ở", "office": "Cơ quan", "business": "Doanh nghiệp", "other": "Khác"}
_RUNGS = (
    *((f"households_{rung}", f"Hộ: {vi.lower()}", "households", rung) for rung, vi, _ in RUNG_WORDS),
    *((f"{kind}_{rung}", f"{_KIND_WORDS[kind]}: {vi.lower()}", kind, rung) for kind in KINDS for rung, vi, _ in RUNG_WORDS),
)
# Column, Vietnamese heading of the workbook.
COLUMNS = (
    ("level", "Cấp"), ("code", "Mã"), ("name", "Tên"), ("on", "Ngày"), ("baseline_households", "Số hộ theo thống kê"),
    ("baseline_estimated", "Ước tính"), ("baseline_counted_on", "Ngày thống kê"), ("baseline_method", "Cách tính"),
    ("baseline_source", "Nguồn"), ("addresses", "Địa chỉ"), ("household_addresses", "Địa chỉ có hộ"), ("households", "Hộ đã ghi"),
    ("households_coded", "Hộ có địa chỉ số"), ("coded", "Địa chỉ có mã"), ("notified", "Đã thông báo"), ("accepted", "Bàn giao: đã nhận"),
    ("incomplete", "Bàn giao: còn thiếu"), ("rejected", "Bàn giao: từ chối"), ("unplaced", "Trong đó chưa rõ xã"),
    ("expected", "Địa chỉ dự kiến"), ("ratio_a", "(a) Hộ có mã / hộ đã ghi"), ("ratio_b", "(b) Hộ có mã / hộ thống kê"),
    ("ratio_c", "(c) Địa chỉ có mã / dự kiến"), ("over_100", "Trên 100 %"), ("approximate_area", "Ranh giới gần đúng"),
    ("suppressed", "Không công bố"), *((f"rung_{name}", vi) for name, vi, _, _ in _RUNGS),
)  # fmt: skip
_ALWAYS = frozenset({"level", "code", "name", "baseline", "approximate_area", "suppressed"})


def flat_rows(report: CoverageReport) -> list[dict[str, Any]]:
    """Return the rows; None for what is not known, ratios as fractions, `over_100` the letters above one."""
    return [_flat(line, report) for line in (*report.lines, report.total)]


def _flat(line: CoverageLine, report: CoverageReport) -> dict[str, Any]:
    base, ratios = line.baseline, line.ratios
    known = {name: getattr(line, name) for name, _ in COLUMNS if hasattr(line, name)}
    known |= {f"rung_{name}": getattr(getattr(line.ladders, ladder), rung) for name, _, ladder, rung in _RUNGS}
    if line.suppressed:
        known = {name: value if name in _ALWAYS else None for name, value in known.items()}
    return known | {
        "on": report.on.isoformat(),
        "baseline_households": base.households if base else None,
        "baseline_estimated": base.estimated if base else None,
        "baseline_counted_on": base.counted_on.isoformat() if base else None,
        "baseline_method": base.method if base else None,
        "baseline_source": base.source if base else None,
        **{f"ratio_{letter}": ratio.to_dict()["ratio"] for letter, ratio in ratios.items()},
        "over_100": "".join(letter for letter, ratio in ratios.items() if ratio.over_100),
    }
