"""Decides whether the quotes of a CSV can be trusted: a record that spans lines must close each quote where a cell ends."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from loaders.formats.snapshot import LONGEST_CSV_CELL, Snapshot
from registry.errors import FileRefused


def refuse_unclosed(path: Path, snapshot: Snapshot, delimiter: str) -> None:
    """Read the whole text once; FileRefused names the first record in which an unclosed quote swallows the lines that follow.

    A quote that is open at the end of a line may be meant, as in an address typed on two lines; then the record follows RFC 4180 to
    the letter. Otherwise the reader would take other rows for the rest of a cell, and they would be lost without a word.
    """
    csv.field_size_limit(LONGEST_CSV_CELL)
    if not _spans_lines(snapshot, delimiter):
        return
    with snapshot.text() as stream:
        held: list[str] = []
        reader = csv.reader(_kept(stream, held), delimiter=delimiter)
        line = 1
        # What cannot be read at all is refused in words where the rows are read.
        with suppress(csv.Error):
            for _ in reader:
                if len(held) > 1 and not _strict(held, delimiter):
                    raise _unclosed(path, line, len(held))
                line += len(held)
                held.clear()


def _spans_lines(snapshot: Snapshot, delimiter: str) -> bool:
    """Tell whether any record spans lines; most files have none, and then nothing needs to be kept while they are read."""
    with snapshot.text() as stream, suppress(csv.Error):
        reader = csv.reader(stream, delimiter=delimiter)
        return any(reader.line_num != line for line, _ in enumerate(reader, 1))
    return True


def _kept(stream: Iterable[str], held: list[str]) -> Iterator[str]:
    """Yield the lines and keep those of the record at hand."""
    for line in stream:
        held.append(line)
        yield line


def _strict(lines: list[str], delimiter: str) -> bool:
    """Tell whether the lines are one record in which every quote opens or closes a cell."""
    try:
        return len(list(csv.reader(lines, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False


def _unclosed(path: Path, line: int, lines: int) -> FileRefused:
    return FileRefused(
        f"Tệp {path.name}, dòng {line}: một dấu ngoặc kép không được đóng, {lines - 1} dòng sau bị nuốt vào một ô.",
        f"{path.name}, line {line}: a quote is not closed and swallows the {lines - 1} lines that follow.",
        hint="Đóng hoặc xoá dấu ngoặc kép ở dòng đó rồi chạy lại.",
    )
