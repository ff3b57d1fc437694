"""Decides how SQL stands beside Python: files of named statements, `-- name: word`, each with a sentence on what it serves."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def statements(path: Path) -> dict[str, str]:
    """Return the statements of a .sql file by name, in the order they stand."""
    parts = _NAME.split(path.read_text(encoding="utf-8"))
    return {name: body.strip().rstrip(";") for name, body in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def statement(path: Path, name: str) -> TextClause:
    """Return one named statement, ready to execute; KeyError when the file has none of that name."""
    return text(statements(path)[name])
