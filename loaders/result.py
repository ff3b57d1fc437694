"""Here is decided what goes back to the sender: the input row for row with its outcome, or the rows kept in quarantine."""

import csv
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.files import Source, rows
from registry.errors import RefusedError

ADDED: Final = ("result_outcome", "result_issues", "result_code")


def write_result(session: Session, source: Source, batch_id: int | None, path: Path) -> None:
    """Write the input with the outcome of each row behind it; `batch_id` None takes the rows at hand of a dry run."""
    table, where = ("outcome", "true") if batch_id is None else ("batch_row", "batch_id = :batch")
    values = {} if batch_id is None else {"batch": batch_id}
    found = session.execute(text(f"SELECT outcome, issues, code FROM {table} WHERE {where} ORDER BY row_no"), values)  # noqa: S608 - only names and constants of ours are put in
    with atomic(path) as stream:
        writer = csv.writer(stream, delimiter=source.delimiter)
        writer.writerow([*source.header, *ADDED])
        for (cells, _), (outcome, issues, code) in zip(rows(source), found, strict=True):
            # Rows are cut or filled to the header, so that the results stand under theirs; the quarantine keeps every cell.
            filled = [*cells, *[""] * (len(source.header) - len(cells))][: len(source.header)]
            writer.writerow([*filled, outcome, ";".join(issues), code or ""])


def write_quarantine(kept: Iterator[dict[str, Any]], path: Path) -> int:
    """Write quarantined rows as CSV: row number, outcome, issues, the proposed fix, then the raw cells; return how many."""
    listed = list(kept)
    headers = list(dict.fromkeys(name for row in listed for name in row["raw"]))
    with atomic(path) as stream:
        writer = csv.writer(stream)
        writer.writerow(["row_no", "outcome", "issues", "fix", "details", *headers])
        for row in listed:
            cells = [_cell(row["raw"].get(name, "")) for name in headers]
            writer.writerow([row["row_no"], row["outcome"], ";".join(row["issues"]), row["fix"], row["details"], *cells])
    return len(listed)


@contextmanager
def atomic(path: Path) -> Iterator[IO[str]]:
    """Open a file that appears under its name only when it is whole; RefusedError when it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            yield stream
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> RefusedError:
    return RefusedError(f"Không ghi được tệp {path}.", f"Cannot write {path}: {error.strerror}.", hint="Kiểm tra thư mục và quyền ghi.")


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
