"""Here is decided how a mended export comes in again: known by its own columns, read with the options of the first batch."""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.batch import import_file
from loaders.files import Source, opened, rows
from loaders.quarantine import SURPLUS, Resubmission
from loaders.report import BatchReport
from loaders.result import LEADING, TRIAL
from loaders.statements import run
from registry.errors import FileRefused, NotFoundError, RefusedError
from registry.escaped import unescaped

BATCH, ROW = "batch", "row_no"
_SHOWN: Final = 5
# Options of the first file that the private copy, plain CSV in UTF-8, no longer has.
_OF_THE_FIRST_FILE: Final = ("crs", "profile", "delimiter", "encoding", "sheet")


def resubmit(session: Session, path: Path, *, batch: int | None = None, **options: Any) -> BatchReport:  # noqa: ANN401 - options of import_file
    """Import the mended rows of an export as a new batch and settle the kept rows that were accepted; commit.

    Columns, coordinates, province and profile are those of the batch that the rows come from, which the file says itself (`batch` helps
    a file without that column). `options` go to `import_file` (dry_run, result, actor, progress …).
    Raises FileRefused, NotFoundError (no such batch), RefusedError (it was rolled back), and what import_file raises.
    """
    with opened(path, names=LEADING) as source:
        layout = _layout(source, batch)
        first = _first_batch(session, layout.batch_id)
        with _private_copy(session, source, layout, first) as (copy, mapping, mended):
            given = {name: first[name] for name in ("province", "crs", "profile")} | {"delimiter": ",", "encoding": "utf-8"}
            # Rows that were kept for their points would make a small file look misplaced as a whole; each is judged by itself.
            given |= {"accept_misplaced": True, "swapped": bool(first.get("swapped"))}
            return import_file(session, copy, mapping=mapping, resubmission=mended, **{**given, **options})


@dataclass(frozen=True)
class _Layout:
    """Where the columns of the edited file stand: its row numbers, its batch, and the cells of the first file."""

    batch_id: int
    row_at: int
    batch_at: int | None
    names: tuple[str, ...]


def _layout(source: Source, batch: int | None) -> _Layout:
    """Find the columns of the export; FileRefused when the file is no export or holds rows of several batches."""
    names = tuple(unescaped(name.strip()) for name in source.header)
    if ROW not in names or (BATCH not in names and batch is None):
        raise FileRefused(
            f"Tệp {source.path.name} không có cột {BATCH} và {ROW}: không phải tệp xuất từ dòng giữ lại.",
            f"{source.path.name} has no columns {BATCH} and {ROW}: it is no export of kept rows.",
            hint="Xuất bằng: diachiso quarantine export LÔ --output sua.xlsx; giữ nguyên hai cột đó. Tệp thường thì dùng: diachiso import",
        )
    row_at, batch_at = names.index(ROW), names.index(BATCH) if BATCH in names else None
    if batch is None and batch_at is not None and any(_at(cells, batch_at).strip() == TRIAL for cells, _ in rows(source)):
        raise _trial(source.path)
    said = {_whole(cells[batch_at]) for cells, _ in rows(source) if batch_at < len(cells)} - {None} if batch_at is not None else set()
    if batch is not None:
        said.add(batch)
    if len(said) != 1:
        listed = ", ".join(map(str, sorted(each for each in said if each is not None))) or "–"
        raise FileRefused(
            f"Tệp {source.path.name} phải có các dòng của đúng một lô; thấy: {listed}.",
            f"{source.path.name} must hold rows of exactly one batch; found: {listed}.",
            hint="Nộp lại từng lô một tệp.",
        )
    return _Layout(int(said.pop() or 0), row_at, batch_at, names)


def _trial(path: Path) -> FileRefused:
    return FileRefused(
        f"Tệp {path.name} là báo cáo của một lần chạy thử (--dry-run): chưa có gì được ghi vào sổ nên chưa có dòng nào để nộp lại.",
        f"{path.name} is the report of a dry run: nothing was written, so no row waits to be handed in again.",
        hint="Nhập thật tệp gốc trước (diachiso import TỆP, không có --dry-run); các ô đã sửa ở đây vẫn dùng được:"
        f" diachiso quarantine resubmit {path.name} --batch LÔ, với LÔ là số lô vừa nhập.",
    )


