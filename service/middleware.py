"""Decides what surrounds every answer: a request id, the security headers, one line of log without any address, no traceback."""

import re
import secrets
import sys
import time
import traceback
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import fault, problem
from service.metrics import Metrics

# Logged where no answer was begun because nobody waited for it any more (as nginx writes it).
CLIENT_LEFT: Final = 499
# A target in absolute form (RFC 9112, 3.2.2) is a path behind scheme and host.
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE)
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
_RAW: Final = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in HEADERS.items()]
_OF_ITS_AGE: Final = (b"etag", b"cache-control")


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

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Wrap an ASGI application; what it answers is counted."""
        self._app = app
        self._metrics = metrics
        # Bound once: unbound, it would be put together anew for every line.
        self._log = access_log().bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a fault inside becomes a problem document with status 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["path"] = _path(scope["path"])
        asked = headers.get("x-request-id", "")
        visit = _Visit(asked if _REQUEST_ID.fullmatch(asked) else secrets.token_hex(16), scope["method"])
        if visit.method == "HEAD":
            # Answered as a GET is, less its body: the server below goes on with its own scope.
            scope = {**scope, "method": "GET"}
        # What is written in the audit trail names the request that it belongs to.
        scope["request_id"] = visit.request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                message["headers"] = [*message["headers"], *_RAW, (b"x-request-id", visit.request_id.encode("ascii"))]
                if not any(name in _OF_ITS_AGE for name, _ in message["headers"]):
                    # What says nothing of its age, a refusal among them, is not to be guessed at by a cache.
                    message["headers"].append((b"cache-control", b"no-store"))
            elif message["type"] == "http.response.body" and not message.get("more_body"):
                # The line stands before the asker has the answer: who sees the one finds the other.
                self._write(scope, visit)
            await send({**message, "body": b""} if visit.method == "HEAD" and "body" in message else message)

        self._metrics.begin()
        try:
            app = self._app if _is_readable(headers.get("host", "")) else nameless()
            await app(scope, receive, send_with_headers)
        except Exception as error:
            visit.failure = error
            if visit.status:
                raise
            await fault()(scope, receive, send_with_headers)
        finally:
            # An answer that broke off has its line too.
            self._write(scope, visit)

    def _write(self, scope: Scope, visit: "_Visit") -> None:
        """Log and count the template of the path, never the path or its query: both may hold an address or its code."""
        if visit.written:
            return
        visit.written = True
        route = getattr(scope.get("route"), "path", None) or "-"
        seconds = time.perf_counter() - visit.started
        status = visit.status or CLIENT_LEFT
        self._metrics.end(route, status, seconds)
        more = {} if visit.failure is None else {"failure": type(visit.failure).__name__, "at": frames(visit.failure)}
        line = {"method": visit.method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        self._log.info("request", request_id=visit.request_id, **line, **more)


@dataclass
class _Visit:
    """One request on its way."""

    request_id: str
    method: str
    started: float = field(default_factory=time.perf_counter)
    status: int = 0
    failure: Exception | None = None
    written: bool = False


def nameless() -> Response:
    """Return the answer to a question whose Host cannot be read."""
    return problem(400, "Đầu mục Host không đọc được.", "The Host header cannot be read.")


def _path(target: str) -> str:
    """Return the path of a target in whatever form; `*` and a bare host are paths that nothing is served under."""
    path = target if target.startswith("/") else _ORIGIN.sub("", target, count=1)
    return path if path.startswith("/") else f"/{path}"


@lru_cache(maxsize=256)
def _is_readable(host: str) -> bool:
    try:
        urlsplit(f"//{host}")
    except ValueError:
        return False
    return True


def frames(failure: Exception) -> list[str]:
    """Return where it failed; the message of the failure stays out, for it may quote what was asked."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(failure.__traceback__)[-8:]]
