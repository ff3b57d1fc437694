"""Decides where the service keeps its SQL: the named statements of `service/sql`."""

from pathlib import Path

from sqlalchemy import TextClause

from registry import sqlfile

_SQL = Path(__file__).parent / "sql"


def statement(file: str, name: str) -> TextClause:
    """Return one named statement of `service/sql/<file>.sql`; KeyError when it is not there."""
    return sqlfile.statement(_SQL / f"{file}.sql", name)
