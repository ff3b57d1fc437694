"""Here is decided what a check is: a query whose rows (row number, issue code, mild, details) become issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Check:
    """A query over the temporary tables of a batch; it gives `row_no, code, mild, details`.

    `codes` are all that it can give: where a profile silences them, it does not run.
    """

    sql: str
    codes: tuple[str, ...] = ()


def run_checks(session: Session, checks: Sequence[Check], **values: Any) -> int:  # noqa: ANN401 - whatever a check binds
    """Run checks in order and keep what they find; return how many findings there are."""
    number = 0
    heard = set(session.execute(text("SELECT code FROM issue_kind")).scalars()) if any(check.codes for check in checks) else set()
    for check in checks:
        if check.codes and heard.isdisjoint(check.codes):
            continue
        used = {name: value for name, value in values.items() if f":{name}" in check.sql}
        found: Any = session.execute(text(f"INSERT INTO issue (row_no, code, mild, details) {check.sql}"), used)
        number += found.rowcount
    if number:
        session.execute(text("ANALYZE issue"))
    return number


def simple(table: str, code: str, where: str, details: str = "NULL::jsonb") -> Check:
    """Return the check that reports every row of a table that meets a condition."""
    return Check(f"SELECT row_no, '{code}', false, {details} FROM {table} WHERE {where}", (code,))  # noqa: S608 - only names and constants of ours are put in


def decide(session: Session, *groups: Sequence[Check], **values: Any) -> None:  # noqa: ANN401 - whatever a check binds
    """Run groups of checks one after the other and take the rows whose fate each decides out of `door`."""
    for checks in groups:
        if run_checks(session, checks, **values):
            _drop_fatal(session)


def _drop_fatal(session: Session) -> None:
    session.execute(
        text(
            "UPDATE parsed SET fatal = true WHERE NOT fatal AND row_no IN"
            " (SELECT i.row_no FROM issue AS i JOIN issue_kind AS g USING (code) WHERE g.fatal AND NOT i.mild)",
        ),
    )


def drop_silent(session: Session) -> None:
    """Forget the issues that the profile does not want to hear of."""
    session.execute(text("DELETE FROM issue AS i WHERE NOT EXISTS (SELECT FROM issue_kind AS k WHERE k.code = i.code)"))
