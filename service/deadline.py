"""Decides how long a request may take and how many may be at work: whoever asks is answered in time, if only when to come back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import problem
from service.metrics import Metrics

# A sender that pauses for longer than this in the middle of a body has gone.
BODY_SECONDS: Final = 20.0
# Side by side in a process; others queue in the order in which they came. Were all at work at once, none would be done in time.
AT_WORK: Final = 32
# What is known to take its time before it begins to answer: long polls, papers, whole files.
PATIENT: Final[Mapping[str, float]] = {
    "/v1/changes": 60.0, "/v1/coverage": 120.0, "/search/csv": 300.0, "/reverse/csv": 300.0, "/v1/batch": 300.0, "/v1/upload": 300.0,
    "/v1/jobs": 300.0,
}  # fmt: skip
# Whoever watches must be answered most of all when nobody else is.
WATCHERS: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_TIMEOUT: Final = 408
_UNAVAILABLE: Final = 503


@dataclass(frozen=True)
class Patience:
    """`seconds` until an answer begins, not counting the time in which a body arrives; `requests` at work or queued in a process."""

    seconds: float
    requests: int


class Deadline:
    """A layer that answers 503 in place of an application that does not, or that has too much to do."""

    def __init__(self, app: ASGIApp, patience: Patience, metrics: Metrics) -> None:
        """Wrap an ASGI application."""
        self._app = app
        self._patience = patience
        self._metrics = metrics
        self._open = 0
        self._places = asyncio.Semaphore(AT_WORK)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in time."""
        if scope["type"] != "http" or scope["path"] in WATCHERS:
            await self._app(scope, receive, send)
            return
        if self._open >= self._patience.requests:
            self._metrics.refuse("busy")
            await busy()(scope, receive, send)
            return
        self._open += 1
        try:
            await self._let_in(scope, receive, send)
        finally:
            self._open -= 1

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a place and work; what is patient works without one, for it would keep it from many."""
        seconds = _patience(scope["path"])
        if seconds is not None:
            await _Watched(scope, receive, send, max(seconds, self._patience.seconds), self._metrics).run(self._app)
            return
        ends = asyncio.get_running_loop().time() + self._patience.seconds
        try:
            async with asyncio.timeout_at(ends):
                await self._places.acquire()
        except TimeoutError:
            self._metrics.refuse("busy")
            await busy()(scope, receive, send)
            return
        try:
            left = ends - asyncio.get_running_loop().time()
            await _Watched(scope, receive, send, left, self._metrics).run(self._app)
        finally:
            self._places.release()


class _Watched:
    """One request: the clock stands while its body arrives and ends when its answer begins.

    The work of a request may sit in a thread, which nothing can break off. So the answer is given over its head, and what it
    says later is dropped; it ends by itself when the database refuses it, at the latest by its own limits of time.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, seconds: float, metrics: Metrics) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._seconds = seconds
        self._metrics = metrics
        self._clock: asyncio.TimerHandle | None = None
        self._whole = False
        self._begun = False
        self._cut: asyncio.Task[None] | None = None

    async def run(self, app: ASGIApp) -> None:
        """Let the application answer, or answer for it."""
        self._wind()
        try:
            await app(self._scope, self._receive_in_time, self._send_once)
        except Exception:
            if self._cut is None:
                raise
        finally:
            self._stop()
            if self._cut is not None:
                await self._cut

    def _wind(self) -> None:
        self._stop()
        self._clock = asyncio.get_running_loop().call_later(self._seconds, self._answer_instead)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _answer_instead(self) -> None:
        if not self._begun:
            self._begun = True
            self._metrics.refuse("slow_answer")
            self._cut = asyncio.ensure_future(slow()(self._scope, self._receive, self._send))

    async def _receive_in_time(self) -> Message:
        if self._whole:
            return await self._receive()
        self._stop()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                message = await self._receive()
        except TimeoutError:
            self._metrics.refuse("slow_sender")
            raise HTTPException(_TIMEOUT, headers={"Connection": "close"}) from None
        finally:
            if not self._begun:
                self._wind()
        self._whole = not message.get("more_body")
        return message

    async def _send_once(self, message: Message) -> None:
        if self._cut is not None:
            # To an application this is a client that left.
            raise OSError("answered in its place")
        self._begun = True
        self._stop()
        await self._send(message)


def busy() -> Response:
    """Return the answer to whoever comes when there is too much to do."""
    vi, en = "Máy chủ đang có quá nhiều yêu cầu.", "The service has too many requests at work."
    return problem(_UNAVAILABLE, vi, en, hint="Thử lại sau ít giây.")


def slow() -> Response:
    """Return the answer to whoever has waited long enough."""
    vi, en = "Yêu cầu này mất quá nhiều thời gian.", "This request took too long."
    return problem(_UNAVAILABLE, vi, en, hint="Thử lại sau ít giây.")


def _patience(path: str) -> float | None:
    return next((seconds for start, seconds in PATIENT.items() if path.startswith(start)), None)
