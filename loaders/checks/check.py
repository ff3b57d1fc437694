"""Here is decided what a check is: a query whose rows (row number, issue code, mild, details) become issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_FACTS: Final = """
SELECT bool_or(code <> '') AS coded, bool_or(ma_ho <> '') AS peopled, bool_or(vpostcode <> '') AS plus, bool_or(known) AS known,
    bool_or(house_key = '' AND flat_key = '' AND code = '' AND ma_ho = '') AS bare
FROM door
"""


@dataclass(frozen=True)
class Check:
    """A query over the temporary tables of a batch; it gives `row_no, code, mild, details`.

    `codes` are all that it can give: where a profile silences them, it does not run. `when` is a fact of the file without which there is
    nothing to find (see `facts_of`): codes in its rows, household references, …
    """

    sql: str
    codes: tuple[str, ...] = ()
    when: str = ""


def facts_of(session: Session) -> frozenset[str]:
    """Return what the rows have at all: `coded`, `peopled`, `plus` (Vpostcodes), `bare` (only a point), `known` (places of before)."""
    row = session.execute(text(_FACTS)).mappings().one()
    return frozenset(name for name, there in row.items() if there)


def run_checks(session: Session, checks: Sequence[Check], facts: frozenset[str], **values: Any) -> int:  # noqa: ANN401 - whatever a check binds
    """Run checks in order and keep what they find; return how many findings there are."""
    number = 0
    heard = set(session.execute(text("SELECT code FROM issue_kind")).scalars()) if any(check.codes for check in checks) else set()
    for check in checks:
        if (check.codes and heard.isdisjoint(check.codes)) or (check.when and check.when not in facts):
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


def decide(session: Session, facts: frozenset[str], *groups: Sequence[Check], **values: Any) -> None:  # noqa: ANN401 - whatever a check binds
    """Run groups of checks one after the other and take the rows whose fate each decides out of `door`."""
    for checks in groups:
        if run_checks(session, checks, facts, **values):
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
