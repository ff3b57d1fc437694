"""Answers tables in the dialect of addok and the French BAN: a file in, the same rows with `result_*` columns out, while it is read."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import PurePosixPath
from threading import BoundedSemaphore
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from loaders.files import Source
from loaders.formats.private import private_folder
from registry.errors import UnavailableError
from registry.security.roles import Scope
from service.access import CallerDep, gated, needs
from service.deps import NoParams
from service.reports.answer_xlsx import MEDIA, chunks, write_xlsx
from service.reports.geocoded_csv import REVERSE_COLUMNS, SEARCH_COLUMNS
from service.schemas.table_form import ReverseTable, SearchTable, TableChoice
from service.streamed import Streamed
from service.table_answers import Answering, Written, answered, as_csv, reversing, searching
from service.table_columns import named, reverse_columns, search_columns
from service.uploaded import file_name, readable

router = APIRouter(tags=["geocodejson"], route_class=gated(Scope.DOORS))
_FORM: Final = "multipart/form-data"
CSV: Final = "text/csv; charset=utf-8"
# Each holds a temporary copy of its table and, now and then, a connection and a thread.
_tables: Final = BoundedSemaphore(4)
_None = Annotated[NoParams, Query()]


@router.post("/search/csv/", include_in_schema=False, dependencies=[needs(Scope.DOORS)])
@router.post("/search/csv", response_class=StreamingResponse, dependencies=[needs(Scope.DOORS)])
def search_csv(form: Annotated[SearchTable, Form(media_type=_FORM)], _none: _None, request: Request, caller: CallerDep) -> Streamed:
    """Search every row of a table by its text; rows come back in order with their own columns and `result_*`, as CSV in UTF-8.

    `result_status` is ok, not-found, skipped (nothing to search) or error (a point or filter that cannot be read: see `result_reason`).
    """
    names = [*form.columns, *named(form)]
    added = tuple(name for name in SEARCH_COLUMNS if not form.result_columns or name in form.result_columns)

    def answering(resolver: Resolver, source: Source) -> Answering:
        return searching(resolver, caller, search_columns(source.header, form))

    return _streamed(request, form, names, added, answering)


@router.post("/reverse/csv/", include_in_schema=False, dependencies=[needs(Scope.DOORS)])
@router.post("/reverse/csv", response_class=StreamingResponse, dependencies=[needs(Scope.DOORS)])
def reverse_csv(form: Annotated[ReverseTable, Form(media_type=_FORM)], _none: _None, request: Request, caller: CallerDep) -> Streamed:
    """Find what is at the point of every row of a table, as `/reverse` does; otherwise like `/search/csv`."""
    added = tuple(name for name in REVERSE_COLUMNS if not form.result_columns or name in form.result_columns)
    return _streamed(
        request, form, named(form), added, lambda resolver, source: reversing(resolver, caller, reverse_columns(source.header, form))
    )


def _streamed(
    request: Request,
    form: SearchTable | ReverseTable,
    names: list[str],
    added: tuple[str, ...],
    answering: Callable[[Resolver, Source], Answering],
) -> Streamed:
    """Answer while the table is read; what is wrong with it, or with the database, is told before anything is sent."""
    if not _tables.acquire(blocking=False):
        vi, en = "Đang có nhiều tệp được xử lý.", "Several tables are being answered."
        raise UnavailableError(vi, en, hint="Thử lại sau một phút.")
    with ExitStack() as held:
        held.callback(_tables.release)
        source = held.enter_context(readable(form.data, form.delimiter, form.encoding, names))
        engine = request.app.state.engine
        with Session(engine) as session:
            resolver = request.app.state.live.get(session)
            version = request.app.state.live.version
        asked = answering(resolver, source)
        written = Written(added, form.with_bom)
        pieces = answered(engine, source, asked, written)
        if form.format == "xlsx":
            book = held.enter_context(private_folder()) / "answer.xlsx"
            write_xlsx((piece.rows for piece in pieces), book)
            made: Iterator[bytes] = chunks(book)
        else:
            made = as_csv(pieces, source, written)
        sent = _held(held.pop_all(), made)
    # The head and the first rows are made here: what is wrong with the database is told as a problem.
    first = next(sent) + next(sent, b"")
    headers = {"Content-Disposition": _attachment(form), "Data-Version": version, "Cache-Control": "no-store"}
    return Streamed(first, sent, MEDIA if form.format == "xlsx" else CSV, headers)


def _held(held: ExitStack, lines: Iterator[bytes]) -> Iterator[bytes]:
    with held:
        yield from lines


def _attachment(form: SearchTable | ReverseTable) -> str:
    return attachment(answer_name(form, file_name(form.data.filename)))


def answer_name(form: TableChoice, sent: str) -> str:
    """Name the answer's file as asked, else after the table."""
    return file_name(form.filename) if form.filename else f"{PurePosixPath(sent).stem}.geocoded.{form.format}"


def attachment(name: str) -> str:
    """Return the header that names a file, in both ways in which browsers read names."""
    return f"attachment; filename=\"{name.encode('ascii', 'replace').decode().replace('?', '_')}\"; filename*=UTF-8''{quote(name)}"
