"""Shows the register of breaches to administrators, with the hours that are left until the authority must know."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse

from registry.privacy.breaches import HOURS, LAW, Case, case_of, listed
from registry.security.roles import Scope
from service.access import needs
from service.deps import NoParams, SessionDep
from service.reports.breach_page import breach_page
from service.reports.official_page import VIETNAM

router = APIRouter(prefix="/v1", tags=["breaches"])


@router.get("/breaches", dependencies=[needs(Scope.BREACHES)])
def breaches(_none: Annotated[NoParams, Query()], session: SessionDep) -> dict[str, Any]:
    """Return all breaches of personal data, those whose clock runs first; `hours_left` is below zero where the deadline has passed."""
    return {"hours": HOURS, "law": LAW, "breaches": [told(case) for case in listed(session, datetime.now(VIETNAM))]}


@router.get("/breaches/{number}/notice", dependencies=[needs(Scope.BREACHES)], response_class=HTMLResponse)
def notice(number: Annotated[int, Path(ge=1, le=2**62)], _none: Annotated[NoParams, Query()], session: SessionDep) -> HTMLResponse:
    """Return the notification of one breach as a Vietnamese page to print."""
    return HTMLResponse(breach_page(case_of(session, number, datetime.now(VIETNAM))))


def told(case: Case) -> dict[str, Any]:
    """Return one breach as it is told."""
    return {
        "id": case.id, "what": case.what, "state": case.state, "detected_at": _at(case.detected_at), "deadline": _at(case.deadline),
        "hours_left": case.hours_left, "late": case.late, "notified_at": _at(case.notified_at), "opened_by": case.opened_by,
        "opened_at": _at(case.opened_at),
        "entries": [{"at": _at(each.at), "kind": each.kind, "words": each.words, "actor": each.actor} for each in case.entries],
    }  # fmt: skip


def _at(moment: datetime | None) -> str | None:
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds") if moment else None
