"""Here is decided how SQL stands beside Python: files of named statements, each with a sentence on what it does."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Result, text
from sqlalchemy.orm import Session

_FOLDER = Path(__file__).parent / "sql"
_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def statements(file: str) -> dict[str, str]:
    """Return the statements of `loaders/sql/FILE.sql` by name, in the order they stand."""
    parts = _NAME.split((_FOLDER / f"{file}.sql").read_text(encoding="utf-8"))
    return {name: body.strip().rstrip(";") for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def run(session: Session, file: str, name: str, **values: Any) -> Result[Any]:  # noqa: ANN401 - whatever a statement binds
    """Run one named statement."""
    return session.execute(text(statements(file)[name]), values)


def run_all(session: Session, file: str, **values: Any) -> None:  # noqa: ANN401 - whatever the statements bind
    """Run the statements of a file in order; each takes of the values those that it names."""
    for body in statements(file).values():
        statement = text(body)
        session.execute(statement, {key: value for key, value in values.items() if re.search(rf"(?<!:):{key}\b", body)})
