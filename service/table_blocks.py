"""Decides how the rows of a table are walked through: by the thousand and in order, so that memory does not grow with the table."""

from collections.abc import Iterator, Sequence
from typing import Final

from loaders import files
from registry.text import fold

BLOCK: Final = 1000
_ADDRESS: Final = ("dia chi", "diachi", "address", "text", "query", "dia chi day du", "full address")


def blocks(source: files.Source) -> Iterator[tuple[list[list[str]], int]]:
    """Yield the rows by the thousand with the bytes read so far."""
    held: list[list[str]] = []
    read_bytes = 0
    for row, read_bytes in files.rows(source):
        held.append(row)
        if len(held) == BLOCK:
            yield held, read_bytes
            held = []
    if held:
        yield held, read_bytes


def squared(row: Sequence[str], width: int, kept: Sequence[int]) -> list[str]:
    """Return the kept cells, a short row filled up; a long one keeps its extra cells in its last column, so that no cell is lost."""
    filled = [*row, *[""] * (width - len(row))]
    cells = [filled[at] for at in kept]
    if cells and row[width:]:
        cells[-1] = ",".join([cells[-1], *row[width:]])
    return cells


def named_column(header: Sequence[str], name: str) -> int | None:
    """Return the place of a column, as it is written or else as it is folded."""
    if name in header:
        return list(header).index(name)
    folded = [fold(each) for each in header]
    return folded.index(fold(name)) if fold(name) in folded else None


def address_column(header: Sequence[str]) -> int | None:
    """Return the place of the column that holds whole addresses by its name; the only column is one."""
    folded = [fold(name) for name in header]
    known = next((folded.index(name) for name in _ADDRESS if name in folded), None)
    return 0 if known is None and len(header) == 1 else known
