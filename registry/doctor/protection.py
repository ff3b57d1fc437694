"""Decides how tables must be protected: as `db upgrade` left them, table by table, and by roles that can do no more than it gave them."""

from typing import Final

from sqlalchemy import Connection, text

from registry.doctor.finding import Check, bad, exists
from registry.security.protection import differing, made, mark, mighty, state

_UPGRADE: Final = "diachiso db upgrade"
_PLAIN: Final = "NOSUPERUSER NOBYPASSRLS NOLOGIN NOCREATEROLE NOREPLICATION"


def rights(connection: Connection) -> Check:
    """Compare rights, row-level security, policies and triggers with what the last upgrade made of them."""
    known = made(connection) if exists(connection, "alembic_version") else None
    if known is None or known.mark != mark(connection):
        return Check("fail", "Quyền và chính sách chưa đặt theo bản này", "rights are not those of this program", _UPGRADE)
    said = ("Bảo vệ khác với bản đã đặt", "tables are protected otherwise than db upgrade made them")
    return bad(differing(known.state, state(connection)), "fail", said, _UPGRADE, ("Mọi bảng được bảo vệ như đã đặt", "protected as made"))


def roles(connection: Connection) -> Check:
    """Look for roles of the service that can do more than they need; roles are the whole server's, so an administrator takes it away."""
    found = mighty(connection)
    said = ("Vai của dịch vụ có quá nhiều quyền", "roles of the service may do more than they need")
    hint = f"ALTER ROLE {found[0]} {_PLAIN}; REVOKE các vai khác khỏi nó" if found else ""
    return bad(found, "fail", said, hint, ("Vai của dịch vụ chỉ có quyền cần thiết", "roles have what they need"))


def triggers_fire(connection: Connection) -> Check:
    """Look for a setting that keeps every trigger from firing: no trail, no counts, no feed."""
    said = connection.execute(text("SELECT current_setting('session_replication_role')")).scalar_one()
    if said == "origin":
        return Check("ok", "Trigger chạy", "triggers fire")
    hint = "ALTER DATABASE … RESET session_replication_role, cũng cho vai và postgresql.conf"
    return Check("fail", f"Trigger không chạy: session_replication_role = {said}", "triggers do not fire", hint)


CHECKS: Final = (rights, roles, triggers_fire)
