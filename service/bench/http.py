"""Decides how the speed over HTTP is told: as a share of what a bare FastAPI route reaches that returns a constant answer of the same size.

Both are served by uvicorn on 127.0.0.1 in processes of their own and are loaded in turns, so that a busy minute slows both alike.
"""

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from urllib.request import urlopen

import uvicorn
from fastapi import FastAPI

from registry.errors import UnavailableError
from service.app import create_app
from service.bench.load import Load
from service.bench.wrk import asked, client
from service.kept import KeptAnswers

TURNS: Final = 4
_WARM_SECONDS: Final = 1.0
_ROUTE: Final = "/v1/resolve"
_READY_SECONDS: Final = 120


@dataclass(frozen=True)
class Side:
    """One of the services that were measured: its loads by turn, and the load at half of its own rate."""

    turns: tuple[Load, ...]
    half: Load | None = None

    @property
    def rate(self) -> float:
        """Return requests a second over all turns."""
        return sum(each.answered for each in self.turns) / sum(each.seconds for each in self.turns)

    def to_dict(self, bare: "Side") -> dict[str, Any]:
        """Return the figures for `--json`, and the share of the bare route's rate."""
        half = self.half and {"rate": self.half.rate, "p50": self.half.p50, "p99": self.half.p99, "failed": self.half.failed}
        return {"rate": self.rate, "ratio": self.rate / bare.rate, "half": half}


@dataclass(frozen=True)
class HttpRun:
    """What was measured: the service that computes every answer, the one that keeps answers as when it serves, and the bare route.

    `size` is the length of the constant answer in bytes, `client` what asked at full speed.
    """

    size: int
    client: str
    computed: Side
    kept: Side
    bare: Side

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for `--json`."""
        sides = {name: getattr(self, name).to_dict(self.bare) for name in ("computed", "kept", "bare")}
        return {"bytes": self.size, "client": self.client, **sides}


def measure(url: str, texts: Sequence[str], connections: int, seconds: float, workers: int) -> HttpRun:
    """Load `/v1/resolve` over the database at `url` with those texts and the bare route, each `seconds` in turns; UnavailableError."""
    targets = [f"{_ROUTE}?q={quote(text, safe='')}" for text in texts]
    with ExitStack() as held:
        ports = [held.enter_context(served(each, url, workers)) for each in (computing_app, open_app)]
        constant = _body(ports[0], targets[0])
        ports.append(held.enter_context(served(_bare, constant.decode(), workers)))
        for port in ports:
            asked(port, targets, connections, min(_WARM_SECONDS, seconds))
        turns = [[asked(port, targets, connections, seconds / TURNS) for port in ports] for _ in range(TURNS)]
        computed, kept, bare = (Side(tuple(each)) for each in zip(*turns, strict=True))
        halves = [
            asked(port, targets, connections, seconds, rate=max(1.0, side.rate / 2))
            for port, side in zip(ports, (computed, kept), strict=False)
        ]
    return HttpRun(len(constant), client(), replace(computed, half=halves[0]), replace(kept, half=halves[1]), bare)


def open_app(url: str) -> FastAPI:
    """Return the service, open to this machine: what is measured is no limit of how often somebody may ask."""
    return create_app(url, open_to="1")


def computing_app(url: str) -> FastAPI:
    """Return the service as it answers what nobody asked before: it keeps no answer."""
    app = open_app(url)
    app.state.kept = KeptAnswers(0)
    return app


def _body(port: int, target: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}{target}", timeout=_READY_SECONDS) as answer:
        return bytes(answer.read())


@contextmanager
def served(app: Callable[[str], FastAPI], what: str, workers: int) -> Iterator[int]:
    """Serve an application in so many processes on one free port and give it once all answer; they are ended at the end."""
    context = get_context("forkserver")
    with _bound(0) as held:
        port = int(held.getsockname()[1])
        pipes, running = [], []
        try:
            for _ in range(workers):
                here, there = context.Pipe()
                process = context.Process(target=_serve, args=(app, what, port, there), daemon=True)
                process.start()
                there.close()
                pipes.append(here)
                running.append(process)
            _await(pipes)
            yield port
        finally:
            for process in running:
                process.terminate()
                process.join()


def _await(pipes: Sequence[Connection]) -> None:
    """Wait until every process says that it answers; a pipe to a dead one ends at once."""
    try:
        ready = all(pipe.poll(_READY_SECONDS) and pipe.recv() for pipe in pipes)
    except (EOFError, OSError):
        ready = False
    if not ready:
        raise UnavailableError("Dịch vụ để đo không lên được.", "The service to be measured does not come up.", hint="diachiso db doctor")


def _bound(port: int) -> socket.socket:
    """Return a socket of a port that several processes share: the kernel spreads connections over those that listen."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    # As `diachiso serve` does.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def _serve(app: Callable[[str], FastAPI], what: str, port: int, ready: Connection) -> None:
    """Serve until ended, as `diachiso serve` does; the lines of the log are written, and nobody reads them."""
    with Path(os.devnull).open("w", encoding="utf-8") as sys.stderr, _bound(port) as listener:
        _Server(uvicorn.Config(app(what), log_level="critical", access_log=False, server_header=False), ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Connection) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.send(self.started)


def _bare(body: str) -> FastAPI:
    """Return an application with one route that returns that answer."""
    app, constant = FastAPI(), json.loads(body)

    @app.get(_ROUTE)
    async def answer() -> Any:  # noqa: ANN401 - any JSON
        return constant

    return app
