"""Takes hand-over files of provinces: looked at, checked by a trial, mended, confirmed, and imported as on the command line."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import FileResponse

from loaders.fields import COLUMNS
from loaders.mended import mended_cells
from registry import state_words
from registry.errors import RefusedError, UsageError
from registry.geo import known_crs
from registry.models.job import Upload
from registry.security.roles import Scope
from registry.units import current_province
from service.access import CallerDep, gated, needs
from service.deps import NoParams, SessionDep
from service.jobs import hand_over, kept_store, uploads
from service.jobs.files import received
from service.routes.jobs import SAME
from service.routes.tables import attachment
from service.schemas.jobs import Number
from service.schemas.uploads import (
    ConfirmBody,
    FixesBody,
    MappingBody,
    MendedForm,
    ReadParams,
    ReportParams,
    RowsParams,
    UploadForm,
    UploadsParams,
    has_rows,
    shown,
)

router = APIRouter(prefix="/v1", tags=["uploads"], dependencies=[needs(Scope.IMPORT)], route_class=gated(Scope.IMPORT))
_None = Annotated[NoParams, Query()]
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
FILES: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {kind: {} for kind in MEDIA.values()}}}


@router.post("/uploads", status_code=202, responses=SAME)
def upload(
    form: Annotated[UploadForm, Form(media_type="multipart/form-data")], _none: _None, response: Response, session: SessionDep,
    caller: CallerDep,
) -> dict[str, Any]:  # fmt: skip
    """Take a hand-over file of one of the caller's provinces, to be checked by a worker; nothing enters the registry before `confirm`.

    The same file with the same form of the same caller is the same upload. What is plainly no table is refused at once. With
    `quarantine_of` it holds mended rows of that batch, which settle those that wait there, as `diachiso quarantine resubmit` does.
    """
    caller.must(Scope.IMPORT, form.province)
    current_province(session, form.province)
    if form.crs:
        known_crs(form.crs)
    if form.quarantine_of is not None and form.complete == "yes":
        raise UsageError(
            "Các dòng sửa của một lô không phải danh sách đầy đủ của xã.", "Mended rows of a batch are no complete list of communes.",
            hint="Bỏ chọn danh sách đầy đủ: complete=no.",
        )  # fmt: skip
    with received(form.data) as sent:
        options: dict[str, Any] = {name: value for name in hand_over.OPTIONS if (value := getattr(form, name))}
        options["complete"] = form.complete == "yes"
        if form.quarantine_of is not None:
            options = uploads.of_kept_rows(session, caller, form.province, form.quarantine_of) | options
        if form.mapping:
            options["mapping"] = hand_over.checked_mapping(form.mapping, sent.place)
        made, new = uploads.take_in(session, caller, sent, form.province, options)
    response.status_code = 202 if new else 200
    return shown(made)


@router.get("/uploads")
def listed(asked: Annotated[UploadsParams, Query()], session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Return the uploads of a province, or of all of the caller's, the newest first, without their previews."""
    return {"uploads": [shown(each) for each in uploads.listed(session, caller, asked.province)]}


@router.get("/upload-fields")
def fields(_none: _None) -> dict[str, Any]:
    """Return the canonical columns, as which columns of a file may be read."""
    return {"fields": [{"field": name} for name in COLUMNS]}


