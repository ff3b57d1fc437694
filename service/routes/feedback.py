"""Takes the word of a user that an answer was wrong, for review."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.feedback import record
from service.deps import NoParams, SessionDep
from service.schemas.feedback import FeedbackBody

router = APIRouter(prefix="/v1", tags=["feedback"])


@router.post("/feedback", status_code=201)
def feedback(said: FeedbackBody, _none: Annotated[NoParams, Query()], session: SessionDep) -> dict[str, Any]:
    """Record that an answer was wrong, and the right place; personal data in the texts is masked, the sender is not recorded."""
    kept = record(session, said.report())
    answer = {
        "id": kept.id,
        "received_at": kept.received_at.isoformat(),
        "message": "Đã ghi góp ý để xem xét; tên người và số điện thoại không được lưu.",
        "message_en": "Recorded for review; names and phone numbers are not kept.",
    }
    session.commit()
    return answer
