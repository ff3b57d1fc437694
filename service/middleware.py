"""Decides what surrounds every answer: a request id, the security headers, one line of log without any address, no traceback."""

import re
import sys
import time
import traceback
import uuid
from typing import Any, Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import fault

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
# MapLibre starts its worker from a blob; everything else comes from this server.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; child-src blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class _StandardError:
    """Writes to whatever standard error is at the moment of writing."""

    def info(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is the log


def access_log() -> Any:  # noqa: ANN401 - structlog's loggers are untyped proxies
    """Return a logger that writes one JSON object a line on standard error."""
    return structlog.wrap_logger(
        _StandardError(),
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer(ensure_ascii=False)],
    )


class Envelope:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an ASGI application."""
        self._app = app
        self._log = access_log()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a fault inside becomes a problem document with status 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex
        # What is written in the audit trail names the request that it belongs to.
        scope["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update(HEADERS | {"X-Request-Id": request_id})
            elif message["type"] == "http.response.body" and not message.get("more_body"):
                # The line stands before the asker has the answer: who sees the one finds the other.
                self._write(scope, request_id, status, started, failure)
            await send(message)

        failure: Exception | None = None
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            if status:
                raise
            failure = error
            await fault()(scope, receive, send_with_headers)

    def _write(self, scope: Scope, request_id: str, status: int, started: float, failure: Exception | None) -> None:
        """Log the template of the path, never the path or its query: both may hold an address or its code."""
        route = getattr(scope.get("route"), "path", None)
        more = {} if failure is None else {"failure": type(failure).__name__, "at": _frames(failure)}
        self._log.info(
            "request",
            request_id=request_id,
            method=scope["method"],
            route=route or "-",
            status=status,
            ms=round((time.perf_counter() - started) * 1000, 1),
            **more,
        )


def _frames(failure: Exception) -> list[str]:
    """Return where it failed; the message of the failure stays out, for it may quote what was asked."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(failure.__traceback__)[-8:]]
