"""Decides what a finding is: a level, what was found in both languages, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import Connection, TextClause, text

from registry.models.tables import Base
from registry.sqlfile import statement

Level = Literal["ok", "warn", "fail"]
_SQL: Final = Path(__file__).parent.parent / "sql" / "doctor.sql"


@dataclass(frozen=True)
class Check:
    """One finding: its level, the sentence in both languages and, unless all is well, what to do."""

    level: Level
    vi: str
    en: str
    hint: str = ""


def ask(connection: Connection, name: str, **values: Any) -> list[Any]:  # noqa: ANN401 - whatever is bound
    """Return the rows of a statement of doctor.sql; `:tables` are those of the registry."""
    wanted: TextClause = statement(_SQL, name)
    # The statement says which names it binds; the tables are bound wherever they are asked for.
    if ":tables" in wanted.text:
        values["tables"] = sorted(Base.metadata.tables)
    return list(connection.execute(wanted, values))


def exists(connection: Connection, table: str) -> bool:
    """Say whether there is such a table."""
    return connection.execute(text("SELECT to_regclass(:name)"), {"name": table}).scalar() is not None


def first(names: Sequence[str], most: int = 3) -> str:
    """Return the first few names, and how many more there are."""
    more = f" (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def bad(found: Sequence[str], level: Level, said: tuple[str, str], hint: str, well: tuple[str, str]) -> Check:
    """Return a finding that names what was found, or that all is well; each pair is Vietnamese and English."""
    if not found:
        return Check("ok", *well)
    return Check(level, f"{said[0]}: {first(found)}", said[1], hint)
