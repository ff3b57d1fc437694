"""Decides how scaling is measured: two processes with a connection and a gazetteer each; one of them alone, then both, in turns."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from geocode.resolver import Resolver
from registry import db
from registry.errors import UnavailableError
from service.bench.speed import batch_call

TURNS = 6
WARM = 100


@dataclass(frozen=True)
class Scaling:
    """Addresses a second of one process alone and of two together."""

    one: float
    two: float


def scaling(texts: Sequence[str], url: str) -> Scaling:
    """Give half of the texts to one process alone and half to two at once, in turns; raises UnavailableError when one of them dies.

    Every text is asked once, so no cache helps the second turn, and a busy minute slows both alike.
    """
    alone, together = 0.0, 0.0
    asked_alone, asked_together = 0, 0
    with _ready(url, texts[:WARM]) as pipes:
        for turn in range(TURNS):
            mine, shared = texts[2 * turn :: 2 * TURNS], texts[2 * turn + 1 :: 2 * TURNS]
            alone += _seconds([pipes[turn % 2]], [mine])
            together += _seconds(pipes, [shared[0::2], shared[1::2]])
            asked_alone += len(mine)
            asked_together += len(shared)
    return Scaling(asked_alone / alone, asked_together / together)


@contextmanager
def _ready(url: str, warm: Sequence[str]) -> Iterator[list[Connection]]:
    """Yield the pipes to two processes that have loaded and warmed up; forked from a process without any, none inherits a connection.

    A pipe to a dead process ends at once, so nobody waits for it.
    """
    context = get_context("forkserver")
    pipes, workers = [], []
    try:
        for _ in range(2):
            here, there = context.Pipe()
            worker = context.Process(target=_work, args=(url, there), daemon=True)
            worker.start()
            there.close()
            pipes.append(here)
            workers.append(worker)
        _seconds(pipes, [warm, warm])
        yield pipes
    except (EOFError, OSError) as error:
        raise UnavailableError(
            "Một tiến trình đo đã dừng giữa chừng.", "A measuring process stopped half-way.", hint="diachiso db doctor"
        ) from error
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _seconds(pipes: Sequence[Connection], shares: Sequence[Sequence[str]]) -> float:
    """Let each process resolve its share; return the seconds until the last is done."""
    began = time.perf_counter()
    for pipe, share in zip(pipes, shares, strict=True):
        pipe.send(list(share))
    for pipe in pipes:
        pipe.recv()
    return time.perf_counter() - began


def _work(url: str, pipe: Connection) -> None:
    """Load, then resolve whatever comes, until the process is ended."""
    with db.session(url) as session:
        run = batch_call(session, Resolver.open(session))
        while True:
            run(pipe.recv())
            pipe.send(None)