@router.get("/uploads/{number}")
def one(
    number: Number, asked: Annotated[ReadParams, Query()], request: Request, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:  # fmt: skip
    """Return an upload: its state, what its check found, and at rest its preview; that this was read, and what for, is written down."""
    found = uploads.of_number(session, caller, number)
    if has_rows(found):
        uploads.to_read(session, caller, found, asked.purpose, request.scope.get("request_id", ""))
    return shown(found, whole=True)


@router.get("/uploads/{number}/rows")
def rows(
    number: Number, asked: Annotated[RowsParams, Query()], request: Request, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:  # fmt: skip
    """Return rows that would not enter the registry, why, and what is proposed; cells of persons are masked, the reading written down."""
    found = _checked(uploads.of_number(session, caller, number))
    uploads.to_read(session, caller, found, asked.purpose, request.scope.get("request_id", ""))
    path = hand_over.folder(found) / "rows.sqlite"
    return kept_store.page(path, after=asked.after, most=asked.limit, issue=asked.issue, outcome=asked.outcome)


@router.get("/uploads/{number}/report", response_class=FileResponse, responses=FILES)
def report(
    number: Number, asked: Annotated[ReportParams, Query()], request: Request, session: SessionDep, caller: CallerDep
) -> FileResponse:  # fmt: skip
    """Return the report of the check, as the command line writes it; that it was read, and what for, is written down."""
    found = _checked(uploads.of_number(session, caller, number))
    path = hand_over.folder(found) / f"report.{asked.format}"
    if not path.exists():
        raise _unchecked(found)
    uploads.to_read(session, caller, found, asked.purpose, request.scope.get("request_id", ""))
    headers = {"Content-Disposition": attachment(f"kiem-tra-{number}.{asked.format}"), "Cache-Control": "no-store"}
    return FileResponse(path, media_type=MEDIA[asked.format], headers=headers)


@router.post("/uploads/{number}/mapping", status_code=202)
def mapped(number: Number, said: MappingBody, _none: _None, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Read columns of the file as the officer says, and check it anew."""
    return shown(uploads.map_columns(session, caller, number, said.columns))


@router.post("/uploads/{number}/fixes", status_code=202)
def fixed(number: Number, said: FixesBody, _none: _None, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Mend cells in a corrected copy, and check that; the file as it was handed over stays, and both hashes are told."""
    return shown(uploads.fix(session, caller, number, {each.row: each.cells for each in said.rows}))


@router.post("/uploads/{number}/mended", status_code=202)
def mended(
    number: Number, form: Annotated[MendedForm, Form(media_type="multipart/form-data")], _none: _None, session: SessionDep,
    caller: CallerDep,
) -> dict[str, Any]:  # fmt: skip
    """Take the check report in which cells were mended: what differs goes as fixes into the corrected copy, which is checked."""
    found = _checked(uploads.of_number(session, caller, number))
    with received(form.data) as sent, kept_store.opened(hand_over.folder(found) / "rows.sqlite") as kept:
        rows = mended_cells(sent.path, kept.header, hand_over.mapping_of(found.options), kept.cells)
    if not rows:
        raise RefusedError(
            "Không ô nào của báo cáo khác lúc tải về; không có gì để sửa.", "No cell of the report differs; there is nothing to mend.",
            hint="Sửa các ô rồi lưu tệp trước khi nộp lại.",
        )  # fmt: skip
    return shown(uploads.fix(session, caller, number, rows))


@router.post("/uploads/{number}/confirm", status_code=202)
def confirmed(
    number: Number, said: ConfirmBody, _none: _None, request: Request, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:  # fmt: skip
    """Import the file as one batch, by a worker; the state says when it is done, and `batch_id` which batch it is."""
    asked = request.scope.get("request_id", "")
    return shown(uploads.confirm(session, caller, number, accept_misplaced=said.accept_misplaced, request_id=asked))


@router.delete("/uploads/{number}", status_code=204, response_class=Response)
def thrown_away(number: Number, _none: _None, session: SessionDep, caller: CallerDep) -> Response:
    """Forget an upload with its files; a batch that it became stays."""
    uploads.throw_away(session, caller, number)
    return Response(status_code=204)


def _checked(found: Upload) -> Upload:
    if found.counts is None or found.state == "expired":
        raise _unchecked(found)
    return found


def _unchecked(found: Upload) -> RefusedError:
    return RefusedError(
        f"Tệp số {found.id} chưa kiểm tra xong: tệp {state_words.UPLOAD[found.state]}.",
        f"Upload {found.id} has not been checked ({found.state}).",
        hint=f"Xem: GET /v1/uploads/{found.id}",
    )  # fmt: skip
