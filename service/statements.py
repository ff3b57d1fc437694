"""Reads the named statements of a .sql file: each begins with `-- name: word` and ends with a semicolon."""

from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

_SQL = Path(__file__).parent / "sql"


@cache
def statement(file: str, name: str) -> TextClause:
    """Return one named statement of `service/sql/<file>.sql`; KeyError when it is not there."""
    blocks = (_SQL / f"{file}.sql").read_text(encoding="utf-8").split("-- name: ")[1:]
    named = {block.partition("\n")[0].strip(): block.partition("\n")[2] for block in blocks}
    return text(named[name].strip().removesuffix(";"))
