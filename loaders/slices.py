"""Here is decided what a slice of a file asks and what it says then: whoever reads one needs neither the database nor the other slices."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import count, islice, repeat
from typing import Any, Final, NamedTuple

from loaders.cells import Found, masked
from loaders.files import LONGEST_CELL, Source, rows
from loaders.job import FreeText, Job
from loaders.meanings import Placed
from loaders.reading import READ, Looked, Reader
from loaders.spots import Wanted

_ROWS_A_SLICE: Final = 20_000
_BYTES_A_SLICE: Final = 32 << 20
_ROWS_A_LOOK: Final = 200
_TEXT: Final = READ.index("dia_chi")
_NUMBER: Final = READ.index("stt")
_UNDER: Final = tuple(READ.index(name) for name in ("ma_xa", "xa", "duong", "thon_to"))


class Question(NamedTuple):
    """What must be known before the lines of a slice are written: where its places stand, and which of its own numbers stood before.

    `rows` is how many rows it has, `done` how many bytes of the file are read at its end.
    """

    rows: int
    done: int
    wanted: Sequence[Wanted]
    numbers: Sequence[str]


class Answer(NamedTuple):
    """The place of each of the wanted ones in their order, and which of the numbers (counted from 0) stand on an earlier row."""

    places: Sequence[Placed]
    repeated: frozenset[int]


class Said(NamedTuple):
    """A slice as the database takes it: lines of `PARSED`, rows of the tables of meanings, and the columns that hold anything."""

    lines: bytes
    meanings: Mapping[str, Sequence[tuple[Any, ...]]]
    filled: frozenset[str]


Slices = Generator[Question | Said, Answer, None]


def slices(job: Job, reader: Reader, turn: int, of: int) -> Slices:
    """Yield the question of a slice, take its answer, yield what it says; of every `of` slices the one whose turn it is.

    The rows of other slices are passed over, for only so are the numbers of rows and the ends of slices known.
    """
    before = 0
    for part, rows_of_it in _parts(job.source, turn, of):
        if part:
            reader.meanings.trim()
            looked = _looked(part, before, job, reader)
            numbers = [row.cells[_NUMBER] for row in looked.values()]
            answer = yield Question(len(part), part[-1][1], reader.meanings.wanted(), numbers if any(numbers) else ())
            reader.meanings.found(answer.places)
            yield _said(looked, reader, answer.repeated)
        before += rows_of_it


def _said(looked: Mapping[int, Looked], reader: Reader, repeated: frozenset[int]) -> Said:
    again = map(_again, looked.values(), map(repeated.__contains__, count())) if repeated else repeat(())
    lines = "".join(map(reader.line, looked, looked.values(), again))
    # Lone surrogates are no UTF-8.
    return Said(lines.encode("utf-8", "replace"), reader.meanings.taken(), frozenset(reader.filled))


def _again(row: Looked, repeated: bool) -> tuple[Found, ...]:  # noqa: FBT001 - mapped over rows
    """Say that a row's own number stands on an earlier row."""
    return (Found("row.stt_repeated", {"stt": masked("stt", row.cells[_NUMBER])}),) if repeated else ()


def _parts(source: Source, turn: int, of: int) -> Iterator[tuple[list[tuple[list[str], int]], int]]:
    """Yield the rows by twenty thousand, or fewer where they are wide, so that memory holds a slice whatever the file, and their number.

    Of the slices of others nothing but the number of rows is yielded.
    """
    nth = 0
    stream, most = rows(source, lambda: nth % of != turn), _BYTES_A_SLICE * source.size // max(1, source.snapshot.size)
    part: list[tuple[list[str], int]] = []
    began = number = 0
    while piece := list(islice(stream, _ROWS_A_LOOK)):
        number += len(piece)
        done = piece[-1][1]
        if nth % of == turn:
            part += piece
        if number >= _ROWS_A_SLICE or done - began >= most:
            yield part, number
            began, part, number, nth = done, [], 0, nth + 1
    if number:
        yield part, number


def _looked(part: Sequence[tuple[list[str], int]], before: int, job: Job, reader: Reader) -> dict[int, Looked]:
    """Return the rows by number that are as wide as the header and hold no endless cell; report the others."""
    header, free_text = job.columns.header, job.asked.free_text
    width = len(header)
    even: list[int] = []
    for at, (cells, _) in enumerate(part):
        if len(cells) == width and (len("".join(cells)) <= LONGEST_CELL or max(map(len, cells)) <= LONGEST_CELL):
            even.append(at)
        else:
            reader.meanings.report(before + at + 1, (odd(header, cells),))
    picked = reader.picked([part[at][0] for at in even])
    if free_text is not None and "dia_chi" in reader.filled:
        picked = _understood(picked, free_text)
    return {before + at + 1: reader.look(cells) for at, cells in zip(even, picked, strict=True)}


def odd(header: Sequence[str], cells: Sequence[str]) -> Found:
    """Say what is odd about a row: the number of its cells, or the length of one."""
    if len(cells) != len(header):
        return Found("row.columns", {"cells": len(cells), "header": len(header)})
    name, length = next((header[at], len(cell)) for at, cell in enumerate(cells) if len(cell) > LONGEST_CELL)
    return Found("row.cell_too_long", {"column": name, "characters": length})


def _understood(picked: list[tuple[str, ...]], free_text: FreeText) -> list[tuple[str, ...]]:
    """Fill the cells of rows that have nothing but a whole address as text."""
    bare = [at for at, cells in enumerate(picked) if cells[_TEXT].strip() and not any(cells[column].strip() for column in _UNDER)]
    found: Any = free_text([picked[at][_TEXT] for at in bare]) if bare else ()
    for at, cells in zip(bare, found, strict=True):
        if cells:
            picked[at] = tuple(cells.get(name) or said for name, said in zip(READ, picked[at], strict=True))
    return picked
