"""Takes tables too long to wait for: each becomes a job, answered by a worker row by row as `/search/csv` does, to be fetched later."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import FileResponse

from registry.errors import GoneError
from registry.security.roles import Scope
from service.access import CallerDep, gated, needs
from service.deps import NoParams, SessionDep
from service.jobs import store
from service.jobs.files import received
from service.jobs.resolving import refuse_wrong, result_path
from service.reports.answer_xlsx import MEDIA
from service.routes.tables import CSV, answer_name, attachment
from service.schemas.jobs import Number, shown
from service.schemas.table_form import JobTable, SearchChoice

router = APIRouter(prefix="/v1", tags=["jobs"], dependencies=[needs(Scope.DOORS)], route_class=gated(Scope.DOORS))
# The header of a workbook is known when all of it is read.
_LOOKED_AT: Final = 16 << 20
_None = Annotated[NoParams, Query()]
SAME: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Đã gửi rồi, việc cũ / The same table was sent before: the same job", "content": {"application/json": {}}}
}


@router.post("/jobs", status_code=202, responses=SAME)
def job(
    form: Annotated[JobTable, Form(media_type="multipart/form-data")], _none: _None, response: Response, session: SessionDep,
    caller: CallerDep,
) -> dict[str, Any]:  # fmt: skip
    """Take a table to be searched row by row in the background; the same file with the same form of the same caller is the same job.

    What is plainly no table, or lacks a column, is refused at once; of a table of more than 16 MiB, `refusal` says it later.
    """
    with received(form.data) as sent:
        if sent.size <= _LOOKED_AT:
            refuse_wrong(sent.path, form)
        made, new = store.take_in(session, caller, sent, form.model_dump(mode="json", exclude={"data"}))
    response.status_code = 202 if new else 200
    return shown(made)


@router.get("/jobs")
def jobs(_none: _None, session: SessionDep) -> dict[str, Any]:
    """Return the caller's jobs, the newest first."""
    return {"jobs": [shown(each) for each in store.listed(session)]}


@router.get("/jobs/{number}")
def one_job(number: Number, _none: _None, session: SessionDep) -> dict[str, Any]:
    """Return how far a job has come: rows answered of rows in all, and where its answer is."""
    return shown(store.of_number(session, number))


@router.get("/jobs/{number}/result", response_class=FileResponse)
def result(number: Number, _none: _None, session: SessionDep) -> FileResponse:
    """Return the table with its answers as CSV or as a workbook, until the job expires."""
    found = store.finished(session, number)
    path = result_path(found)
    if not path.exists():
        # The database was brought back from a backup, the folder was not.
        raise GoneError(f"Tệp kết quả của việc {number} không còn.", f"The answer of job {number} is gone.", hint="Gửi lại tệp.")
    form = SearchChoice.model_validate(found.options)
    headers = {"Content-Disposition": attachment(answer_name(form, found.name)), "Cache-Control": "no-store"}
    return FileResponse(path, media_type=MEDIA if form.format == "xlsx" else CSV, headers=headers)


@router.delete("/jobs/{number}", status_code=204, response_class=Response)
def cancelled(number: Number, _none: _None, session: SessionDep) -> Response:
    """Cancel a job, or throw its answer away; its files are removed."""
    store.cancel(session, number)
    return Response(status_code=204)
