"""Decides how a table is answered while it is read: a thousand rows at a time, each with its own status, cells that nothing runs."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Query
from loaders.files import Source
from registry.escaped import escaped
from registry.security.caller import Caller
from service import visible
from service.ranked import MOST, in_area, ranked, shown_verdict
from service.reports.geocoded_csv import Cells, reverse_cells, search_cells
from service.schemas.geocodejson import drawable, has_point
from service.table_blocks import blocks, squared
from service.table_columns import SKIPPED, Asked, Columns, Refused

# The best, and the one whose score is `result_score_next`.
_SHOWN: Final = 2
# Answers the rows of one block, in their order.
Answering = Callable[[Session, Sequence[Sequence[str]]], list[Cells]]


@dataclass(frozen=True)
class Written:
    """How the answer is written: which columns it adds, in order, and whether it begins with the mark of UTF-8."""

    added: tuple[str, ...]
    with_bom: bool


@dataclass(frozen=True)
class Piece:
    """Some rows of the answer, own cells and added ones, the header first; `read` is how many rows of the table were read so far."""

    rows: list[list[object]]
    read: int


def answered(engine: Engine, source: Source, answering: Answering, written: Written, *, after: int = 0) -> Iterator[Piece]:
    """Yield the table with its answers, its header first, then block by block; behind `after` rows, the sum of whole blocks, if any.

    Columns of the table that bear the name of an added one give way to it. The connection goes back between two blocks: a reader that
    takes its time holds none.
    """
    kept = [at for at, name in enumerate(source.header) if name.strip() not in written.added]
    read = 0
    if not after:
        yield Piece([[*(source.header[at] for at in kept), *written.added]], 0)
    for rows, _ in blocks(source):
        read += len(rows)
        if read <= after:
            continue
        with Session(engine) as session:
            found = answering(session, rows)
        said = ([cells.get(name, "") for name in written.added] for cells in found)
        yield Piece([[*squared(row, len(source.header), kept), *cells] for row, cells in zip(rows, said, strict=True)], read)


def as_csv(pieces: Iterable[Piece], source: Source, written: Written) -> Iterator[bytes]:
    """Yield the pieces as CSV in UTF-8."""
    for piece in pieces:
        mark = b"\xef\xbb\xbf" if written.with_bom and not piece.read else b""
        yield mark + csv_lines(piece.rows, source.delimiter)


def searching(resolver: Resolver, caller: Caller, columns: Columns) -> Answering:
    """Return what searches rows by their text: each is answered with what `/search` shows its caller first."""

    def answer(session: Session, rows: Sequence[Sequence[str]]) -> list[Cells]:
        read = [_with_text(columns.asked(row)) for row in rows]
        asked = [each for each in read if isinstance(each, Asked)]
        found = iter(_searched(session, resolver, caller, asked))
        return [_refused(each) if isinstance(each, Refused) else next(found) for each in read]

    return answer


def reversing(resolver: Resolver, caller: Caller, columns: Columns) -> Answering:
    """Return what finds the door, street, hamlet or commune at the points of rows."""

    def answer(session: Session, rows: Sequence[Sequence[str]]) -> list[Cells]:
        return [_at(session, resolver, caller, columns.asked(row)) for row in rows]

    return answer


def _searched(session: Session, resolver: Resolver, caller: Caller, asked: Sequence[Asked]) -> list[Cells]:
    answers = visible.resolve(session, resolver, caller, [_query(each, _SHOWN if each.type is None else MOST) for each in asked])
    # A place without a point is not shown: what follows behind it is asked for.
    short = [at for at, found in enumerate(answers) if not all(map(has_point, ranked(found)))]
    for at, found in zip(short, visible.resolve(session, resolver, caller, [_query(asked[at], MOST) for at in short]), strict=True):
        answers[at] = found
    return [
        search_cells(found, drawable(ranked(found), each.type)[:_SHOWN], shown_verdict(found))
        for each, found in zip(asked, answers, strict=True)
    ]


def _at(session: Session, resolver: Resolver, caller: Caller, asked: Asked | Refused) -> Cells:
    if isinstance(asked, Refused):
        return _refused(asked)
    if asked.lat is None or asked.lon is None:
        return _refused(SKIPPED)
    limit = MOST if asked.postcode or asked.citycode else 1
    found = visible.at_point(session, resolver, caller, (asked.lat, asked.lon), asked.type, limit)
    return reverse_cells(in_area(found, asked.postcode, asked.citycode)[:1])


def _with_text(asked: Asked | Refused) -> Asked | Refused:
    return SKIPPED if isinstance(asked, Asked) and not asked.text else asked


def _query(asked: Asked, limit: int) -> Query:
    return Query(asked.text, limit, None, asked.lat, asked.lon, None, asked.citycode, asked.postcode)


def _refused(why: Refused) -> Cells:
    return {"result_status": why.status, "result_reason": why.reason}


def csv_lines(rows: Iterable[Iterable[object]], delimiter: str) -> bytes:
    """Write rows with the delimiter that the table came with; a number is no formula, whatever its sign."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([escaped(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")
