"""Here is decided what goes back to the sender: the input row for row with its outcome, or the rows kept in quarantine."""

import csv
import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.files import Source, rows
from loaders.formats.cell_text import cell_text
from registry.errors import RefusedError
from registry.escaped import escaped

ADDED: Final = ("result_outcome", "result_issues", "result_code")
# What stands before the cells of a kept row; `batch` and `row_no` lead back to it when it is handed in again.
LEADING: Final = ("batch", "row_no", "outcome", "issues", "labels", "fix")
# Stands in place of the batch in the report of a dry run, which leaves none.
TRIAL: Final = "chạy thử / dry run"


_ROWS_A_FETCH: Final = 5_000
_ROWS: Final = "SELECT outcome, issues, code FROM batch_row WHERE batch_id = :batch ORDER BY row_no"
# Without the codes that the batch itself drew; one that a row brought along is no news.
_ROWS_WITHOUT_DRAWN: Final = """
SELECT r.outcome, r.issues, CASE WHEN c.code IS NULL OR d.code IS NOT NULL THEN r.code END AS code
FROM batch_row AS r
LEFT JOIN digital_address AS c
    ON c.code = r.code AND c.province_code = r.province_code AND c.batch_id = r.batch_id AND c.scheme = 'diachiso'
LEFT JOIN (SELECT DISTINCT code FROM door WHERE code <> '') AS d ON d.code = r.code
WHERE r.batch_id = :batch
ORDER BY r.row_no
"""


def write_result(session: Session, source: Source, batch_id: int | None, path: Path, *, dry_run: bool = False) -> None:
    """Write the input with the outcome of each row behind it; a dry run shows no code that it drew, for it will never be issued.

    The rows are fetched while they are written: a result is as long as its file.
    """
    query = text(_ROWS_WITHOUT_DRAWN if dry_run else _ROWS)
    found = session.execute(query, {"batch": batch_id}, execution_options={"yield_per": _ROWS_A_FETCH})
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=source.delimiter)
        writer.writerow([*map(escaped, source.header), *ADDED])
        for (cells, _), (outcome, issues, code) in zip(rows(source), found, strict=True):
            row = map(escaped, _fitted(cells, len(source.header), source.delimiter))
            writer.writerow([*row, outcome, ";".join(issues), code or ""])


def _fitted(cells: list[str], width: int, delimiter: str) -> list[str]:
    """Fill a row up to the header, or join its surplus into the last cell, so that the results stand under theirs and no cell is lost."""
    if len(cells) > width:
        return [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
    return [*cells, *[""] * (width - len(cells))]


def write_quarantine(kept: Iterator[dict[str, Any]], path: Path) -> int:
    """Write kept rows as CSV that can be mended and handed in again: whose they are and why, then their cells; return how many."""
    number = 0
    # The mark at the head lets a spreadsheet see that the file is UTF-8.
    with atomic(path, encoding="utf-8-sig") as stream:
        writer = csv.writer(stream)
        for number, row in enumerate(kept, start=1):
            if number == 1:
                writer.writerow([*LEADING, *map(escaped, row["header"])])
            writer.writerow(map(escaped, quarantine_cells(row)))
        if not number:
            writer.writerow(LEADING)
    return number


def quarantine_cells(row: dict[str, Any]) -> list[str]:
    """Return the cells of a kept row under LEADING and its header."""
    known = {**row, "issues": ";".join(row["issues"])}
    return [*(str(known[name]) for name in LEADING), *(cell_text(row["raw"].get(name, "")) for name in row["header"])]


@contextmanager
def atomic(path: Path, *, encoding: str = "utf-8", mode: int = 0o644) -> Iterator[IO[str]]:
    """Open a file that appears under its name only when it is whole; RefusedError when it cannot be written."""
    with atomic_path(path, mode=mode) as hidden, hidden.open("w", encoding=encoding, newline="") as stream:
        yield stream


@contextmanager
def atomic_path(path: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """Give the path of a hidden file that takes its name when the block ends well; RefusedError when it cannot be written.

    Of a symbolic link the file takes the place that it leads to. A device or a pipe (/dev/stdout, /dev/null) is refused: a file must
    not take its place.
    """
    try:
        target = _target(path)
        _sweep(target)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.{os.getpid()}-")
        os.close(handle)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield Path(name)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def _target(path: Path) -> Path:
    """Return the path of the file that is to be replaced, links followed; OSError where something else than a file stands there."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file")
    return Path(os.path.realpath(path))


def _sweep(path: Path) -> None:
    """Remove what runs that were killed left beside this file; only our own hidden files, of processes that are no more."""
    hidden = re.compile(rf"\.{re.escape(path.name)}\.(\d+)-[a-z0-9_]{{8}}")
    for left in path.parent.iterdir():
        found = hidden.fullmatch(left.name)
        if found and not left.is_symlink() and left.is_file() and left.stat().st_uid == os.getuid() and not _runs(int(found[1])):
            left.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Tell whether a process lives; one of somebody else does."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _unwritable(path: Path, error: OSError) -> RefusedError:
    return RefusedError(f"Không ghi được tệp {path}.", f"Cannot write {path}: {error.strerror}.", hint="Kiểm tra thư mục và quyền ghi.")
