"""Here is decided how a mended export comes in again: known by its own columns, read with the options of the first batch."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.batch import import_file
from loaders.export_layout import ROW, Layout, Places, batch_of, cell_at, layout_of, places_of, twice, whole
from loaders.fields import unread
from loaders.files import Source, opened, rows
from loaders.mapping import mapping_from
from loaders.quarantine import SURPLUS, Resubmission
from loaders.report import BatchReport, unknown_batch
from loaders.result import LEADING
from loaders.statements import run
from registry.errors import FileRefused, RefusedError
from registry.escaped import unescaped

_SHOWN: Final = 5
# Options of the first file that the private copy, plain CSV in UTF-8, no longer has.
_OF_THE_FIRST_FILE: Final = ("crs", "profile", "delimiter", "encoding", "sheet")


@dataclass(frozen=True)
class Again:
    """Mended rows as the first file had them: their private copy, and the options of `import_file` to read it with."""

    path: Path
    options: dict[str, Any]


def resubmit(session: Session, path: Path, *, batch: int | None = None, **options: Any) -> BatchReport:  # noqa: ANN401 - options of import_file
    """Import the mended rows of an export as a new batch and settle the kept rows that were accepted; commit.

    Columns, coordinates, province and profile are those of the batch that the rows come from, which the file says itself (`batch` helps
    a file without that column). `options` go to `import_file` (dry_run, result, actor, progress …).
    Raises FileRefused, NotFoundError (no such batch), RefusedError (it was rolled back), and what import_file raises.
    """
    with TemporaryDirectory(prefix="diachiso-") as folder:
        again = write_again(session, path, Path(folder), batch=batch)
        first = reading_of(session, again.options["resubmission"].batch_id)
        mapping = Path(folder) / "mapping.toml"
        mapping.write_text(toml(first.pop("mapping")), encoding="utf-8")
        return import_file(session, again.path, mapping=mapping, **{**first, **again.options, **options})


def write_again(session: Session, path: Path, folder: Path, *, batch: int | None = None, **reading: Any) -> Again:  # noqa: ANN401 - options of `opened`
    """Write the rows of a mended export as the first file had them, into a folder; raises as `resubmit` does.

    `reading` says how the export itself is to be read (delimiter, encoding, sheet), where that is not to be found out.
    """
    with opened(path, names=LEADING, **reading) as source:
        layout = layout_of(source, named=batch is None)
        first = batch_of(source, layout, batch)
        options = _first_batch(session, first)
        kept = {row.row_no: row.odd for row in run(session, "quarantine", "kept_numbers", batch=first)}
        copy, header = folder / f"{source.path.stem}.csv", tuple(options["header"])
        places = places_of(source, layout, header, unread(header, mapping_from(options["mapping"])))
        mends = _write(source, layout, header, places, kept, copy)
        told = {number: (first, row_no) for number, row_no in mends.items()}
        mended = Resubmission(first, source.path.name, source.sha256, source.size, told)
    # Rows that were kept for their points would make a small file look misplaced as a whole; each is judged by itself.
    judged = {"accept_misplaced": True, "swapped": bool(options.get("swapped"))}
    return Again(copy, {"resubmission": mended, "delimiter": ",", "encoding": "utf-8", **judged})


def reading_of(session: Session, batch_id: int) -> dict[str, Any]:
    """Return how the rows of a batch are read when they come in again: province, crs, profile, and the mapping as a table.

    Raises NotFoundError (no such batch) or RefusedError (it was rolled back).
    """
    options = _first_batch(session, batch_id)
    still = {key: value for key, value in options["mapping"].items() if key not in _OF_THE_FIRST_FILE}
    return {name: options[name] for name in ("province", "crs", "profile")} | {"mapping": still}


def _first_batch(session: Session, batch_id: int) -> dict[str, Any]:
    """Return the options of the batch that the rows come from; it must exist and stand."""
    found = session.execute(text("SELECT state, options FROM batch WHERE id = :batch"), {"batch": batch_id}).first()
    if found is None:
        raise unknown_batch(batch_id)
    if found.state == "rolled_back":
        raise RefusedError(
            f"Lô {batch_id} đã hoàn tác nên không còn dòng nào chờ sửa.",
            f"Batch {batch_id} was rolled back: none of its rows waits.",
            hint="Nhập lại cả tệp gốc: diachiso import TỆP",
            page="Nộp lại cả tệp gốc ở mục Nộp tệp.",
        )
    if found.state != "committed":
        raise RefusedError(
            f"Lô {batch_id} chưa vào sổ nên không có dòng nào chờ sửa.",
            f"Batch {batch_id} never entered the registry: none of its rows waits.",
            hint="Nhập cả tệp gốc: diachiso import TỆP",
            page="Nộp cả tệp gốc ở mục Nộp tệp.",
        )
    options: dict[str, Any] = found.options
    return options


def _write(
    source: Source, layout: Layout, header: tuple[str, ...], at: Places, kept: dict[int, dict[str, Any] | None], path: Path
) -> dict[int, int]:
    """Write the private copy; return which kept row each of its rows mends."""
    places, _, added = at
    told: dict[int, int] = {}
    lines: dict[int, int] = {}
    strange: list[int] = []
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*header, *(layout.names[at] for at in added)])
        number = 0
        for line, (raw, _) in enumerate(rows(source), start=1):
            cells = [unescaped(cell) for cell in raw]
            row_no = whole(cell_at(cells, layout.row_at))
            if cell_at(cells, layout.row_at).strip() and row_no not in kept:
                strange.append(line)
            if not any(cell_at(cells, at).strip() for at in (*places, *added)):
                # An emptied row is a row taken out; it goes on waiting.
                continue
            number += 1
            if row_no is not None:
                if row_no in lines:
                    raise twice(source, row_no, lines[row_no], line)
                told[number], lines[row_no] = row_no, line
            writer.writerow(_as_it_was(cells, header, at, kept.get(row_no or 0)))
    if strange:
        raise _strange(source, strange)
    return told


def _strange(source: Source, lines: list[int]) -> FileRefused:
    listed = ", ".join(map(str, lines[:_SHOWN])) + (" …" if len(lines) > _SHOWN else "")
    return FileRefused(
        f"Tệp {source.path.name}: cột {ROW} của dòng dữ liệu thứ {listed} ghi số không nằm trong các dòng bị giữ lại của lô.",
        f"{source.path.name}: the column {ROW} of data rows {listed} says numbers that are not among the kept rows of the batch.",
        hint=f"Không sửa cột {ROW}; dòng thêm mới thì để trống cột này.",
    )


def _as_it_was(cells: list[str], header: tuple[str, ...], at: Places, odd: dict[str, Any] | None) -> list[str]:
    """Give a row that did not fit the header its first form again unless somebody mended it: cells too few or too many stay wrong."""
    places, surplus_at, added = at
    was = odd or {}
    said = [was.get(name, "") if place is None else cell_at(cells, place) for name, place in zip(header, places, strict=True)]
    more = [cell_at(cells, place) for place in added]
    if odd is None:
        return [*said, *more]
    # Where the column of surplus cells is gone, a row that is otherwise untouched has not been mended by that.
    surplus = _surplus(cell_at(cells, surplus_at)) if surplus_at is not None else list(was.get(SURPLUS, ()))
    untouched = all(cell == was.get(name, "") for name, cell in zip(header, said, strict=True))
    if surplus and (surplus_at is not None or untouched):
        return [*said, *surplus, *more]
    return said[: len(odd)] if untouched and SURPLUS not in odd else [*said, *more]


def _surplus(cell: str) -> list[str]:
    """Return the surplus cells that an export shows as a list."""
    if not cell.strip():
        return []
    try:
        found = json.loads(cell)
    except ValueError:
        return [cell]
    return [str(each) for each in found] if isinstance(found, list) else [cell]


def toml(table: dict[str, Any], name: str = "") -> str:
    """Write a table of texts, lists and tables as TOML."""
    own = "".join(f"{json.dumps(key, ensure_ascii=False)} = {json.dumps(value, ensure_ascii=False)}\n"
                  for key, value in table.items() if value not in (None, "") and not isinstance(value, dict))  # fmt: skip
    inner = ""
    for key, value in table.items():
        if isinstance(value, dict) and value:
            path = f"{name}.{json.dumps(key, ensure_ascii=False)}" if name else json.dumps(key, ensure_ascii=False)
            inner += f"\n[{path}]\n{toml(value, path)}"
    return own + inner
