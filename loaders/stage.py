"""Here is decided how a file reaches the database: in slices, read row by row, odd rows set apart, nothing held but the slice."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.cells import Found
from loaders.copying import copy_lines
from loaders.files import LONGEST_CELL, Source, rows
from loaders.job import FreeText, Job
from loaders.meanings import Meanings
from loaders.reading import PARSED, READ, Looked, Reader
from loaders.statements import run_all
from registry.errors import FileRefused

_TABLES: Final = (
    "parsed", "unit_key", "unit_candidate", "place_said", "spot_said", "point_said", "point_lost", "issue_kind", "issue", "chosen",
    "spot_chosen", "seen", "found", "shared", "grouped", "settled", "written", "code_wanted",
    "known_wanted", "told", "kept", "rivals", "meant",
)  # fmt: skip
_ANALYZED: Final = (
    "row_no, k, choices, commune_id, p, h, place_id, hamlet_id, known, several, house_key, flat_key, ma_ho, code, fatal, identity"
)
_ROWS_A_SLICE: Final = 20_000
_BYTES_A_SLICE: Final = 32 << 20
_ROWS_A_LOOK: Final = 200
_IDS: Final = text("SELECT array_agg(nextval('address_id_seq'\\:\\:regclass)) FROM generate_series(1, :most)")
_TEXT: Final = READ.index("dia_chi")
_UNDER: Final = tuple(READ.index(name) for name in ("ma_xa", "xa", "duong", "thon_to"))


def clear(session: Session) -> None:
    """Drop what an import before in the same transaction left, and make the tables anew."""
    session.connection().exec_driver_sql("DROP VIEW IF EXISTS pg_temp.spoken, pg_temp.door")
    session.connection().exec_driver_sql("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in _TABLES))
    run_all(session, "tables")


def stage(session: Session, batch_id: int, job: Job, reader: Reader, meanings: Meanings) -> int:
    """Read the file into `parsed` and the tables of meanings; return the number of rows; FileRefused when there is none."""
    source, progress, number = job.source, job.asked.progress, 0
    with uncollected():
        for part in _slices(source):
            progress("đọc tệp / reading", part[-1][1], source.size)
            meanings.trim()
            looked = _looked(part, number, job, reader, meanings)
            meanings.find(session, batch_id)
            ids = session.execute(_IDS, {"most": len(looked)}).scalar_one() or ()
            copy_lines(session, "parsed", PARSED, map(reader.line, looked, ids, looked.values()))
            meanings.write(session)
            number += len(part)
    if not number:
        raise FileRefused(
            f"Tệp {source.path.name} chỉ có dòng tiêu đề, không có dòng dữ liệu nào.",
            f"{source.path.name} has a header but no rows.",
            hint="Hãy xuất lại tệp bàn giao.",
        )
    progress("đọc tệp / reading", source.size, source.size)
    # Statistics of the columns that are joined and filtered; those of forty columns would take a second.
    session.connection().exec_driver_sql(f"ANALYZE parsed ({_ANALYZED})")
    for table in ("unit_key", "unit_candidate", "place_said", "issue"):
        session.connection().exec_driver_sql(f"ANALYZE {table}")
    return number


def _slices(source: Source) -> Iterator[list[tuple[list[str], int]]]:
    """Yield the rows by twenty thousand, or fewer where they are wide: memory holds a slice whatever the file."""
    stream, most = rows(source), _BYTES_A_SLICE * source.size // max(1, source.snapshot.size)
    part: list[tuple[list[str], int]] = []
    began = 0
    while piece := list(islice(stream, _ROWS_A_LOOK)):
        part += piece
        if len(part) >= _ROWS_A_SLICE or part[-1][1] - began >= most:
            yield part
            began, part = part[-1][1], []
    if part:
        yield part


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of reference cycles still: rows make none, and looking through them took a third of the time of reading."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _looked(part: Sequence[tuple[list[str], int]], before: int, job: Job, reader: Reader, meanings: Meanings) -> dict[int, Looked]:
    """Return the rows by number that are as wide as the header and hold no endless cell; report the others."""
    header, free_text = job.columns.header, job.asked.free_text
    width = len(header)
    even: list[int] = []
    for at, (cells, _) in enumerate(part):
        if len(cells) == width and (len("".join(cells)) <= LONGEST_CELL or max(map(len, cells)) <= LONGEST_CELL):
            even.append(at)
        else:
            meanings.report(before + at + 1, (odd(header, cells),))
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
