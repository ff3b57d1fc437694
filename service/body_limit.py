"""Decides how many bytes a body may have: reading stops behind them with 413, whatever length was announced."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import REFUSALS, problem

# A few words; a thousand texts, each far longer than any address; two hundred thousand rows of six hundred bytes each.
WORDS: Final = 16_384
TEXTS: Final = 16 << 20
TABLE: Final = 128 << 20
# A province's doors as a workbook or a map; two million rows of six hundred bytes each.
HAND_OVER: Final = 512 << 20
JOB: Final = 1 << 30
# Bytes by the beginning of the path, the first that fits.
MOST: Final[tuple[tuple[str, int], ...]] = (
    ("/v1/resolve", TEXTS), ("/search/csv", TABLE), ("/reverse/csv", TABLE), ("/v1/uploads/", TEXTS), ("/v1/uploads", HAND_OVER),
    ("/v1/jobs", JOB), ("/", WORDS),
)  # fmt: skip


class BodyLimit:
    """Stops reading a body behind the limit of its path, whatever length was announced."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an ASGI application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 at once to an announced body that is too large, else when it turns out to be."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next(size for prefix, size in MOST if scope["path"].startswith(prefix))
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > most:
            await problem(413, *REFUSALS[413])(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
