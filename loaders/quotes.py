"""Decides whether the quotes of a CSV can be trusted: a record that spans lines must close each quote where a cell ends."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

from loaders.files import Source
from registry.errors import FileRefused


def refuse_unclosed(source: Source) -> None:
    """Read the whole file once; FileRefused names the first record in which an unclosed quote swallows the lines that follow.

    A quote that is open at the end of a line may be meant, as in an address typed on two lines; then the record follows RFC 4180 to
    the letter. Otherwise the reader would take other rows for the rest of a cell, and they would be lost without a word.
    """
    with source.path.open("rb") as binary, io.TextIOWrapper(binary, encoding=source.encoding, newline="") as stream:
        held: list[str] = []
        reader = csv.reader(_kept(stream, held), delimiter=source.delimiter)
        line = 1
        # What cannot be read at all is refused in words where the rows are read.
        with suppress(csv.Error):
            for _ in reader:
                if len(held) > 1 and not _strict(held, source.delimiter):
                    raise _unclosed(source, line, len(held))
                line += len(held)
                held.clear()


def _kept(stream: TextIO, held: list[str]) -> Iterator[str]:
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


def _unclosed(source: Source, line: int, lines: int) -> FileRefused:
    return FileRefused(
        f"Tệp {source.path.name}, dòng {line}: một dấu ngoặc kép không được đóng, {lines - 1} dòng sau bị nuốt vào một ô.",
        f"{source.path.name}, line {line}: a quote is not closed and swallows the {lines - 1} lines that follow.",
        hint="Đóng hoặc xoá dấu ngoặc kép ở dòng đó rồi chạy lại.",
    )
