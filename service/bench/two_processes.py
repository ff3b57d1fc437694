"""Decides how scaling is measured: processes with a connection and a gazetteer each, and a clock that starts when all are ready."""

import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection

from geocode.resolver import Resolver
from registry import db
from registry.errors import UnavailableError
from service.bench.speed import batch_call

WARM = 100


def rate_of(texts: Sequence[str], url: str, processes: int = 2) -> float:
    """Return addresses a second of so many processes that share the texts; raises UnavailableError when one of them dies.

    Processes are spawned, so that none inherits a connection; a pipe to a dead one ends at once, so nobody waits for it.
    """
    context = get_context("spawn")
    ours: list[Connection] = []
    workers = []
    try:
        for place in range(processes):
            here, there = context.Pipe()
            worker = context.Process(target=_work, args=(url, list(texts[place::processes]), there), daemon=True)
            worker.start()
            there.close()
            ours.append(here)
            workers.append(worker)
        _hear(ours)
        began = time.perf_counter()
        for here in ours:
            here.send(None)
        _hear(ours)
        return len(texts) / (time.perf_counter() - began)
    except (EOFError, OSError) as error:
        raise UnavailableError(
            "Một tiến trình đo đã dừng giữa chừng.", "A measuring process stopped half-way.", hint="diachiso db doctor"
        ) from error
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _hear(ours: list[Connection]) -> None:
    """Wait for a word from every process."""
    for here in ours:
        here.recv()


def _work(url: str, texts: list[str], pipe: Connection) -> None:
    """Load, warm up, say so, wait for the start, resolve the share, say so."""
    with db.session(url) as session:
        run = batch_call(session, Resolver.open(session))
        run(texts[:WARM])
        pipe.send("ready")
        pipe.recv()
        run(texts)
        pipe.send("done")
