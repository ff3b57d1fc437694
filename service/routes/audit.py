"""Shows the audit trail to auditors: who wrote or read what, when, what for."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.security.audit import listed, told
from registry.security.bound import become
from registry.security.roles import Role, Scope
from service.access import CallerDep, needs
from service.deps import SessionDep
from service.schemas.params import AuditParams

router = APIRouter(prefix="/v1", tags=["audit"])


@router.get("/audit", dependencies=[needs(Scope.AUDIT)])
def trail(asked: Annotated[AuditParams, Query()], session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Return the newest rows of the trail, the oldest of them first; `since` is a day in Vietnam.

    A key that is bound to provinces reads what names one of them.
    """
    # Whoever may read the trail reads it as an auditor does: no other role of the database sees it.
    become(session, replace(caller, role=Role.AUDITOR))
    rows = listed(session, since=asked.since, actor=asked.actor, limit=asked.limit, provinces=caller.provinces)
    return {"trail": [told(row) for row in rows]}
