"""Here is decided how the cells of a file reach the database: row by row by COPY, odd rows set apart with all their cells."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.copying import copy
from loaders.fields import COLUMNS, Columns
from loaders.files import LONGEST_CELL, Source, rows
from loaders.mapping import Mapping
from registry.errors import FileRefused
from registry.personal import MASK, scrub

Progress = Callable[[str, int, int], None]
TABLES: Final = (
    "stage_row", "stage_raw", "stage_odd", "unit_key", "unit_candidate", "unit_issue", "house", "place_said", "flat_said", "value_said",
    "code_said", "note_said", "number_said", "point_said", "issue_kind", "issue", "parsed", "door", "found", "code_wanted", "outcome",
    "grouped", "identity", "settled", "written",
)  # fmt: skip
_ROWS_A_STEP: Final = 5_000


def stage(session: Session, source: Source, columns: Columns, mapping: Mapping, progress: Progress) -> int:
    """Copy the file to `stage_raw` (good rows) and `stage_odd`; return the number of rows; FileRefused when there is none."""
    clear(session)
    cells = ", ".join(f"c{at} text" for at in range(len(columns.header)))
    session.execute(text(f"CREATE TEMP TABLE stage_raw (row_no integer, {cells}) ON COMMIT DROP"))
    session.execute(text("CREATE TEMP TABLE stage_odd (row_no integer, code text, details jsonb, raw jsonb) ON COMMIT DROP"))
    odd: list[tuple[Any, ...]] = []
    tally = [0]
    names = ["row_no", *(f"c{at}" for at in range(len(columns.header)))]
    copy(session, "stage_raw", names, _even_rows(source, columns, odd, tally, progress))
    copy(session, "stage_odd", ["row_no", "code", "details", "raw"], odd)
    if not tally[0]:
        raise FileRefused(
            f"Tệp {source.path.name} chỉ có dòng tiêu đề, không có dòng dữ liệu nào.",
            f"{source.path.name} has a header but no rows.",
            hint="Hãy xuất lại tệp bàn giao.",
        )
    session.execute(text(_view(columns, mapping)))
    session.execute(text("ANALYZE stage_raw"))
    return tally[0]


def clear(session: Session) -> None:
    """Drop what an import before in the same transaction left."""
    session.execute(text("DROP VIEW IF EXISTS pg_temp.stage_row"))
    tables = ", ".join(f"pg_temp.{name}" for name in TABLES if name != "stage_row")
    session.execute(text(f"DROP TABLE IF EXISTS {tables}"))


def _even_rows(
    source: Source, columns: Columns, odd: list[tuple[Any, ...]], tally: list[int], progress: Progress
) -> Iterator[Sequence[Any]]:
    """Yield the rows with as many cells as the header and none too long; keep the others aside."""
    width, number = len(columns.header), 0
    for cells, position in rows(source):
        number += 1
        if not number % _ROWS_A_STEP:
            progress("đọc tệp / reading", position, source.size)
        if len(cells) == width and max(map(len, cells)) <= LONGEST_CELL:
            yield (number, *cells)
        else:
            odd.append(_odd_row(columns, number, cells))
    tally[0] = number
    progress("đọc tệp / reading", source.size, source.size)


def _odd_row(columns: Columns, number: int, cells: list[str]) -> tuple[Any, ...]:
    raw: dict[str, Any] = {_key(columns, at): _kept(columns, at, cell) for at, cell in enumerate(cells[: len(columns.header)])}
    if len(cells) > len(columns.header):
        raw["_extra"] = [scrub(cell) for cell in cells[len(columns.header) :]]
    if len(cells) != len(columns.header):
        details = {"cells": len(cells), "header": len(columns.header)}
        return number, "row.columns", json.dumps(details), json.dumps(raw, ensure_ascii=False)
    long = [(columns.header[at], len(cell)) for at, cell in enumerate(cells) if len(cell) > LONGEST_CELL]
    return number, "row.cell_too_long", json.dumps({"column": long[0][0], "characters": long[0][1]}), json.dumps(raw, ensure_ascii=False)


def _kept(columns: Columns, at: int, cell: str) -> str:
    """Return a cell as the quarantine keeps it: nothing of a personal column, codes and coordinates as they are."""
    if at in columns.personal:
        return MASK if cell else ""
    return cell if at in columns.exact() else scrub(cell)


def _key(columns: Columns, at: int) -> str:
    """Return the name under which a cell is kept: its header, numbered where headers repeat."""
    name = columns.header[at]
    return name if columns.header.index(name) == at else f"{name}#{at + 1}"


def raw_keys(columns: Columns) -> list[str]:
    """Return the names of all cells as the quarantine keeps them."""
    return [_key(columns, at) for at in range(len(columns.header))]


def _view(columns: Columns, mapping: Mapping) -> str:
    """Return the view that shows the staged cells under their canonical names, defaults filled in."""
    shown = []
    for name in COLUMNS:
        default = mapping.defaults.get(name, "").replace("'", "''").replace(":", "\\:")
        places = columns.joined.get(name) or ((columns.position[name],) if columns.has(name) else ())
        cells = "".join(f"nullif(btrim(c{at}), ''), " for at in places)
        shown.append(f"coalesce({cells}'{default}'::text) AS {name}")
    return f"CREATE TEMP VIEW stage_row AS SELECT row_no, {', '.join(shown)} FROM stage_raw"  # noqa: S608 - only names and constants of ours are put in
