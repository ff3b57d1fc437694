"""Here is decided who asks: an API key, an OIDC token, nobody in particular, or whoever sits at the machine of an open service."""

import ipaddress
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request, Response
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry.errors import UnauthenticatedError
from registry.security import keys, tokens
from registry.security.bound import bind_gate
from registry.security.caller import LOCAL, PUBLIC, Caller
from registry.security.roles import Scope
from registry.settings import settings

# How long a key that was proved is believed without asking again: so long a revoked one may still be taken.
BELIEVED_SECONDS: Final = 5.0
MOST_BELIEVED: Final = 10_000
PROVERS: Final = 8
LONGEST_CREDENTIAL: Final = 8192
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_OF_THIS_PAGE: Final = ("same-origin", "none")


class Gate:
    """Knows the callers of one application: keys that were proved a moment ago, and to whom the service is open."""

    def __init__(self, open_to: str) -> None:
        """Open to nobody (`0`), to this machine (`1`) or to the network (`network`)."""
        self.open_to = open_to
        self._believed: dict[str, tuple[Caller, float]] = {}
        # Made-up tokens may wait for a provider that hangs; they leave the threads of everybody else alone.
        self.provers = CapacityLimiter(PROVERS)

    def known(self, token: str) -> Caller | None:
        """Return the caller of a key that was proved less than `BELIEVED_SECONDS` ago."""
        caller, until = self._believed.get(token, (None, 0.0))
        return caller if time.monotonic() < until else None

    def prove(self, engine: Engine, token: str) -> Caller | None:
        """Prove a key against the registry, and write the day of its use."""
        with Session(engine) as session:
            bind_gate(session)
            found = keys.prove(session, token)
            session.commit()
        if found is None:
            return None
        caller, expires = found
        left = (expires - datetime.now(UTC)).total_seconds()
        if len(self._believed) >= MOST_BELIEVED:
            self._believed.clear()
        self._believed[token] = caller, time.monotonic() + min(BELIEVED_SECONDS, left)
        return caller


async def caller_of(request: Request) -> Caller:
    """Return who asks, found out once a request; UnauthenticatedError for a key or token that does not hold."""
    known: Caller | None = request.scope.get("caller")
    if known is None:
        known = request.scope["caller"] = await _asked_by(request)
    return known


async def _asked_by(request: Request) -> Caller:
    gate: Gate = request.app.state.gate
    credential = _credential(request)
    if credential is None:
        return LOCAL if _is_open(request, gate.open_to) else PUBLIC
    caller = gate.known(credential)
    if caller is None:
        prove = partial(gate.prove, request.app.state.engine) if credential.startswith("dcs_") else tokens.prove
        caller = await to_thread.run_sync(prove, credential, limiter=gate.provers)
    if caller is None:
        raise UnauthenticatedError("Khóa không đúng, đã hết hạn hoặc đã bị thu hồi.", "The key is wrong, has expired or was revoked.")
    return caller


CallerDep = Annotated[Caller, Depends(caller_of)]


def needs(scope: Scope) -> Any:  # noqa: ANN401 - FastAPI's marker of a dependency
    """Return a dependency of a route that refuses callers without the scope (401 without a key, 403 with one)."""

    async def must(caller: CallerDep) -> None:
        caller.must(scope)

    found: Dependency = Depends(must)
    return found


def gated(scope: Scope) -> type[APIRoute]:
    """Return the class of routes that look at their caller before they read the body, which may be large."""

    class Gated(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def after_a_look(request: Request) -> Response:
                (await caller_of(request)).must(scope)
                return await handle(request)

            return after_a_look

    return Gated


def hides_small(caller: Caller, province: str | None) -> bool:
    """Tell whether figures of units of 1 to 4 households are hidden from a caller: unless he may see those of all that he asks for."""
    sees = caller.in_all(Scope.FIGURES) if province is None else caller.may(Scope.FIGURES, province)
    return settings().coverage_public and not sees


def _credential(request: Request) -> str | None:
    """Return the key or token that was sent; UnauthenticatedError for one in another shape."""
    header = request.headers.get("authorization")
    if header is None:
        sent = request.headers.get("x-api-key")
    else:
        kind, _, sent = header.partition(" ")
        if kind.lower() != "bearer":
            sent = ""
    if sent is None:
        return None
    sent = sent.strip()
    if not sent or len(sent) > LONGEST_CREDENTIAL:
        raise UnauthenticatedError(
            "Không đọc được khóa trong yêu cầu.", "The credentials cannot be read.", hint="Authorization: Bearer KHÓA, hoặc X-Api-Key: KHÓA"
        )
    return sent


def _is_open(request: Request, open_to: str) -> bool:
    """Tell whether an asker without a key is at home here.

    `1`: the asker is this machine itself, asked for it by its loopback name (a page elsewhere that resolves its own name to this
    machine did not), came through no proxy, and sends no request from a page of another site. `network`: whoever reaches the port.
    """
    if open_to == "0" or _from_another_site(request):
        return False
    if open_to == "network":
        return True
    near = request.client is not None and _is_loopback(request.client.host)
    return near and _is_named_loopback(request.headers.get("host", "")) and not any(name in request.headers for name in _FORWARDED)


def _from_another_site(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is not None and _host_in(origin) != request.headers.get("host", ""):
        return True
    return request.headers.get("sec-fetch-site", "none") not in _OF_THIS_PAGE and request.method not in {"GET", "HEAD"}


def _host_in(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _is_named_loopback(host: str) -> bool:
    """Tell whether a Host header, with or without a port, is a name of this machine for itself."""
    try:
        return _is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
