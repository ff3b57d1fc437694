"""Decides how long a request may take and how many may be at work: whoever asks is answered in time, if only when to come back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.arrival import Arriving
from service.errors import REFUSALS, problem
from service.metrics import Metrics

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
        body = Arriving(scope, receive, self._metrics)
        if _patience(scope["path"]) is None and body.is_small:
            # Whoever sends slowly keeps nobody from being answered: he has no place yet, and is not counted.
            try:
                await body.gather()
            except HTTPException:
                await late()(scope, receive, send)
                return
        await self._count(scope, body, send)

    async def _count(self, scope: Scope, body: Arriving, send: Send) -> None:
        """Let in as many as may be at work or queued."""
        if self._open >= self._patience.requests:
            self._metrics.refuse("busy")
            await busy()(scope, body, send)
            return
        self._open += 1
        try:
            await self._let_in(scope, body, send)
        finally:
            self._open -= 1

    async def _let_in(self, scope: Scope, body: Arriving, send: Send) -> None:
        """Wait for a place and work; what is patient works without one, for it would keep it from many."""
        seconds = _patience(scope["path"])
        if seconds is not None:
            await _Watched(scope, body, send, max(seconds, self._patience.seconds), self._metrics).run(self._app)
            return
        ends = asyncio.get_running_loop().time() + self._patience.seconds
        try:
            if self._places.locked():
                async with asyncio.timeout_at(ends):
                    await self._places.acquire()
            else:
                await self._places.acquire()
        except TimeoutError:
            self._metrics.refuse("busy")
            await busy()(scope, body, send)
            return
        try:
            left = ends - asyncio.get_running_loop().time()
            await _Watched(scope, body, send, left, self._metrics).run(self._app)
        finally:
            self._places.release()


class _Watched:
    """One request: the clock stands while its body arrives and ends when its answer begins.

    The work of a request may sit in a thread, which nothing can break off. So the answer is given over its head, and what it
    says later is dropped; it ends by itself when the database refuses it, at the latest by its own limits of time.
    """

    def __init__(self, scope: Scope, body: Arriving, send: Send, seconds: float, metrics: Metrics) -> None:
        self._scope = scope
        self._body = body
        self._send = send
        self._seconds = seconds
        self._metrics = metrics
        self._clock: asyncio.TimerHandle | None = None
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
            self._cut = asyncio.ensure_future(slow()(self._scope, self._body, self._send))

    async def _receive_in_time(self) -> Message:
        if self._body.whole:
            return await self._body()
        self._stop()
        try:
            return await self._body()
        finally:
            if not self._begun:
                self._wind()

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


def late() -> Response:
    """Return the answer to whoever sends too slowly; what he sends later is not read."""
    answer = problem(_TIMEOUT, *REFUSALS[_TIMEOUT])
    answer.headers["Connection"] = "close"
    return answer


def _patience(path: str) -> float | None:
    return next((seconds for start, seconds in PATIENT.items() if path.startswith(start)), None)
