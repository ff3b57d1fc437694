"""Takes proposals of corrections for the province to decide, and lists them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.corrections import accept, listed, of_number, propose, refuse
from registry.life.door import read_doors
from registry.life.fields import shown as fields_of
from registry.security.roles import Scope
from service.access import CallerDep, needs
from service.deps import NoParams, SessionDep
from service.schemas.corrections import CorrectionBody, CorrectionParams, DecideBody, for_review, shown
from service.schemas.jobs import Number

router = APIRouter(prefix="/v1", tags=["corrections"])


@router.post("/corrections", status_code=201, dependencies=[needs(Scope.PROPOSE)])
def correction(said: CorrectionBody, _none: Annotated[NoParams, Query()], session: SessionDep) -> dict[str, Any]:
    """Record what is said to be right of a door, to wait for its province; personal data in the texts is masked.

    A door of another province than the caller's is not there: the session shows none.
    """
    kept = propose(session, said.code, said.proposal(), reason=said.reason, proposed_by=said.proposed_by)
    answer = shown(kept) | {
        "message": "Đã ghi đề nghị, chờ tỉnh duyệt; tên người và số điện thoại không được lưu.",
        "message_en": "Recorded, to wait for the province; names and phone numbers are not kept.",
    }
    session.commit()
    return answer


@router.post("/corrections/{number}/decide", dependencies=[needs(Scope.REVIEW)])
def decided(
    number: Number, said: DecideBody, _none: Annotated[NoParams, Query()], session: SessionDep, caller: CallerDep
) -> dict[str, Any]:
    """Accept a correction, which changes the registry at once, or reject it; the reason is kept with it."""
    found = of_number(session, number)
    caller.must(Scope.REVIEW, found.province_code)
    if said.decision == "accept":
        accept(session, number, actor=caller.actor, note=said.reason)
    else:
        refuse(session, number, actor=caller.actor, reason=said.reason)
    answer = shown(of_number(session, number))
    session.commit()
    return answer


@router.get("/corrections", dependencies=[needs(Scope.PROPOSE)])
def corrections(asked: Annotated[CorrectionParams, Query()], session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Return the corrections of a province, or of all that the caller sees, in one state, the oldest first."""
    caller.must(Scope.PROPOSE, asked.province)
    return {"corrections": [shown(found) for found in listed(session, asked.province, asked.state)]}


@router.get("/corrections/{number}", dependencies=[needs(Scope.REVIEW)])
def one(number: Number, _none: Annotated[NoParams, Query()], session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Return one correction as its province decides it: what is proposed, what was seen that day, what stands now, and why.

    `stands` is null where the batch that had brought the door was rolled back.
    """
    found = of_number(session, number)
    caller.must(Scope.REVIEW, found.province_code)
    door = read_doors(session, [found.address_id]).get(found.address_id)
    return for_review(found, None if door is None else fields_of(door) | {"ngung_dung": door.retired_at is not None})
