"""Decides when what a streamed answer holds is given back: as soon as the answer ends, also where its reader went away half-way."""

from collections.abc import Iterator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class Streamed(StreamingResponse):
    """An answer of pieces from a generator that has begun; it is closed with the answer, for a forgotten one would hold on."""

    def __init__(self, first: bytes, rest: Iterator[bytes], media_type: str, headers: Mapping[str, str] | None = None) -> None:
        """Send the first piece, then the rest."""
        self._rest = rest
        super().__init__(self._pieces(first), media_type=media_type, headers=headers)

    def _pieces(self, first: bytes) -> Iterator[bytes]:
        yield first
        yield from self._rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send, and close; a piece that is being made in a thread is waited for."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            close = getattr(self._rest, "close", None)
            if close:
                close()
