"""Here is decided what an officer gets to mend, why it was kept, which fix is proposed, and when a kept row is settled."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.issues import ISSUES
from loaders.kept_rows import home_of
from loaders.report import unknown_batch
from loaders.statements import run
from registry.errors import UsageError
from registry.sqlfile import statement

SURPLUS: Final = "_extra"
_SQL: Final = Path(__file__).parent / "sql" / "quarantine.sql"
_ROWS_A_FETCH: Final = 2_000


@dataclass(frozen=True)
class Resubmission:
    """A mended export that is handed in again: of which batch, the file as it came, and which kept row each of its rows mends.

    `rows` leads from the row number in the new file (from 1) to batch and row number of the kept row; rows that were added are not in it.
    """

    batch_id: int
    name: str
    sha256: str
    size: int
    rows: Mapping[int, tuple[int, int]]


def quarantined(session: Session, batch_id: int, *, after: int = 0, most: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a batch that wait to be mended, in file order, behind a row, at most so many; NotFoundError for an unknown batch.

    Each is a dict: batch, row_no, outcome, issues (codes), labels, fix, details (JSON text), raw (cells under their headers, in file
    order) and header (all names of cells in the batch, the same tuple in every row).
    """
    header = header_of(session, batch_id)
    # The rows are fetched while they are written: a quarantine may be as large as its file.
    found = session.execute(
        statement(_SQL, "kept"), {"batch": batch_id, "after": after, "most": most}, execution_options={"yield_per": _ROWS_A_FETCH}
    )
    for row_no, outcome, issues, details, raw in found:
        yield {
            "batch": batch_id,
            "row_no": row_no,
            "outcome": outcome,
            "issues": issues,
            "labels": labels(issues),
            "details": json.dumps(details, ensure_ascii=False) if details else "",
            "fix": fix(details),
            "raw": {name: raw[name] for name in header if name in raw} | raw,
            "header": header,
        }


def header_of(session: Session, batch_id: int) -> tuple[str, ...]:
    """Return the names of the cells of a batch in file order, with the one for surplus cells where a kept row has such."""
    found = run(session, "quarantine", "header", batch=batch_id).first()
    if found is None:
        raise unknown_batch(batch_id)
    return (*(found.header or ()), *((SURPLUS,) if found.surplus else ()))


@dataclass(frozen=True)
class Waiting:
    """One kept row in a list over batches; `province` is the code of the row's commune, else of its batch, else empty."""

    batch_id: int
    row_no: int
    outcome: str
    issues: tuple[str, ...]
    fix: str
    file_name: str
    province: str


def waiting(
    session: Session, *, batch: int | None = None, province: str | None = None, issue: str | None = None, limit: int = 50
) -> tuple[list[Waiting], int]:
    """Return the kept rows of committed batches that nobody has mended yet, newest batch first, and how many there are in all.

    A row that was handed in again and is still wrong is listed once, under its first batch, unless `batch` names the later one.
    UsageError for an issue code that does not exist, NotFoundError for an unknown batch.
    """
    if issue is not None and issue not in ISSUES:
        near = [code for code in ISSUES if issue.rsplit(".", maxsplit=1)[-1] in code]
        hint = f"Có: {', '.join(near or list(ISSUES)[:8])} …"
        raise UsageError(f"Không có mã vấn đề “{issue}”.", f"There is no issue code “{issue}”.", hint=hint)
    if batch is not None:
        header_of(session, batch)
    chosen = {"batch": batch, "province": province, "issue": issue}
    found = run(session, "quarantine", "waiting", **chosen, limit=limit).all()
    return [
        Waiting(row.batch_id, row.row_no, row.outcome, tuple(row.issues), fix(row.details), row.file_name, row.province or "")
        for row in found
    ], int(found[0].total) if found else 0


def resolve(session: Session, batch_id: int, resubmission: Resubmission) -> int:
    """Tie the rows of a new batch to the kept rows that they mend, in the import's own transaction; return how many are settled now.

    A kept row is settled when its mended row was accepted, or turned out to be a door that is there already (duplicate).
    """
    numbers = list(resubmission.rows)
    pairs = [resubmission.rows[number] for number in numbers]
    home = home_of(session, resubmission.batch_id)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.mends, pg_temp.mended"))
    run(
        session, "quarantine", "mends", numbers=numbers, batches=[first for first, _ in pairs], rows=[second for _, second in pairs],
        home=home,
    )  # fmt: skip
    run(session, "quarantine", "origin", batch=batch_id)
    run(session, "quarantine", "mended", batch=batch_id)
    settled: Any = run(session, "quarantine", "resolve", batch=batch_id, home=home)
    run(session, "quarantine", "resolve_copies", batch=batch_id, home=home)
    return int(settled.rowcount)


def labels(codes: Sequence[str]) -> str:
    """Word issues in Vietnamese, joined by semicolons; an unknown code stands for itself."""
    return "; ".join(known.vi if (known := ISSUES.get(code)) else code for code in codes)


def fix(details: dict[str, Any] | None) -> str:
    """Word the proposed values of all issues of a row: `xa=Xã Ẳng Nưa; ma_xa=03307`."""
    proposed: dict[str, Any] = {}
    for found in (details or {}).values():
        if isinstance(found, dict):
            proposed |= found.get("suggestion") or {}
    return "; ".join(f"{name}={value}" for name, value in proposed.items() if value not in ("", None))


def still_waiting(session: Session, batch_id: int) -> int:
    """Count the rows of a batch that wait to be mended."""
    query = text("SELECT count(*) FROM batch_row WHERE batch_id = :batch AND outcome <> 'accepted' AND resolved_by IS NULL")
    return int(session.execute(query, {"batch": batch_id}).scalar_one())


def settled_by(session: Session, batch_id: int) -> list[tuple[int, int]]:
    """Return of which batches a resubmitted batch settled kept rows, and how many of each; its own origin stands even with none."""
    return [(row.origin_batch, row.settled) for row in run(session, "quarantine", "settled_by", batch=batch_id)]
