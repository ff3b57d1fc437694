"""Here is decided which cells of a check report somebody mended, while its file has not entered the registry: those that differ."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from loaders.export_layout import ROW, Layout, Places, cell_at, layout_of, places_of, twice, whole
from loaders.fields import unread
from loaders.files import Source, opened, rows
from loaders.mapping import Mapping
from loaders.quarantine import SURPLUS
from loaders.result import LEADING
from registry.errors import FileRefused
from registry.escaped import unescaped
from registry.text import clean

_SHOWN: Final = 5
Kept = Callable[[int], Sequence[str] | None]


def mended_cells(path: Path, header: Sequence[str], mapping: Mapping, kept: Kept) -> dict[int, dict[str, str]]:
    """Return the cells that were typed anew in the report of a check, by row of the file and column.

    `header` names the columns of the file, which `mapping` says how to read; `kept` returns the cells under them that the report had
    shown of a row, None for a row that it had not. A cell that is as it was shown is none: what was masked there stays as it is in the
    file, and so does a column that nobody reads and that is gone. FileRefused for what is no such report, belongs to a batch, lacks
    columns, has columns or rows of its own, a row twice, or changes surplus cells: these have no place in the file.
    """
    with opened(path, names=LEADING) as source:
        layout = layout_of(source, named=False)
        if layout.batches:
            raise _of_batch(source, min(layout.batches))
        names = tuple(name for name in header if name != SURPLUS)
        at = places_of(source, layout, names, unread(names, mapping))
        if added := at[2]:
            listed = ", ".join(layout.names[at] for at in added[:_SHOWN])
            raise _refused(source, f"có cột thêm mới: {listed}", f"has columns of its own: {listed}")
        return _typed(source, layout, names, at, kept)


def _of_batch(source: Source, batch: int) -> FileRefused:
    return FileRefused(
        f"Tệp {source.path.name} là các dòng giữ lại của lô {batch}, không phải báo cáo kiểm tra của tệp này.",
        f"{source.path.name} holds kept rows of batch {batch}; it is no check report of this file.",
        hint=f"Nộp tệp đó ở trang của lô {batch}.",
    )


def _typed(source: Source, layout: Layout, names: tuple[str, ...], at: Places, kept: Kept) -> dict[int, dict[str, str]]:
    places, surplus_at, _ = at
    found: dict[int, dict[str, str]] = {}
    lines: dict[int, int] = {}
    strange: list[int] = []
    for line, (raw, _) in enumerate(rows(source), start=1):
        cells = [unescaped(cell) for cell in raw]
        if not any(cell_at(cells, place).strip() for place in places):
            # An emptied row is a row left as it is.
            continue
        row_no = whole(cell_at(cells, layout.row_at))
        before = kept(row_no) if row_no is not None else None
        surplus = cell_at(before or (), len(names))
        if row_no is None or before is None or (surplus_at is not None and _differs(cell_at(cells, surplus_at), surplus)):
            strange.append(line)
            continue
        if row_no in lines:
            raise twice(source, row_no, lines[row_no], line)
        lines[row_no] = line
        shown = zip(names, places, before, strict=False)
        typed = {name: cell_at(cells, place) for name, place, was in shown if place is not None and _differs(cell_at(cells, place), was)}
        if typed:
            found[row_no] = typed
    if strange:
        listed = ", ".join(map(str, strange[:_SHOWN])) + (" …" if len(strange) > _SHOWN else "")
        raise _refused(
            source, f"dòng {listed} không phải một dòng bị giữ lại của tệp đang kiểm tra, hoặc có ô thừa bị đổi",
            f"rows {listed} are not rows held back of the file that is being checked, or their surplus cells were changed",
        )  # fmt: skip
    return found


def _differs(cell: str, was: str) -> bool:
    # A spreadsheet writes line ends and blanks in its own way.
    return clean(cell) != clean(was)


def _refused(source: Source, vi: str, en: str) -> FileRefused:
    return FileRefused(
        f"Tệp {source.path.name}: {vi}.", f"{source.path.name}: {en}.",
        hint=f"Giữ nguyên cột {ROW} và các cột của báo cáo; dòng hay cột mới thì thêm vào tệp gốc rồi nộp tệp gốc.",
    )  # fmt: skip
