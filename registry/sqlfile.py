"""Decides how SQL stands beside Python: files of named statements, `-- name: word`, each with a sentence on what it serves."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)
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


def run_prepared(session: Session, path: Path, name: str, types: Mapping[str, str], values: Mapping[str, Any]) -> Iterable[Any]:
    """Run a named statement that the server has planned before; for statements of the hot path, where planning costs more than running.

    `types` gives the SQL type of every parameter. A statement is prepared once a connection, which remembers that in its `info`.
    """
    connection = session.connection()
    known: set[str] = connection.info.setdefault("prepared", set())
    label = f"diachiso_{path.stem}_{name}"
    if label not in known:
        connection.exec_driver_sql(f"PREPARE {label} ({', '.join(types.values())}) AS {_numbered(path, name, tuple(types))}")
        known.add(label)
    slots = ", ".join(["%s"] * len(types))
    return connection.exec_driver_sql(f"EXECUTE {label} ({slots})", tuple(values[key] for key in types))


@cache
def _numbered(path: Path, name: str, keys: tuple[str, ...]) -> str:
    """Return a statement with `$1`, `$2` … for its named parameters, without comments."""
    body = _COMMENT.sub("", statements(path)[name])
    for number, key in enumerate(keys, start=1):
        body = re.sub(rf"(?<!:):{key}\b", f"${number}", body)
    return body
