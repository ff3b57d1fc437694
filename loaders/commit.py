"""Here is decided how accepted rows become the registry's truth: places, addresses, households, codes, and every row's outcome."""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.fields import Columns
from loaders.stage import raw_keys
from loaders.statements import run, run_all
from registry.codes_issue import issue_wanted
from registry.personal import MASK, PATTERN
from registry.text import FOLD_VERSION

LADDER: Final = ["collected", "complete", "verified", "notified", "plated"]
_BIG: Final = 20_000
_TOUCHED: Final = ("place", "address", "household", "digital_address", "external_code", "batch_row")


def settle(session: Session, batch_id: int, crs: str) -> None:
    """Give places and addresses their ids and merge new values into known addresses, in temporary tables."""
    run_all(session, "settle", batch=batch_id, personal=PATTERN, ladder=LADDER, crs=crs)


def write(session: Session, batch_id: int, crs: str) -> None:
    """Write before-images, addresses, households and codes; issue a code to every new door that came without one."""
    run_all(session, "write", batch=batch_id, crs=crs, fold_version=FOLD_VERSION)
    issue_wanted(session, batch_id)


def write_outcomes(session: Session, batch_id: int, columns: Columns) -> None:
    """Keep the outcome of every row, with its cells where it did not enter the registry."""
    run(session, "outcome", "outcome", batch=batch_id)
    session.execute(text("ANALYZE outcome"))
    run(session, "outcome", "batch_row", batch=batch_id)
    run(session, "outcome", "batch_row_odd", batch=batch_id)
    session.execute(text(_kept_rows(columns)), {"batch": batch_id, "keys": raw_keys(columns), "personal": PATTERN})


def analyze(session: Session, rows: int) -> None:
    """Refresh the planner's statistics after a big load."""
    for table in _TOUCHED if rows >= _BIG else ():
        session.execute(text(f"ANALYZE {table}"))


def update_batch(session: Session, batch_id: int, state: str, values: dict[str, Any]) -> None:
    """Write the counts of a batch and its state."""
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    session.execute(
        text(f"UPDATE batch SET state = :state, committed_at = now(), {assignments} WHERE id = :batch"),  # noqa: S608 - only names and constants of ours are put in
        {"state": state, "batch": batch_id, **values},
    )


def _kept_rows(columns: Columns) -> str:
    """Return the statement that keeps the cells of rows outside the registry, personal data masked."""
    exact, note = columns.exact(), columns.position.get("ghi_chu")
    cells = []
    for at in range(len(columns.header)):
        if at in columns.personal:
            cells.append(f"CASE WHEN c{at} <> '' THEN '{MASK}' ELSE '' END")
        elif at == note:
            cells.append("coalesce(n.note, '')")
        elif at in exact:
            cells.append(f"coalesce(c{at}, '')")
        else:
            cells.append(f"regexp_replace(coalesce(c{at}, ''), :personal, '{MASK}', 'g')")
    join = f"LEFT JOIN note_said AS n ON n.raw = btrim(s.c{note})" if note is not None else ""
    return (
        "INSERT INTO batch_row (batch_id, row_no, outcome, change, issues, details, raw)"  # noqa: S608 - only names and constants of ours are put in
        " SELECT :batch, o.row_no, o.outcome, NULL, o.issues, o.details, jsonb_object(CAST(:keys AS text[]),"
        f" ARRAY[{', '.join(cells)}]) FROM outcome AS o JOIN stage_raw AS s USING (row_no) {join} WHERE o.outcome <> 'accepted'"
    )
