"""Decides how a small table of facts is read: CSV, UTF-8, named columns; a refusal names the line, nothing is guessed."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from registry.errors import FileRefused
from registry.text import clean

_LARGEST_BYTES: Final = 5_000_000
_YEARS: Final = range(1990, 2200)


def table_rows(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines of a table with their numbers (the header is 1), cells cleaned; FileRefused for what is no such table.

    Every column that is named is in each line; an `optional` one that the table has not is empty.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileRefused(f"Tệp {path.name} quá lớn.", f"{path.name} is too large for such a table.")
        words = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused("Tệp không phải UTF-8.", "The file is not UTF-8.", hint="Lưu lại dưới dạng CSV UTF-8.") from error
    except OSError as error:
        raise FileRefused(f"Không đọc được tệp {path.name}.", f"Cannot read {path.name}.") from error
    reader = csv.DictReader(words.splitlines())
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        listed = ", ".join(missing)
        raise FileRefused(f"Tệp thiếu cột: {listed}.", f"The file lacks the columns {listed}.", hint=f"Cần: {', '.join(columns)}")
    empty = True
    for line, cells in enumerate(reader, 2):
        empty = False
        yield line, {name: clean(cells.get(name) or "") for name in (*columns, *optional)}
    if empty:
        raise FileRefused("Tệp không có dòng nào.", "The file has no rows.")


def wrong(line: int, column: str, vi: str, en: str) -> FileRefused:
    """Return the refusal of a cell."""
    return FileRefused(f"Dòng {line}, cột {column}: {vi}.", f"Line {line}, column {column}: {en}.")


def number(line: int, column: str, written: str) -> float:
    """Read a number that is not negative; a comma is refused, for nobody can say what it means."""
    try:
        value = float(written)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise wrong(line, column, f"“{written[:20]}” không phải số không âm (dấu thập phân là dấu chấm)", "not a number of zero or more")
    return value


def year(line: int, written: str) -> int:
    """Read a year."""
    if not (written.isascii() and written.isdigit() and int(written) in _YEARS):
        raise wrong(line, "year", f"“{written[:20]}” không phải năm", "not a year")
    return int(written)


def flag(line: int, column: str, written: str) -> bool:
    """Read 0 or 1; an empty cell is 0."""
    if written not in ("", "0", "1"):
        raise wrong(line, column, "phải là 0 hoặc 1", "must be 0 or 1")
    return written == "1"
