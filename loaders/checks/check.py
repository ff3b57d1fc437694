"""Here is decided what a check is: a query whose rows (row number, issue code, mild, details) become issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Check:
    """A query over the temporary tables of a batch; it gives `row_no, code, mild, details`."""

    sql: str


def run_checks(session: Session, checks: Sequence[Check], **values: Any) -> None:  # noqa: ANN401 - whatever a check binds
    """Run checks in order and keep what they find."""
    for check in checks:
        used = {name: value for name, value in values.items() if f":{name}" in check.sql}
        session.execute(text(f"INSERT INTO issue (row_no, code, mild, details) {check.sql}"), used)
    session.execute(text("ANALYZE issue"))


def simple(table: str, code: str, where: str, details: str = "NULL::jsonb") -> Check:
    """Return the check that reports every row of a table that meets a condition."""
    return Check(f"SELECT row_no, '{code}', false, {details} FROM {table} WHERE {where}")  # noqa: S608 - only names and constants of ours are put in


def drop_fatal(session: Session) -> None:
    """Take the rows whose fate is decided out of `door`."""
    session.execute(
        text(
            "DELETE FROM door WHERE row_no IN"
            " (SELECT i.row_no FROM issue AS i JOIN issue_kind AS g USING (code) WHERE g.fatal AND NOT i.mild)",
        ),
    )
