"""Here is decided how accepted rows become the registry's truth: places, addresses, households, codes, and every row's outcome."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.bulk import indexed_after
from loaders.by_hand import hold
from loaders.fields import Columns
from loaders.files import Source
from loaders.kept_rows import write_kept
from loaders.statements import run, run_all
from registry.codes_issue import issue_wanted
from registry.life import status
from registry.text import FOLD_VERSION

LADDER: Final = list(status.LADDER)
_KNOWN: Final = ("settled_row", "analyze_settled", "settled", "spoken")
_NEW: Final = ("settled_new", "spoken_new")
_BIG: Final = 20_000
REGISTER: Final = ("place", "address", "household", "digital_address", "external_code")
OUTCOMES: Final = ("batch_row", "commune_tally")


def settle(session: Session, crs: str) -> None:
    """Give every accepted row its address and its code, and merge new values into known addresses, in temporary tables."""
    for step in ("issued", "analyze_issued", "taken"):
        run(session, "codes", step)
    for step in ("grouped", "analyze_grouped"):
        run(session, "settle", step)
    all_new = run(session, "settle", "all_new").scalar_one()
    for step in _NEW if all_new else _KNOWN:
        run(session, "settle", step)
    hold(session)
    run_all(session, "merge", ladder=LADDER, crs=crs)


def write(session: Session, batch_id: int, crs: str, facts: frozenset[str]) -> None:
    """Write before-images, addresses, households and codes; issue a code to every new door that came without one."""
    drawn, others = tuple(run(session, "codes", "expected").one())
    # A code that came with a door may bring a withdrawn one back to life, by its key.
    keyed = ["digital_address"] if "coded" in facts else []
    with indexed_after(session, ("address", "digital_address", "household"), drawn, keyed=keyed) as after:
        run_all(session, "write", facts, batch=batch_id, crs=crs, fold_version=FOLD_VERSION)
        run(session, "codes", "drawn", batch=batch_id, keyed=bool(keyed) or not after)
    if {"known", "coded"} <= facts:
        run(session, "codes", "known_given", batch=batch_id)
    if others:
        run(session, "codes", "code_wanted")
        run(session, "codes", "known_wanted")
        issue_wanted(session, batch_id)
        run(session, "codes", "known_issued", batch=batch_id)


def write_outcomes(session: Session, batch_id: int, source: Source, columns: Columns, rows: int) -> None:
    """Keep the outcome of every row, with its cells where it did not enter the registry."""
    with indexed_after(session, ("batch_row",), rows):
        run_all(session, "outcome", batch=batch_id)
    write_kept(session, batch_id, source, columns)


def analyze(session: Session, rows: int, tables: Sequence[str]) -> None:
    """Refresh the planner's statistics after a big load."""
    for table in tables if rows >= _BIG else ():
        session.execute(text(f"ANALYZE {table}"))


def update_batch(session: Session, batch_id: int, state: str, values: dict[str, Any]) -> None:
    """Write the counts of a batch and its state."""
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    session.execute(
        text(f"UPDATE batch SET state = :state, committed_at = clock_timestamp(), {assignments} WHERE id = :batch"),  # noqa: S608 - only names and constants of ours are put in
        {"state": state, "batch": batch_id, **values},
    )
