"""Shows batches to officers of their province: what each became, its papers, the rows that wait; and undoes one."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from loaders.formats.private import private_folder
from loaders.quarantine import quarantined, settled_by, still_waiting
from loaders.report import report_of
from registry import db
from registry.errors import NotFoundError
from registry.security.roles import Scope
from service import batches
from service.access import CallerDep, needs
from service.deps import NoParams, SessionDep
from service.held_file import HeldFile
from service.jobs.kept_store import paged
from service.reports.batch_report import write_batch_report
from service.reports.minutes import minutes_html, minutes_of
from service.reports.quarantine_file import WRITERS
from service.reports.row_json import told_rows
from service.routes.tables import attachment
from service.routes.uploads import FILES, MEDIA
from service.schemas.batches import BatchesParams, BatchReportParams, ExportParams, QuarantineParams, RollbackBody, shown, shown_whole
from service.schemas.jobs import Number

router = APIRouter(prefix="/v1", tags=["batches"], dependencies=[needs(Scope.IMPORT)])
_None = Annotated[NoParams, Query()]
# Papers over a million rows ask for more than a question at the door.
_SECONDS = 240.0


@router.get("/batches")
def listed(asked: Annotated[BatchesParams, Query()], session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Return the batches of a province, or of all of the caller's, the newest first."""
    found = batches.listed(session, caller, asked.province, asked.state, asked.before, asked.limit + 1)
    page = [shown(each) for each in found[: asked.limit]]
    return {"batches": page, "next": page[-1]["id"] if len(found) > asked.limit else None}


@router.get("/batches/{number}")
def one(number: Number, _none: _None, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Return a batch: its counts, which add up to its rows, issues and notes, and how many rows wait to be mended."""
    found, report = batches.of_number(session, caller, number), report_of(session, number)
    if report is None:
        raise NotFoundError(f"Không có lô {number}.", f"There is no batch {number}.")
    settled = [(first, rows, still_waiting(session, first)) for first, rows in settled_by(session, number)]
    return shown_whole(found, report, still_waiting(session, number), settled)


@router.get("/batches/{number}/minutes", response_class=HTMLResponse)
def minutes(number: Number, _none: _None, session: SessionDep, caller: CallerDep) -> HTMLResponse:
    """Return the minutes of a hand-over (biên bản bàn giao) as a page to print and sign."""
    batches.of_number(session, caller, number)
    db.take_time(session, _SECONDS)
    return HTMLResponse(minutes_html(minutes_of(session, number)))


@router.get("/batches/{number}/report", response_class=Response, responses=FILES)
def report(
    number: Number, asked: Annotated[BatchReportParams, Query()], request: Request, session: SessionDep, caller: CallerDep
) -> Response:  # fmt: skip
    """Return the check report of a batch with its rows that wait; that they were read, and what for, is written down."""
    batches.to_read(session, caller, number, asked.purpose, request.scope.get("request_id", ""))
    db.take_time(session, _SECONDS)
    with private_folder() as folder:
        path = folder / f"lo-{number}.{asked.format}"
        write_batch_report(session, number, path, on_page=True)
        headers = {"Content-Disposition": attachment(path.name), "Cache-Control": "no-store"}
        return HeldFile(path).answer(MEDIA[asked.format], headers)


@router.get("/batches/{number}/quarantine")
def quarantine(
    number: Number, asked: Annotated[QuarantineParams, Query()], request: Request, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:  # fmt: skip
    """Return rows of a batch that wait to be mended; that they were read, and what for, is written down."""
    batches.to_read(session, caller, number, asked.purpose, request.scope.get("request_id", ""))
    header, rows = told_rows(session, number, quarantined(session, number, after=asked.after, most=asked.limit + 1))
    return paged(header, list(rows), asked.limit)


@router.get("/batches/{number}/quarantine/export", response_class=Response, responses=FILES)
def export(
    number: Number, asked: Annotated[ExportParams, Query()], request: Request, session: SessionDep, caller: CallerDep
) -> Response:  # fmt: skip
    """Return all rows of a batch that wait, as a file to be mended and handed in again (`quarantine_of` of `POST /v1/uploads`).

    It is the very file of `diachiso quarantine export`; that the rows were taken home, and what for, is written down.
    """
    batches.to_read(session, caller, number, asked.purpose, request.scope.get("request_id", ""), home=True)
    db.take_time(session, _SECONDS)
    with private_folder() as folder:
        path = folder / f"sua-lo-{number}.{asked.format}"
        WRITERS[path.suffix](quarantined(session, number), path)
        headers = {"Content-Disposition": attachment(path.name), "Cache-Control": "no-store"}
        return HeldFile(path).answer(MEDIA[asked.format], headers)


@router.post("/batches/{number}/rollback")
def rollback(
    number: Number, said: RollbackBody, _none: _None, request: Request, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:  # fmt: skip
    """Undo a batch, or with `dry_run` tell what would go; RefusedError where later work stands upon it."""
    batches.of_number(session, caller, number)
    session.rollback()
    gone = batches.undo(
        request.app.state.owner(), caller, number, reason=said.reason, dry_run=said.dry_run, request_id=request.scope.get("request_id", "")
    )
    return {"batch": number, "dry_run": said.dry_run, **gone}
