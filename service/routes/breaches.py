"""Shows the register of breaches to administrators, with the hours that are left until the authority must know, and lets them add to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from registry.privacy.breaches import HOURS, LAW, add, case_of, listed, open_case
from registry.security.bound import sign
from registry.security.caller import Caller
from registry.security.roles import Scope
from service.access import CallerDep, needs
from service.dates import ZONE, read_moment
from service.deps import NoParams, SessionDep
from service.reports.breach_page import breach_page
from service.schemas.breaches import BreachBody, EntryBody, told

router = APIRouter(prefix="/v1", tags=["breaches"], dependencies=[needs(Scope.BREACHES)])
_None = Annotated[NoParams, Query()]
_Number = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/breaches")
def breaches(_none: _None, session: SessionDep) -> dict[str, Any]:
    """Return all breaches of personal data, those whose clock runs first; `hours_left` is below zero where the deadline has passed."""
    return {"hours": HOURS, "law": LAW, "breaches": [told(case) for case in listed(session, datetime.now(ZONE))]}


@router.get("/breaches/{number}/notice", response_class=HTMLResponse)
def notice(number: _Number, _none: _None, session: SessionDep) -> HTMLResponse:
    """Return the notification of one breach as a Vietnamese page to print."""
    return HTMLResponse(breach_page(case_of(session, number, datetime.now(ZONE))))


@router.post("/breaches", status_code=201)
def opened(said: BreachBody, _none: _None, request: Request, caller: CallerDep) -> dict[str, Any]:
    """Write a breach down; its 72 hours run from when it was found. Names and numbers of people are masked, nothing is ever taken back."""
    with _writing(request, caller) as session:
        number = open_case(session, said.what, actor=caller.actor, detected_at=read_moment(said.detected_at))
        session.commit()
        return told(case_of(session, number, datetime.now(ZONE)))


@router.post("/breaches/{number}/entries", status_code=201)
def added(number: _Number, said: EntryBody, _none: _None, request: Request, caller: CallerDep) -> dict[str, Any]:
    """Write down what was done about a breach: a note, that the authority was told, or how it ended; a closed one takes no more."""
    with _writing(request, caller) as session:
        add(session, number, said.kind, said.words, actor=caller.actor)
        session.commit()
        return told(case_of(session, number, datetime.now(ZONE)))


@contextmanager
def _writing(request: Request, caller: Caller) -> Iterator[Session]:
    """Give a session of the owner under the caller's name: the register is nobody's table, no role of a caller writes it."""
    with Session(request.app.state.owner()) as session:
        sign(session, caller, request.scope.get("request_id", ""))
        yield session
