"""Here is decided whether rights, policies and triggers stand as `db upgrade` made them: digests of what it made are kept beside them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from registry.sqlfile import statement

RIGHTS: Final = Path(__file__).parents[1] / "sql" / "rights.sql"
_SQL: Final = RIGHTS.with_name("protection.sql")
ROLES: Final = ("diachiso_app", "diachiso_reader", "diachiso_gate", "diachiso_auditor")
# Table -> kind of protection -> digest; kinds are rows, grants, policies and triggers.
State = Mapping[str, Mapping[str, str]]
KINDS: Final = {"rows": "bảo vệ dòng", "grants": "quyền", "policies": "chính sách", "triggers": "trigger"}
# The note stands as the comment of a function that rights.sql makes, so that a dump takes it along.
_NOTED: Final = text("SELECT obj_description(to_regproc('audit_stays'), 'pg_proc')")
_NOTE: Final = text("SELECT format('COMMENT ON FUNCTION audit_stays() IS %L', CAST(:note AS text))")


class Made(NamedTuple):
    """What was put in place last: under which text of the rights, and what stood then."""

    mark: str
    state: State


def mark(connection: Connection) -> str:
    """Return what tells one text of the rights on one schema from another; a server of another version words definitions otherwise."""
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    server = connection.execute(text("SELECT current_setting('server_version_num')::int / 10000")).scalar_one()
    texts = " ".join(each.read_text(encoding="utf-8") for each in (RIGHTS, _SQL))
    return hashlib.sha256(f"{version} {server} {texts}".encode()).hexdigest()[:16]


def state(connection: Connection) -> State:
    """Return how the tables stand now: one look into the catalogue, some ten milliseconds, whatever the size of the registry."""
    found: dict[str, dict[str, str]] = {}
    for name, kind, digest in connection.execute(statement(_SQL, "state"), {"roles": list(ROLES)}):
        found.setdefault(name, {})[kind] = digest
    return found


def made(connection: Connection) -> Made | None:
    """Return what was noted when the rights were last put in place; None where nothing that this program can read was."""
    try:
        noted = json.loads(connection.execute(_NOTED).scalar() or "")
        return Made(noted["mark"], noted["state"])
    except (ValueError, KeyError, TypeError):
        return None


def note(connection: Connection, what: Made) -> None:
    """Keep it beside the rights."""
    said = json.dumps(what._asdict(), separators=(",", ":"))
    connection.exec_driver_sql(connection.execute(_NOTE, {"note": said}).scalar_one(), execution_options={"no_parameters": True})


def differing(was: State, now: State) -> list[str]:
    """Return the tables that are protected otherwise than they were, each with what of it differs.

    A table that somebody put beside ours counts once it gives something to the service's roles.
    """
    ours = sorted({*was, *(name for name, kinds in now.items() if "grants" in kinds)})
    changed = {name: [KINDS[kind] for kind in KINDS if was.get(name, {}).get(kind) != now.get(name, {}).get(kind)] for name in ours}
    return [f"{name} ({', '.join(kinds)})" for name, kinds in changed.items() if kinds]


def mighty(connection: Connection) -> list[str]:
    """Return the roles of the service that somebody gave more than `db upgrade` does: a login, other roles, or a way past every policy."""
    return list(connection.execute(statement(_SQL, "roles"), {"roles": list(ROLES)}).scalars())
