"""Takes the word of a user that an answer was wrong, for review."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message

from registry.feedback import record
from service.deps import NoParams, SessionDep
from service.schemas.feedback import FeedbackBody

MOST_BYTES: Final = 16_384


class SmallBody(APIRoute):
    """A route that stops reading a body behind `MOST_BYTES`, whatever length was announced."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route behind a counter of bytes."""
        handle = super().get_route_handler()

        async def counted(request: Request) -> Response:
            read = 0

            async def receive() -> Message:
                nonlocal read
                message = await request.receive()
                read += len(message.get("body", b""))
                if read > MOST_BYTES:
                    raise HTTPException(413)
                return message

            return await handle(Request(request.scope, receive))

        return counted


router = APIRouter(prefix="/v1", tags=["feedback"], route_class=SmallBody)


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
