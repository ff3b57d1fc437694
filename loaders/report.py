"""Here is decided what is told of a batch: its number, the counts that add up, the issues with the first rows that have them."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import NotFoundError

COUNTS = ("accepted_new", "accepted_changed", "accepted_same", "incomplete", "duplicate", "rejected")


@dataclass(frozen=True)
class IssueCount:
    """How many rows have an issue, the first of them, and one example of its details."""

    code: str
    rows: int
    first: list[int]
    example: dict[str, Any] | None


@dataclass(frozen=True)
class BatchReport:
    """The outcome of an import; `batch_id` is None for a dry run, `repeated` when the file had been imported before.

    `inside_share`: of the points that could be checked, how many lie in the communes of their rows; only told when the file was read.
    """

    batch_id: int | None
    file_name: str
    rows: int
    counts: dict[str, int]
    issues: list[IssueCount]
    notes: list[tuple[str, str]] = field(default_factory=list)
    repeated: bool = False
    dry_run: bool = False
    seconds: float = 0.0
    inside_share: float | None = None

    @property
    def accepted(self) -> int:
        """Rows that are in the registry now."""
        return self.counts["accepted_new"] + self.counts["accepted_changed"] + self.counts["accepted_same"]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        issues = [{"code": one.code, "rows": one.rows, "first": one.first, "example": one.example} for one in self.issues]
        return {
            "batch": self.batch_id, "file": self.file_name, "rows": self.rows, "accepted": self.accepted, **self.counts, "issues": issues,
            "repeated": self.repeated, "dry_run": self.dry_run,
        }  # fmt: skip


def counts_of(session: Session, batch_id: int) -> dict[str, int]:
    """Count the outcomes of the rows of a batch."""
    found = session.execute(
        text(
            "SELECT coalesce('accepted_' || change, outcome), number FROM"
            " (SELECT outcome, change, count(*) AS number FROM batch_row WHERE batch_id = :batch GROUP BY 1, 2) AS counted"
        ),
        {"batch": batch_id},
    )
    known = {str(name): int(number) for name, number in found}
    return {name: known.get(name, 0) for name in COUNTS}


def issues_of(session: Session) -> list[IssueCount]:
    """Count the issues of the rows at hand, the most frequent first, with up to five row numbers each."""
    found = session.execute(
        text(
            "SELECT code, count(DISTINCT row_no), (array_agg(row_no ORDER BY row_no))[1:5],"
            " (array_agg(details ORDER BY row_no) FILTER (WHERE details IS NOT NULL))[1] FROM issue GROUP BY code ORDER BY 2 DESC, 1",
        ),
    )
    return [IssueCount(*row) for row in found]


def unknown_batch(batch_id: object) -> NotFoundError:
    """Return the refusal of a number under which there is no batch."""
    vi, en = f"Không có lô {batch_id}.", f"There is no batch {batch_id}."
    return NotFoundError(vi, en, hint="Xem danh sách: diachiso batches", page="Xem mục Các lô.")


def report_of(session: Session, batch_id: int) -> BatchReport | None:
    """Return the report of a batch as it was kept; None when there is no such batch."""
    row = session.execute(
        text(f"SELECT file_name, rows, issues, notes, {', '.join(COUNTS)} FROM batch WHERE id = :batch"),  # noqa: S608 - only names and constants of ours are put in
        {"batch": batch_id},
    ).first()
    if row is None:
        return None
    issues = [IssueCount(one["code"], one["rows"], one["first"], one.get("example")) for one in row[2]]
    return BatchReport(batch_id, row[0], row[1], dict(zip(COUNTS, row[4:], strict=True)), issues, [(code, words) for code, words in row[3]])
