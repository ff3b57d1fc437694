"""Decides the flat form of series and differences: one row a unit and period, or a unit and both periods, the total last."""

from collections.abc import Iterator
from typing import Any

from registry.carry import SeriesPoint
from registry.trends import Diff, Series

COUNTS = (
    "addresses", "household_addresses", "households", "households_coded", "coded", "notified", "accepted", "incomplete", "rejected",
)  # fmt: skip
SERIES_COLUMNS = (
    "level", "code", "name", "period", "revision", "day", "carried", "from_units", "baseline_households", "baseline_estimated", *COUNTS,
    "ratio_a", "ratio_b", "ratio_c",
)  # fmt: skip
_COMPARED = ("addresses", "households", "households_coded", "coded", "notified")
DIFF_COLUMNS = (
    "level", "code", "name", "earlier", "later", "earlier_carried", "later_carried",
    *(f"{side}_{name}" for name in _COMPARED for side in ("earlier", "later", "change")),
    *(f"{side}_ratio_{letter}" for letter in "abc" for side in ("earlier", "later", "change")),
)  # fmt: skip


def series_rows(series: Series) -> Iterator[dict[str, Any]]:
    """Yield the rows; a unit that was not there in a period has a row without figures, so that no gap is hidden."""
    for line in (*series.lines, series.total):
        for snapshot, point in zip(series.periods, line.points, strict=True):
            unit = {"level": line.level, "code": line.code, "name": line.name}
            when = {"period": snapshot.period.name, "revision": snapshot.revision, "day": snapshot.day.isoformat()}
            yield unit | when | _figures(point)


def diff_rows(diff: Diff) -> Iterator[dict[str, Any]]:
    """Yield the rows of both periods beside each other."""
    for line in (*diff.lines, diff.total):
        row: dict[str, Any] = {"level": line.level, "code": line.code, "name": line.name}
        for side, snapshot, point in (("earlier", diff.earlier, line.before), ("later", diff.later, line.after)):
            found = _figures(point)
            row |= {side: snapshot.label, f"{side}_carried": found["carried"]}
            row |= {f"{side}_{name}": found[name] for name in (*_COMPARED, "ratio_a", "ratio_b", "ratio_c")}
        row |= {f"change_{name}": line.change(name) for name in _COMPARED}
        for letter in "abc":
            grown = line.ratio_change(letter)
            row[f"change_ratio_{letter}"] = None if grown is None else round(grown, 4)
        yield row


def _figures(point: SeriesPoint | None) -> dict[str, Any]:
    if point is None:
        return dict.fromkeys(SERIES_COLUMNS[6:])
    line, base = point.line, point.line.baseline
    ratios = {f"ratio_{letter}": ratio.to_dict()["ratio"] for letter, ratio in line.ratios.items()}
    return {
        "carried": point.carried, "from_units": "; ".join(point.from_units) if point.carried != "same" else "",
        "baseline_households": base.households if base else None, "baseline_estimated": base.estimated if base else None,
        **{name: getattr(line, name) for name in COUNTS}, **ratios,
    }  # fmt: skip
