"""Takes proposals of corrections for the province to decide, and lists them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.corrections import listed, propose
from registry.security.roles import Scope
from service.access import needs
from service.deps import NoParams, SessionDep
from service.schemas.corrections import CorrectionBody, CorrectionParams, shown

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


@router.get("/corrections", dependencies=[needs(Scope.PROPOSE)])
def corrections(asked: Annotated[CorrectionParams, Query()], session: SessionDep) -> dict[str, Any]:
    """Return the corrections of a province, or of all, in one state, the oldest first."""
    return {"corrections": [shown(found) for found in listed(session, asked.province, asked.state)]}
