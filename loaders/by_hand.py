"""Here is decided what a file may do to what a person decided: repeat it as it was before, and be told; only news changes it.

A value that the file says and that somebody replaced by hand stays replaced, and the row says so (`row.kept_by_hand`); any other value is
news and counts as ever. A door that was merged or retired by hand does not come back by a file: its rows wait or are duplicates.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.statements import run


def answer_to_former_names(session: Session) -> None:
    """Let rows find the doors that they name as these were before an act by hand; to be called after `match`."""
    if not _any(session):
        return
    session.execute(text("DROP TABLE IF EXISTS pg_temp.former"))
    for step in ("former", "former_known", "former_new"):
        run(session, "by_hand", step)


def hold(session: Session) -> None:
    """Find what rows repeat of what was replaced by hand (temporary table `by_hand`), and say so; to be called within `settle`."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.by_hand"))
    run(session, "by_hand", "by_hand")
    for step in ("replaced", "told") if _any(session) else ():
        run(session, "by_hand", step)


def _any(session: Session) -> bool:
    return bool(run(session, "by_hand", "any").scalar_one())
