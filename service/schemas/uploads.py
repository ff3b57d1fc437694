"""Decides what an upload takes over HTTP, and what is told of it."""

from typing import Annotated, Any, Literal

from fastapi import UploadFile
from pydantic import ConfigDict, Field

from registry.models.job import Upload
from registry.security.audit import MOST_PURPOSE
from service.jobs import preview
from service.jobs.hand_over import REQUEST
from service.schemas.jobs import moment
from service.schemas.params import Body, ProvinceCode, Strict

MOST_ROWS = 500
_PREPARING = "chuẩn bị nhập lô / preparing a batch"
# While a worker is at it only the state is told, so that asking for it again and again reads nothing.
_AT_REST = ("checked", "imported", "refused")
_CELL = 2000
Profile = Literal["default", "strict", "pre_reform"]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Cell = Annotated[str, Field(max_length=_CELL)]
Purpose = Annotated[str, Field(min_length=1, max_length=MOST_PURPOSE, pattern=r"\S", description="What kept rows are read for.")]
ReportForm = Literal["csv", "xlsx", "html"]


class UploadForm(Strict):
    """Form of `POST /v1/uploads`: a hand-over file of one province, and how it is to be read; what is left out is found out."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    data: Annotated[UploadFile, Field(description="CSV, XLSX, XLS, ODS, GeoJSON, GeoPackage, Shapefile (.zip), KML, Parquet; to 512 MiB.")]
    province: Annotated[ProvinceCode, Field(description="Today's code of the province.")]
    mapping: Annotated[str | None, Field(max_length=100_000, description="A mapping file, as JSON.")] = None
    profile: Annotated[Profile | None, Field(description="How severe issues are.")] = None
    crs: Annotated[str | None, Field(max_length=60, description="EPSG:n, vn2000:105-45 or utm48.")] = None
    delimiter: Annotated[str | None, Field(max_length=3, description="One character, or `tab`.")] = None
    encoding: Annotated[str | None, Field(max_length=40, description="utf-8, windows-1258, tcvn3, vni …")] = None
    sheet: Annotated[str | None, Field(max_length=200, description="The only sheet to be read.")] = None
    quarantine_of: Annotated[
        int | None, Field(ge=1, le=2**62, description="The batch whose kept rows, mended, this file brings in again: an export of them.")
    ] = None
    complete: Annotated[Literal["yes", "no"], Field(description="yes: it lists all doors of its communes, and others are retired.")] = "no"


class UploadsParams(Strict):
    """Parameters of `GET /v1/uploads`."""

    province: ProvinceCode | None = None


class ReadParams(Strict):
    """Parameters of `GET /v1/uploads/{number}`: what its first rows are read for."""

    purpose: Purpose = _PREPARING


class RowsParams(ReadParams):
    """Parameters of `GET /v1/uploads/{number}/rows`: of an issue or an outcome, behind a row."""

    issue: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    outcome: Literal["incomplete", "duplicate", "rejected"] | None = None
    after: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100


class ReportParams(ReadParams):
    """Parameters of the report of a check."""

    format: ReportForm = "xlsx"


class MendedForm(Strict):
    """Form of `POST /v1/uploads/{number}/mended`: the check report of an upload (CSV or XLSX) in which cells were mended."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    data: Annotated[UploadFile, Field(description="The check report, mended: CSV, XLSX or ODS; to 16 MiB.")]


class MappingBody(Body):
    """Body of `POST /v1/uploads/{number}/mapping`: column of the file -> canonical column, null where it is not to be read."""

    columns: Annotated[dict[Name, Name | None], Field(min_length=1, max_length=500)]


class FixedRow(Body):
    """Cells of one row that are to be others, by column of the file."""

    row: Annotated[int, Field(ge=1, le=2**31 - 1)]
    cells: Annotated[dict[Name, Cell], Field(min_length=1, max_length=500)]


class FixesBody(Body):
    """Body of `POST /v1/uploads/{number}/fixes`."""

    rows: Annotated[list[FixedRow], Field(min_length=1, max_length=10_000)]


class ConfirmBody(Body):
    """Body of `POST /v1/uploads/{number}/confirm`."""

    accept_misplaced: Annotated[bool, Field(description="Although under 99 % of the points lie in the communes of their rows.")] = False
    allow_mass_retirement: Annotated[
        Literal[False], Field(description="More than 80 % of a commune's doors are never retired at once.")
    ] = False


def has_rows(upload: Upload) -> bool:
    """Tell whether an upload that is looked at shows cells of its file."""
    return upload.state in _AT_REST


def shown(upload: Upload, *, whole: bool = False) -> dict[str, Any]:
    """Return what officers of its province see of an upload; the preview only of one that is read, which the trail knows."""
    options = {"accept_misplaced": False} | {name: value for name, value in upload.options.items() if name != REQUEST}
    return {
        "id": upload.id, "name": upload.name, "bytes": upload.bytes, "sha256": upload.sha256, "fixed_sha256": upload.fixed_sha256,
        "province": upload.province_code, "state": upload.state, "progress": upload.progress,
        "preview": preview.shown(upload) if whole and has_rows(upload) else None, "counts": upload.counts,
        "inside_share": upload.inside_share, "issues": upload.issues, "notes": upload.notes, "batch_id": upload.batch_id,
        "repeated": upload.repeated, "refusal": upload.refusal,
        "options": options, "created_at": moment(upload.created_at),
        "expires_at": moment(upload.expires_at),
    }  # fmt: skip
