"""Decides what is asked and told of batches over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from loaders.report import BatchReport
from registry.models.batch import Batch
from service.reports.row_json import counts_of, issues_of, notes_of
from service.schemas.jobs import moment
from service.schemas.params import Body, ProvinceCode, Strict
from service.schemas.uploads import MOST_ROWS, Purpose, ReportForm

State = Literal["received", "staged", "checked", "committed", "rejected", "rolled_back"]


class BatchesParams(Strict):
    """Parameters of `GET /v1/batches`; `before` is the number that a page is to go on behind."""

    province: ProvinceCode | None = None
    state: State | None = None
    before: Annotated[int, Field(ge=1, le=2**62)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50


class QuarantineParams(Strict):
    """Parameters of `GET /v1/batches/{number}/quarantine`."""

    purpose: Purpose
    after: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100


class BatchReportParams(Strict):
    """Parameters of `GET /v1/batches/{number}/report`."""

    format: ReportForm = "xlsx"
    purpose: Purpose = "báo cáo kiểm tra / check report"


class ExportParams(Strict):
    """Parameters of `GET /v1/batches/{number}/quarantine/export`."""

    format: Literal["csv", "xlsx"] = "xlsx"
    purpose: Purpose


class RollbackBody(Body):
    """Body of `POST /v1/batches/{number}/rollback`; a dry run tells what would go."""

    reason: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]
    dry_run: bool = False


def shown(batch: Batch) -> dict[str, Any]:
    """Return a batch as a list shows it."""
    accepted = {name: getattr(batch, f"accepted_{name}") for name in ("new", "changed", "same")}
    others = {name: getattr(batch, name) for name in ("incomplete", "duplicate", "rejected")}
    return {
        "id": batch.id, "state": batch.state, "name": batch.file_name, "sha256": batch.file_sha256, "bytes": batch.file_bytes,
        "province": batch.province_code, "actor": batch.actor, "rows": batch.rows,
        "counts": {"accepted": sum(accepted.values()), **others, **accepted}, "received_at": moment(batch.received_at),
        "committed_at": moment(batch.committed_at), "rolled_back_at": moment(batch.rolled_back_at),
    }  # fmt: skip


def shown_whole(batch: Batch, report: BatchReport, waiting: int, settled: Sequence[tuple[int, int, int]] = ()) -> dict[str, Any]:
    """Return a batch with its issues and notes, how many of its rows wait to be mended, and which kept rows it settled itself.

    `settled` are the batches whose rows it brought in again: number, rows that are settled by it, rows that still wait there.
    """
    return {
        **shown(batch), "counts": counts_of(report), "issues": issues_of(report), "notes": notes_of(report), "waiting": waiting,
        "settled": [{"batch": number, "rows": rows, "waiting": left} for number, rows, left in settled],
    }  # fmt: skip
