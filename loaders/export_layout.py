"""Here is decided how an export of kept rows is known again: by its own columns, which lead each row back to the one that it mends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loaders.cells import masked
from loaders.files import Source, rows
from loaders.quarantine import SURPLUS
from loaders.result import LEADING, TRIAL
from registry.errors import FileRefused
from registry.escaped import unescaped

BATCH, ROW = "batch", "row_no"
# Where each cell of the first file stands (None: nowhere), where its surplus cells do, and the columns that were added.
Places = tuple[list[int | None], int | None, list[int]]
_LONGEST_NUMBER: Final = 18
_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True)
class Layout:
    """Where the columns of the edited file stand: its row numbers, its batch, the cells of the first file; and which batches its rows name.

    `trial`: a row names the report of a dry run, which became no batch.
    """

    row_at: int
    batch_at: int | None
    names: tuple[str, ...]
    batches: frozenset[int]
    trial: bool


def layout_of(source: Source, *, named: bool) -> Layout:
    """Find the columns of the export, and in one walk which batches its rows name; FileRefused when it is no export, or a cell names none.

    `named`: the file itself must say of which batch its rows are.
    """
    names = tuple(unescaped(name.strip()) for name in source.header)
    if ROW not in names or (BATCH not in names and named):
        raise FileRefused(
            f"Tệp {source.path.name} không có cột {BATCH} và {ROW}: không phải tệp xuất từ dòng giữ lại.",
            f"{source.path.name} has no columns {BATCH} and {ROW}: it is no export of kept rows.",
            hint="Xuất bằng: diachiso quarantine export LÔ --output sua.xlsx; giữ nguyên hai cột đó. Tệp thường thì dùng: diachiso import",
            page="Tải các dòng chờ ở trang của lô rồi sửa trong tệp đó, giữ nguyên hai cột ấy. Tệp khác thì nộp ở mục Nộp tệp.",
        )
    at = names.index(BATCH) if BATCH in names else None
    said = _said(source, at) if at is not None else set()
    return Layout(names.index(ROW), at, names, frozenset(said - {TRIAL}), TRIAL in said)


def _said(source: Source, at: int) -> set[Any]:
    """Return what the cells of the batch column say: numbers, or TRIAL; a row that somebody added may leave it empty."""
    said: set[Any] = set()
    for line, (cells, _) in enumerate(rows(source), start=1):
        cell = unescaped(cell_at(cells, at)).strip()
        number = TRIAL if cell == TRIAL else whole(cell)
        if number is None and cell:
            shown = masked("", cell)[:_LONGEST_SHOWN]
            raise FileRefused(
                f"Tệp {source.path.name}, dòng dữ liệu thứ {line}: cột {BATCH} ghi “{shown}”, không phải số lô.",
                f"{source.path.name}, data row {line}: the column {BATCH} says “{shown}”, which is no number of a batch.",
                hint=f"Giữ nguyên cột {BATCH} như lúc xuất; dòng thêm mới thì để trống. Dòng tổng cộng, ghi chú thì xoá khỏi tệp.",
            )
        said.add(number)
    return said - {None}


def batch_of(source: Source, layout: Layout, batch: int | None) -> int:
    """Return the one batch that the rows are of, `batch` if it is told; FileRefused for those of several, of none, or of a dry run."""
    if batch is None and layout.trial:
        raise _trial(source.path)
    said = layout.batches | ({batch} if batch is not None else set())
    if len(said) != 1:
        listed = ", ".join(map(str, sorted(said))) or "–"
        raise FileRefused(
            f"Tệp {source.path.name} phải có các dòng của đúng một lô; thấy: {listed}.",
            f"{source.path.name} must hold rows of exactly one batch; found: {listed}.",
            hint="Nộp lại từng lô một tệp.",
        )
    return next(iter(said))


def _trial(path: Path) -> FileRefused:
    return FileRefused(
        f"Tệp {path.name} là báo cáo của một lần chạy thử: chưa có gì được ghi vào sổ nên chưa có dòng nào để nộp lại.",
        f"{path.name} is the report of a dry run: nothing was written, so no row waits to be handed in again.",
        hint="Nhập thật tệp gốc trước (diachiso import TỆP, không có --dry-run); các ô đã sửa ở đây vẫn dùng được:"
        f" diachiso quarantine resubmit {path.name} --batch LÔ, với LÔ là số lô vừa nhập.",
        page="Xác nhận để nhập thật tệp gốc trước; rồi tải các dòng chờ ở trang của lô, sửa và nộp lại ở đó.",
    )


def places_of(source: Source, layout: Layout, header: tuple[str, ...], unread: Collection[str]) -> Places:
    """Find the cells of the first file; a column that nobody reads may be gone, FileRefused names the others that are missing."""
    taken = {layout.row_at, layout.batch_at}
    taken |= {layout.names.index(name) for name in LEADING if name in layout.names and (name not in header or layout.names.count(name) > 1)}
    free = [at for at in range(len(layout.names)) if at not in taken]
    places: list[int | None] = []
    for name in header:
        at = next((at for at in free if layout.names[at] == name.strip()), None)
        places.append(at)
        free = [other for other in free if other != at]
    if missing := [name for name, at in zip(header, places, strict=True) if at is None and name not in unread]:
        raise FileRefused(
            f"Tệp {source.path.name} thiếu cột của tệp gốc: {', '.join(missing)}.",
            f"{source.path.name} lacks columns of the first file: {', '.join(missing)}.",
            hint="Giữ nguyên các cột của tệp xuất; ô không có dữ liệu thì để trống.",
        )
    surplus_at = next((at for at in free if layout.names[at] == SURPLUS), None)
    return places, surplus_at, [at for at in free if at != surplus_at and layout.names[at]]


def cell_at(cells: Sequence[str], at: int | None) -> str:
    """Return a cell, empty where a row is too short or there is no such column."""
    return cells[at] if at is not None and at < len(cells) else ""


def whole(cell: str) -> int | None:
    """Return the whole number in a cell, also as a spreadsheet writes it (7.0); None for anything else."""
    bare = cell.strip().removesuffix(".0")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= _LONGEST_NUMBER else None


def twice(source: Source, row_no: int, first: int, second: int) -> FileRefused:
    """Return the refusal of a file that mends one kept row in two of its rows."""
    return FileRefused(
        f"Tệp {source.path.name}: cột {ROW} ghi số {row_no} ở hai dòng dữ liệu, thứ {first} và thứ {second}.",
        f"{source.path.name}: the column {ROW} says {row_no} in two data rows, {first} and {second}.",
        hint=f"Mỗi dòng giữ lại chỉ được sửa thành một dòng: bỏ một dòng, hoặc để trống cột {ROW} nếu đó là nhà thêm mới.",
    )
