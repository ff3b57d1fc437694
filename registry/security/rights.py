"""Here is decided when roles, rights and row-level security are put in place: after every migration, and when they stand otherwise."""

from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from registry.errors import RefusedError
from registry.security import protection
from registry.security.protection import RIGHTS, ROLES, Made
from registry.sqlfile import statements

APP, READER, GATE, AUDITOR = ROLES
_STEPS: Final = ("images", "grants", "policies", "trail", "followers", "enabled")
_NOT_ALLOWED: Final = "42501"


def put_in_place(connection: Connection) -> list[str]:
    """Make the roles and apply the rights unless they stand as they were made, which takes no lock; the caller commits.

    Returns the tables that stand otherwise even so, such as one whose trigger of a migration was dropped: what was noted stays then.
    RefusedError where the owner may not make roles, with what an administrator must run.
    """
    make_roles(connection)
    mark, known = protection.mark(connection), protection.made(connection)
    was = known.state if known and known.mark == mark else None
    if was is not None and not protection.differing(was, protection.state(connection)):
        return []
    for step in _STEPS:
        _run(connection, step)
    now = protection.state(connection)
    if was is not None and (left := protection.differing(was, now)):
        return left
    protection.note(connection, Made(mark, now))
    return []


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
    connection.exec_driver_sql(statements(RIGHTS)[step], execution_options={"no_parameters": True})
