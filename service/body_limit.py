"""Decides how many bytes a body may have: reading stops behind them with 413, whatever length was announced."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message

WORDS: Final = 16_384
# A thousand texts, each far longer than any address.
TEXTS: Final = 16 << 20
# Two hundred thousand rows of six hundred bytes each.
TABLE: Final = 128 << 20


class LimitedBody(APIRoute):
    """A route that stops reading a body behind `most` bytes; one that announces more is not read at all."""

    most: ClassVar[int] = WORDS

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route behind a counter of bytes."""
        handle, most = super().get_route_handler(), self.most

        async def counted(request: Request) -> Response:
            announced = request.headers.get("content-length", "")
            if announced.isdigit() and int(announced) > most:
                raise HTTPException(413)
            read = 0

            async def receive() -> Message:
                nonlocal read
                message = await request.receive()
                read += len(message.get("body", b""))
                if read > most:
                    raise HTTPException(413)
                return message

            return await handle(Request(request.scope, receive))

        return counted


class SmallBody(LimitedBody):
    """A route that takes a few words."""


class TextsBody(LimitedBody):
    """A route that takes a list of texts."""

    most = TEXTS


class TableBody(LimitedBody):
    """A route that takes a table."""

    most = TABLE
