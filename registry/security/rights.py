"""Here is decided when roles, rights and row-level security are put in place: after every migration, and when their text changed."""

import hashlib
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from registry.errors import RefusedError
from registry.sqlfile import statements

SQL: Final = Path(__file__).parents[1] / "sql" / "rights.sql"
APP, READER, GATE, AUDITOR = "diachiso_app", "diachiso_reader", "diachiso_gate", "diachiso_auditor"
_STEPS: Final = ("grants", "policies", "trail", "followers")
_NOT_ALLOWED: Final = "42501"
# Which text was applied to which schema is written beside the trail, so that a second upgrade takes no lock.
_APPLIED: Final = text("SELECT coalesce(obj_description(to_regproc('audit_stays'), 'pg_proc'), '')")


def put_in_place(connection: Connection) -> None:
    """Make the roles and apply the rights unless they are applied; the caller commits.

    RefusedError where the owner may not make roles, with what an administrator must run.
    """
    make_roles(connection)
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    mark = "rights " + hashlib.sha256(f"{version} {SQL.read_text(encoding='utf-8')}".encode()).hexdigest()[:16]
    if connection.execute(_APPLIED).scalar_one() == mark:
        return
    for step in _STEPS:
        _run(connection, step)
    connection.exec_driver_sql(f"COMMENT ON FUNCTION audit_stays() IS '{mark}'")


def make_roles(connection: Connection) -> None:
    """Make the roles of the service in this cluster where they are missing."""
    try:
        with connection.begin_nested():
            _run(connection, "roles")
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != _NOT_ALLOWED:
            raise
        raise RefusedError(
            "Tài khoản cơ sở dữ liệu không được tạo vai.", "The database account may not make roles.",
            hint=f"Nhờ quản trị PostgreSQL chạy: CREATE ROLE … NOLOGIN NOINHERIT cho {APP}, {READER}, {GATE}, {AUDITOR};"
            " rồi GRANT chúng cho tài khoản này.",
        ) from error  # fmt: skip


def _run(connection: Connection, step: str) -> None:
    """Run statements that hold percent signs as they stand."""
    connection.exec_driver_sql(statements(SQL)[step], execution_options={"no_parameters": True})