def _first_batch(session: Session, batch_id: int) -> dict[str, Any]:
    """Return the options of the batch that the rows come from; it must exist and stand."""
    found = session.execute(text("SELECT state, options FROM batch WHERE id = :batch"), {"batch": batch_id}).first()
    if found is None:
        raise NotFoundError(f"Không có lô {batch_id}.", f"There is no batch {batch_id}.", hint="Xem danh sách: diachiso batches")
    if found.state != "committed":
        raise RefusedError(
            f"Lô {batch_id} đã hoàn tác nên không còn dòng nào chờ sửa.",
            f"Batch {batch_id} was rolled back: none of its rows waits.",
            hint="Nhập lại cả tệp gốc: diachiso import TỆP",
        )
    options: dict[str, Any] = found.options
    return options


@contextmanager
def _private_copy(session: Session, source: Source, layout: _Layout, options: dict[str, Any]) -> Iterator[tuple[Path, Path, Resubmission]]:
    """Write the rows as the first file had them, and its mapping; both are gone at the end."""
    with TemporaryDirectory(prefix="diachiso-") as folder:
        copy, mapping = Path(folder) / f"{source.path.stem}.csv", Path(folder) / "mapping.toml"
        kept = {row.row_no: row.odd for row in run(session, "quarantine", "kept_numbers", batch=layout.batch_id)}
        told = _write(source, layout, tuple(options["header"]), kept, copy)
        still = {key: value for key, value in options["mapping"].items() if key not in _OF_THE_FIRST_FILE}
        mapping.write_text(toml(still), encoding="utf-8")
        yield copy, mapping, Resubmission(layout.batch_id, source.path.name, source.sha256, source.size, told)


def _write(
    source: Source, layout: _Layout, header: tuple[str, ...], kept: dict[int, dict[str, Any] | None], path: Path
) -> dict[int, tuple[int, int]]:
    """Write the private copy; return which kept row each of its rows mends."""
    places, surplus_at, added = _places(source, layout, header)
    told: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    strange: list[int] = []
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*header, *(layout.names[at] for at in added)])
        number = 0
        for line, (raw, _) in enumerate(rows(source), start=1):
            cells = [unescaped(cell) for cell in raw]
            row_no = _whole(_at(cells, layout.row_at))
            if _at(cells, layout.row_at).strip() and row_no not in kept:
                strange.append(line)
            said = [_at(cells, at) for at in (*places, *added)]
            if not any(cell.strip() for cell in said):
                # An emptied row is a row taken out; it goes on waiting.
                continue
            number += 1
            if row_no is not None and row_no not in seen:
                told[number] = (layout.batch_id, row_no)
                seen.add(row_no)
            writer.writerow(_as_it_was(said, header, _at(cells, surplus_at), kept.get(row_no or 0)))
    if strange:
        listed = ", ".join(map(str, strange[:_SHOWN])) + (" …" if len(strange) > _SHOWN else "")
        raise FileRefused(
            f"Tệp {source.path.name}: dòng {listed} có số dòng không nằm trong các dòng bị giữ lại của lô {layout.batch_id}.",
            f"{source.path.name}: rows {listed} bear row numbers that are not among the kept rows of batch {layout.batch_id}.",
            hint=f"Không sửa cột {ROW}; dòng thêm mới thì để trống cột này.",
        )
    return told


def _places(source: Source, layout: _Layout, header: tuple[str, ...]) -> tuple[list[int], int | None, list[int]]:
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


def _as_it_was(said: list[str], header: tuple[str, ...], surplus: str, odd: dict[str, Any] | None) -> list[str]:
    """Give a row that did not fit the header its first form again unless somebody mended it: cells too few or too many stay wrong."""
    if odd is None:
        return said
    if surplus.strip():
        return [*said[: len(header)], *_surplus(surplus), *said[len(header) :]]
    untouched = SURPLUS not in odd and all(cell == odd.get(name, "") for name, cell in zip(header, said, strict=False))
    return said[: len(odd)] if untouched else said


def _surplus(cell: str) -> list[str]:
    """Return the surplus cells that an export shows as a list."""
    try:
        found = json.loads(cell)
    except ValueError:
        return [cell]
    return [str(each) for each in found] if isinstance(found, list) else [cell]


def _at(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _whole(cell: str) -> int | None:
    bare = cell.strip().removesuffix(".0")
    return int(bare) if bare.isascii() and bare.isdigit() else None


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
