"""Here is decided as whom a session works: each transaction begins with the role and the provinces of its caller, and ends without."""

from typing import Any, Final

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from registry.security.caller import Caller
from registry.security.rights import APP, AUDITOR, GATE
from registry.security.roles import Role

# `SET LOCAL ROLE` by its function form: one statement, nothing of it outlives the transaction, whoever gets the connection next.
_BEGIN: Final = text(
    "SELECT set_config('role', :db_role, true), set_config('diachiso.reads', :reads, true), set_config('diachiso.writes', :writes, true),"
    " set_config('diachiso.actor', :actor, true), set_config('diachiso.role', :role, true), set_config('diachiso.request', :request, true)"
)

_SIGN: Final = text(
    "SELECT set_config('diachiso.actor', :actor, true), set_config('diachiso.role', :role, true),"
    " set_config('diachiso.request', :request, true)"
)


def bind(session: Session, caller: Caller, request_id: str = "") -> None:
    """Make a session that has not begun work as `diachiso_app` for that caller, an auditor's as `diachiso_auditor`."""
    _at_begin(session, _given(caller, request_id))


def become(session: Session, caller: Caller) -> None:
    """Work as that caller from here to the end of the transaction that the session is in."""
    session.execute(_BEGIN, _given(caller, ""))


def _given(caller: Caller, request_id: str) -> dict[str, Any]:
    return {
        "db_role": AUDITOR if caller.role is Role.AUDITOR else APP, "reads": caller.reads, "writes": caller.writes,
        "actor": caller.actor, "role": caller.role.value, "request": request_id,
    }  # fmt: skip


def sign(session: Session, caller: Caller, request_id: str = "") -> None:
    """Let an owner's session that has not begun work, whose rows no policy holds, leave the name of that caller in the trail."""

    def begin(_session: Session, transaction: SessionTransaction, connection: Connection) -> None:
        if not transaction.nested:
            connection.execute(_SIGN, {"actor": caller.actor, "role": caller.role.value, "request": request_id})

    event.listen(session, "after_begin", begin)


def bind_gate(session: Session) -> None:
    """Make a session work as the role that sees API keys and nothing else."""
    _at_begin(session, {"db_role": GATE, "reads": "", "writes": "", "actor": "gate", "role": "gate", "request": ""})


def _at_begin(session: Session, given: dict[str, Any]) -> None:
    def begin(_session: Session, transaction: SessionTransaction, connection: Connection) -> None:
        # A savepoint is inside a transaction that has begun so already.
        if not transaction.nested:
            connection.execute(_BEGIN, given)

    event.listen(session, "after_begin", begin)
