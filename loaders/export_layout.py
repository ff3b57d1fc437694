"""Here is decided how an export of kept rows is known again: by its own columns, which lead each row back to the one that it mends."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loaders.files import Source, rows
from loaders.quarantine import SURPLUS
from loaders.result import LEADING, TRIAL
from registry.errors import FileRefused
from registry.escaped import unescaped

BATCH, ROW = "batch", "row_no"


@dataclass(frozen=True)
class Layout:
    """Where the columns of the edited file stand: its row numbers, its batch, and the cells of the first file."""

    batch_id: int
    row_at: int
    batch_at: int | None
    names: tuple[str, ...]


def layout_of(source: Source, batch: int | None) -> Layout:
    """Find the columns of the export; FileRefused when the file is no export or holds rows of several batches."""
    names = tuple(unescaped(name.strip()) for name in source.header)
    if ROW not in names or (BATCH not in names and batch is None):
        raise FileRefused(
            f"Tệp {source.path.name} không có cột {BATCH} và {ROW}: không phải tệp xuất từ dòng giữ lại.",
            f"{source.path.name} has no columns {BATCH} and {ROW}: it is no export of kept rows.",
            hint="Xuất bằng: diachiso quarantine export LÔ --output sua.xlsx; giữ nguyên hai cột đó. Tệp thường thì dùng: diachiso import",
            page="Tải các dòng chờ ở trang của lô rồi sửa trong tệp đó, giữ nguyên hai cột ấy. Tệp khác thì nộp ở mục Nộp tệp.",
        )
    row_at, batch_at = names.index(ROW), names.index(BATCH) if BATCH in names else None
    if batch is None and batch_at is not None and any(cell_at(cells, batch_at).strip() == TRIAL for cells, _ in rows(source)):
        raise _trial(source.path)
    said = {whole(cells[batch_at]) for cells, _ in rows(source) if batch_at < len(cells)} - {None} if batch_at is not None else set()
    if batch is not None:
        said.add(batch)
    if len(said) != 1:
        listed = ", ".join(map(str, sorted(each for each in said if each is not None))) or "–"
        raise FileRefused(
            f"Tệp {source.path.name} phải có các dòng của đúng một lô; thấy: {listed}.",
            f"{source.path.name} must hold rows of exactly one batch; found: {listed}.",
            hint="Nộp lại từng lô một tệp.",
        )
    return Layout(int(said.pop() or 0), row_at, batch_at, names)


def _trial(path: Path) -> FileRefused:
    return FileRefused(
        f"Tệp {path.name} là báo cáo của một lần chạy thử: chưa có gì được ghi vào sổ nên chưa có dòng nào để nộp lại.",
        f"{path.name} is the report of a dry run: nothing was written, so no row waits to be handed in again.",
        hint="Nhập thật tệp gốc trước (diachiso import TỆP, không có --dry-run); các ô đã sửa ở đây vẫn dùng được:"
        f" diachiso quarantine resubmit {path.name} --batch LÔ, với LÔ là số lô vừa nhập.",
        page="Xác nhận để nhập thật tệp gốc trước; rồi tải các dòng chờ ở trang của lô, sửa và nộp lại ở đó.",
    )


def places_of(source: Source, layout: Layout, header: tuple[str, ...]) -> tuple[list[int], int | None, list[int]]:
    """Return where each cell of the first file stands now, where surplus cells stand, and the columns that the officer added."""
    taken = {layout.row_at, layout.batch_at}
    taken |= {layout.names.index(name) for name in LEADING if name in layout.names and (name not in header or layout.names.count(name) > 1)}
    free = [at for at in range(len(layout.names)) if at not in taken]
    places, missing = [], []
    for name in header:
        at = next((at for at in free if layout.names[at] == name.strip()), None)
        if at is None:
            missing.append(name)
            continue
        places.append(at)
        free.remove(at)
    if missing:
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
    return int(bare) if bare.isascii() and bare.isdigit() else None
