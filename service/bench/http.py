"""Decides how the speed over HTTP is told: as a share of what a bare FastAPI route reaches that returns a constant answer of the same size.

Both are served by uvicorn on 127.0.0.1 in processes of their own and are loaded in turns, so that a busy minute slows both alike.
"""

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
from service.bench.load import Load, load
from service.bench.wrk import at_full_speed

TURNS: Final = 4
_WARM_SECONDS: Final = 1.0
_ROUTE: Final = "/v1/resolve"
_READY_SECONDS: Final = 120


@dataclass(frozen=True)
class HttpRun:
    """What was measured: the bytes of the constant answer, both loads by turn, and the service at half of its own rate."""

    size: int
    ours: tuple[Load, ...]
    bare: tuple[Load, ...]
    half: Load

    @property
    def rate(self) -> float:
        """Return requests a second of the service, over all turns."""
        return _rate(self.ours)

    @property
    def bare_rate(self) -> float:
        """Return requests a second of the bare route, over all turns."""
        return _rate(self.bare)

    @property
    def ratio(self) -> float:
        """Return the share of the bare route's rate that the service reaches."""
        return self.rate / self.bare_rate

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for `--json`."""
        half = {"rate": self.half.rate, "p50": self.half.p50, "p99": self.half.p99, "failed": self.half.failed}
        return {"bytes": self.size, "rate": self.rate, "bare_rate": self.bare_rate, "ratio": self.ratio, "half": half}


def measure(url: str, texts: Sequence[str], connections: int, seconds: float, workers: int) -> HttpRun:
    """Load `/v1/resolve` over the database at `url` with those texts and the bare route, each `seconds` in turns; UnavailableError."""
    targets = [f"{_ROUTE}?q={quote(text, safe='')}" for text in texts]
    with served(open_app, url, workers) as ours:
        constant = _body(ours, targets[0])
        with served(_bare, constant.decode(), workers) as bare:
            for port in (ours, bare):
                at_full_speed(port, targets, connections, min(_WARM_SECONDS, seconds))
            turns = [
                (at_full_speed(ours, targets, connections, seconds / TURNS), at_full_speed(bare, targets, connections, seconds / TURNS))
                for _ in range(TURNS)
            ]
        run = [each for each, _ in turns]
        half = load(ours, targets, connections, seconds, rate=max(1.0, _rate(run) / 2))
    return HttpRun(len(constant), tuple(run), tuple(each for _, each in turns), half)


def open_app(url: str) -> FastAPI:
    """Return the service, open to this machine: what is measured is no limit of how often somebody may ask."""
    return create_app(url, open_to="1")


def _rate(loads: Sequence[Load]) -> float:
    return sum(each.answered for each in loads) / sum(each.seconds for each in loads)


def _body(port: int, target: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}{target}", timeout=_READY_SECONDS) as answer:
        return bytes(answer.read())


@contextmanager
def served(app: Callable[[str], FastAPI], what: str, workers: int) -> Iterator[int]:
    """Serve an application in so many processes on one free port and give it once all answer; they are ended at the end."""
    context = get_context("spawn")
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
