"""Here is decided how the loader runs its SQL: the named statements of `loaders/sql`, alone or a file in order."""

import re
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Result, text
from sqlalchemy.orm import Session

from registry.sqlfile import statement, statements

_FOLDER = Path(__file__).parent / "sql"


def run(session: Session, file: str, name: str, **values: Any) -> Result[Any]:  # noqa: ANN401 - whatever a statement binds
    """Run one named statement."""
    return session.execute(statement(_FOLDER / f"{file}.sql", name), values)


# Statements that have nothing to do where the rows lack something (see loaders.checks.check.facts_of).
_NEEDS: Final = {
    "one_by_one": "coded", "by_code": "coded", "by_door": "known", "by_household": "peopled", "by_point": "known", "one_to_one": "known",
    "household": "peopled", "before_given_code": "coded", "moved_code": "coded", "given_code": "coded", "other_code": "coded",
    "vpostcode": "plus",
}  # fmt: skip


def run_all(session: Session, file: str, facts: frozenset[str] | None = None, **values: Any) -> None:  # noqa: ANN401 - whatever the statements bind
    """Run the statements of a file in order; each takes of the values those that it names. `facts` leave out what has nothing to do."""
    for name, body in statements(_FOLDER / f"{file}.sql").items():
        if facts is not None and _NEEDS.get(name, "") not in {"", *facts}:
            continue
        session.execute(text(body), {key: value for key, value in values.items() if re.search(rf"(?<!:):{key}\b", body)})
