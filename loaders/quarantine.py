"""Here is decided what an officer gets to mend: the kept rows of a batch, why they were kept, and the fix that is proposed."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import NotFoundError


def quarantined(session: Session, batch_id: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a batch that did not enter the registry, in file order; NotFoundError for an unknown batch."""
    batch = session.execute(text("SELECT options -> 'header' FROM batch WHERE id = :batch"), {"batch": batch_id}).first()
    if batch is None:
        raise NotFoundError(f"Không có lô {batch_id}.", f"There is no batch {batch_id}.", hint="Xem danh sách: diachiso batches")
    found = session.execute(
        text(
            "SELECT row_no, outcome, issues, details, raw FROM batch_row WHERE batch_id = :batch AND outcome <> 'accepted' ORDER BY row_no",
        ),
        {"batch": batch_id},
    )
    for row_no, outcome, issues, details, raw in found:
        yield {
            "row_no": row_no,
            "outcome": outcome,
            "issues": issues,
            "details": json.dumps(details, ensure_ascii=False) if details else "",
            "fix": fix(details),
            "raw": _in_order(raw, batch[0] or []),
        }


def _in_order(raw: dict[str, Any], header: list[str]) -> dict[str, Any]:
    """Put the cells in the order of the file's header, which a jsonb forgets; surplus cells come last."""
    return {name: raw[name] for name in header if name in raw} | raw


def fix(details: dict[str, Any] | None) -> str:
    """Word the proposed values of all issues of a row: `xa=Xã Ẳng Nưa; ma_xa=03307`."""
    proposed: dict[str, Any] = {}
    for found in (details or {}).values():
        if isinstance(found, dict):
            proposed |= found.get("suggestion") or {}
    return "; ".join(f"{name}={value}" for name, value in proposed.items() if value not in ("", None))
