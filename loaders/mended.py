"""Here is decided which cells of a check report somebody mended, while its file has not entered the registry: those that differ."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from loaders.export_layout import BATCH, ROW, Layout, cell_at, layout_of, places_of, whole
from loaders.files import Source, opened, rows
from loaders.quarantine import SURPLUS
from loaders.result import LEADING
from registry.errors import FileRefused
from registry.escaped import unescaped
from registry.text import clean

_SHOWN: Final = 5
# Stands for the batch that a file without one has not become.
_NONE: Final = 0
Kept = Callable[[int], Sequence[str] | None]


def mended_cells(path: Path, header: Sequence[str], kept: Kept) -> dict[int, dict[str, str]]:
    """Return the cells that were typed anew in the report of a check, by row of the file and column.

    `header` names the columns of the file; `kept` returns the cells under them that the report had shown of a row, None for a row that
    it had not. A cell that is as it was shown is none: what was masked there stays as it is in the file. FileRefused for what is no such
    report, belongs to a batch, lacks columns, has columns or rows of its own, or changes surplus cells: these have no place in the file.
    """
    with opened(path, names=LEADING) as source:
        layout = _layout(source)
        names = tuple(name for name in header if name != SURPLUS)
        places, surplus_at, added = places_of(source, layout, names)
        if added:
            listed = ", ".join(layout.names[at] for at in added[:_SHOWN])
            raise _refused(source, f"có cột thêm mới: {listed}", f"has columns of its own: {listed}")
        return _typed(source, layout, names, (places, surplus_at), kept)


def _layout(source: Source) -> Layout:
    names = [unescaped(name.strip()) for name in source.header]
    at = names.index(BATCH) if BATCH in names else None
    said = next((number for cells, _ in rows(source) if (number := whole(cell_at(cells, at)))), None)
    if said is not None:
        raise FileRefused(
            f"Tệp {source.path.name} là các dòng giữ lại của lô {said}, không phải báo cáo kiểm tra của tệp này.",
            f"{source.path.name} holds kept rows of batch {said}; it is no check report of this file.",
            hint=f"Nộp tệp đó ở trang của lô {said}.",
        )
    return replace(layout_of(source, _NONE), batch_id=_NONE)


def _typed(
    source: Source, layout: Layout, names: tuple[str, ...], at: tuple[list[int], int | None], kept: Kept
) -> dict[int, dict[str, str]]:  # fmt: skip
    found: dict[int, dict[str, str]] = {}
    seen: set[int] = set()
    strange: list[int] = []
    for line, (raw, _) in enumerate(rows(source), start=1):
        cells = [unescaped(cell) for cell in raw]
        said = [cell_at(cells, place) for place in at[0]]
        if not any(cell.strip() for cell in said):
            # An emptied row is a row left as it is.
            continue
        row_no = whole(cell_at(cells, layout.row_at))
        before = kept(row_no) if row_no is not None and row_no not in seen else None
        if row_no is None or before is None or _differs(cell_at(cells, at[1]), cell_at(before, len(names))):
            strange.append(line)
            continue
        seen.add(row_no)
        typed = {name: cell for name, cell, was in zip(names, said, before, strict=False) if _differs(cell, was)}
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
