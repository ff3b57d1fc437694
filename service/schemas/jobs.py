"""Decides what is told of a job."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Path

from registry.models.job import Job

Number = Annotated[int, Path(ge=1, le=2**62, description="Number of the job, upload, batch or correction.")]
_ANSWERED: Final = "done"


def shown(job: Job) -> dict[str, Any]:
    """Return what its asker sees of a job; `total` is null until its rows are counted."""
    return {
        "id": job.id, "kind": job.kind, "name": job.name, "state": job.state, "progress": {"done": job.done, "total": job.total},
        "sha256": job.sha256, "created_at": moment(job.created_at), "finished_at": moment(job.finished_at),
        "expires_at": moment(job.expires_at), "result": f"/v1/jobs/{job.id}/result" if job.state == _ANSWERED else None,
        "refusal": job.refusal,
    }  # fmt: skip


def moment(at: datetime | None) -> str | None:
    """Return a moment as it is told."""
    return at.isoformat() if at else None
