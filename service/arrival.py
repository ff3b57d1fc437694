"""Decides how slowly a body may arrive, and gathers a small one before any work on its request begins."""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from service.metrics import Metrics

# A sender that pauses for longer than this in the middle of a body has gone.
PAUSE_SECONDS: Final = 20.0
# What a body may keep us waiting in all, and the bytes that buy it another second: one byte now and then is no sending.
SECONDS: Final = 30.0
LEAST_BYTES: Final = 10_000
# Up to so many bytes are gathered: more than any body of words.
SMALL: Final = 64 << 10
_TIMEOUT: Final = 408


class Arriving:
    """The body of one request on its way; called like the `receive` that it wraps."""

    def __init__(self, scope: Scope, receive: Receive, metrics: Metrics) -> None:
        """Wrap `receive`; nothing is read yet."""
        self._headers = Headers(scope=scope)
        self._receive = receive
        self._metrics = metrics
        self._left = SECONDS
        self._gathered: Message | None = None
        self.whole = False

    @property
    def is_small(self) -> bool:
        """Tell whether a body comes that is to be gathered: one of no announced length begins as a small one."""
        announced = self._headers.get("content-length", "")
        return 0 < int(announced) <= SMALL if announced.isdigit() else "transfer-encoding" in self._headers

    async def gather(self) -> None:
        """Wait until the body is whole, or longer than a small one; HTTPException 408 when it comes too slowly."""
        body = bytearray()
        while not self.whole and len(body) <= SMALL:
            message = await self._next()
            if message["type"] != "http.request":
                self._gathered = message
                return
            body += message.get("body", b"")
        self._gathered = {"type": "http.request", "body": bytes(body), "more_body": not self.whole}

    async def __call__(self) -> Message:
        """Return what was gathered, then what comes; HTTPException 408 when it comes too slowly."""
        if self._gathered is not None:
            message, self._gathered = self._gathered, None
            return message
        return await (self._receive() if self.whole else self._next())

    async def _next(self) -> Message:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(min(PAUSE_SECONDS, self._left)):
                message = await self._receive()
        except TimeoutError:
            self._metrics.refuse("slow_sender")
            raise HTTPException(_TIMEOUT, headers={"Connection": "close"}) from None
        self._left += len(message.get("body", b"")) / LEAST_BYTES - (loop.time() - began)
        self.whole = not message.get("more_body")
        return message
