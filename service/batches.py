"""Decides how batches are found and undone for a caller: those of his provinces, and no others are there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from loaders.resubmit import reading_of
from loaders.rollback import rollback_batch
from registry.errors import NotFoundError, RefusedError
from registry.models.batch import Batch
from registry.security.audit import note_export, note_read
from registry.security.bound import sign
from registry.security.caller import Caller
from registry.security.roles import Scope


def listed(
    session: Session, caller: Caller, province: str | None, state: str | None, before: int | None, limit: int
) -> Sequence[Batch]:  # fmt: skip
    """Return batches of a province, or of all of the caller's, in one state or any, the newest first, behind a number."""
    wanted = select(Batch).order_by(Batch.id.desc()).limit(limit)
    if province is not None:
        caller.must(Scope.IMPORT, province)
        wanted = wanted.where(Batch.province_code == province)
    if state is not None:
        wanted = wanted.where(Batch.state == state)
    return session.scalars(wanted if before is None else wanted.where(Batch.id < before)).all()


def of_number(session: Session, caller: Caller, number: int, scope: Scope = Scope.IMPORT) -> Batch:
    """Return a batch that the caller may do that with; NotFoundError for one that is not there, or not for him."""
    found = session.get(Batch, number)
    if found is None:
        raise NotFoundError(f"Không có lô {number}.", f"There is no batch {number}.", hint="Xem danh sách: GET /v1/batches")
    # One of all provinces is for whoever has all.
    caller.must_in(scope, found.province_code)
    return found


def to_read(session: Session, caller: Caller, number: int, purpose: str, request_id: str, *, home: bool = False) -> Batch:
    """Return a batch whose kept rows the caller is about to read, or to take home, and write that down for good, with what for."""
    found = of_number(session, caller, number, Scope.HOUSEHOLDS)
    (note_export if home else note_read)(
        session, caller, entity="batch_row", subject=f"batch {number}", provinces=found.province_code or "*", purpose=purpose,
        request_id=request_id,
    )  # fmt: skip
    session.commit()
    return found


def to_mend(session: Session, caller: Caller, number: int, province: str) -> dict[str, Any]:
    """Return how rows of a batch that are handed in again are read (`loaders.resubmit.reading_of`); RefusedError for another province's."""
    found = of_number(session, caller, number)
    if found.province_code not in {None, province}:
        raise RefusedError(
            f"Lô {number} là của tỉnh {found.province_code}, không phải tỉnh {province}.",
            f"Batch {number} is of province {found.province_code}, not of {province}.", hint="Chọn đúng tỉnh của lô.",
        )  # fmt: skip
    return reading_of(session, number)


def undo(owner: Engine, caller: Caller, number: int, *, reason: str, dry_run: bool, request_id: str) -> dict[str, int]:
    """Undo a batch, or try to, as the owner and under the caller's name: its doors may have moved to other provinces since."""
    with Session(owner) as session:
        sign(session, caller, request_id)
        return rollback_batch(session, number, caller.actor, reason=reason, dry_run=dry_run)
