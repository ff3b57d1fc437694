"""Decides coverage by cell as CSV, JSON or GeoJSON for a map."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from registry.coverage_cells import Cell, CellReport
from registry.ladder import RUNGS

_COLUMNS: Final = (
    "cell", "lat", "lon", "addresses", "household_addresses", "households", "households_coded", "gap", "ratio_a", "coded", "suppressed",
)  # fmt: skip


def cells_csv(report: CellReport) -> str:
    """Return the file's text: one row a cell; what is hidden or not known is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*_COLUMNS, *(f"doors_{rung}" for rung in RUNGS)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(each) for each in report.cells)
    return out.getvalue()


def _row(cell: Cell) -> dict[str, Any]:
    plain = cell.to_dict()
    row = {name: plain[name] for name in _COLUMNS} | {"suppressed": int(cell.suppressed)}
    return row | {f"doors_{rung}": None if cell.suppressed else getattr(cell.ladders.doors, rung) for rung in RUNGS}


def cells_json(report: CellReport) -> str:
    """Return one JSON object, indented."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"


def cells_geojson(report: CellReport) -> str:
    """Return a GeoJSON collection on one line a feature's worth of space: maps read it, people do not."""
    return json.dumps(report.to_geojson(), ensure_ascii=False, separators=(",", ":")) + "\n"


CELL_TEXTS: Final[Mapping[str, Callable[[CellReport], str]]] = {"csv": cells_csv, "json": cells_json, "geojson": cells_geojson}
