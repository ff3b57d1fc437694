"""Decides how long a connection may stay silent: one that asks nothing, or does not take its answer, is closed."""

import asyncio
import resource
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

# From the first byte of a question to the end of its head, and from connecting to a question.
HEAD_SECONDS: Final = 10.0
# For which nobody takes what waits to be sent.
TAKE_SECONDS: Final = 30.0
# Left of the files that a process may open: for the database, the log and what is being written.
_SPARE_FILES: Final = 128
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Type: application/problem+json\r\nConnection: close\r\n"
    b'Content-Length: 97\r\n\r\n{"type":"about:blank","title":"Qua nhieu ket noi","title_en":"Too many connections","status":503}'
)


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 with an end to patience; uvicorn itself waits for ever for the first question and for a slow reader."""

    _head: asyncio.TimerHandle | None = None
    _take: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock of the first question; refuse a connection that would take the last file."""
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            transport.write(_FULL)
            transport.close()
            return
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop both clocks."""
        self._forget()
        self._taken()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Stop the clock when a question is complete, start it when one has begun."""
        super().data_received(data)
        if self._is_at_work():
            self._forget()
        elif self._head is None:
            self._expect()

    def on_response_complete(self) -> None:
        """Leave the pause between two questions to uvicorn's own clock."""
        self._forget()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Start the clock of a reader: its buffer is full."""
        super().pause_writing()
        self._taken()
        self._take = self.loop.call_later(TAKE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the clock of a reader."""
        self._taken()
        super().resume_writing()

    def _is_at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self) -> None:
        self._head = self.loop.call_later(HEAD_SECONDS, self._end_unless_at_work)

    def _forget(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _taken(self) -> None:
        if self._take is not None:
            self._take.cancel()
            self._take = None

    def _end_unless_at_work(self) -> None:
        self._head = None
        if not self._is_at_work():
            self.transport.abort()


def most_connections() -> int:
    """Return how many connections one process takes at a time."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 10_000 if files == resource.RLIM_INFINITY else max(files - _SPARE_FILES, 64)
