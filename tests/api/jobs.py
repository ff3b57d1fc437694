"""A service and workers for tests of work that outlives its request."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from registry.settings import settings
from service.jobs.desk import Desk
from service.jobs.worker import run
from tests.db import faults


@contextmanager
def worker(url: str, folder: Path) -> Iterator[multiprocessing.Process]:
    """Run `diachiso worker` over that database as a process of its own; it has ended at the end."""
    with faults.running(url, folder / "worker.log", "worker", environment=dict(os.environ)) as command:
        try:
            yield command.process
        finally:
            command.process.terminate()
            command.process.join(faults.DEADLINE_S)


def exit_code(process: multiprocessing.Process) -> int | None:
    """Wait until a worker has ended and return its exit code, less than zero for a signal; None when it goes on."""
    process.join(faults.DEADLINE_S)
    return process.exitcode


def work_off(url: str) -> None:
    """Do all that is queued, in this process."""
    run(Desk.open(url), once=True, url=url)


def written(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement as the owner and commit; return its rows."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"options": "-c diachiso.owner=all"})
    with engine.begin() as connection:
        found = connection.execute(text(statement))
        return [tuple(row) for row in found] if found.returns_rows else []


def long_gone(url: str) -> None:
    """Let the workers that were killed be taken for dead, as time would: they have not said for an hour that they live."""
    written(url, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


def until(client: httpx.Client, path: str, *states: str) -> dict[str, object]:
    """Ask until something is in one of the states; return it."""
    seen: dict[str, object] = {}

    def there() -> bool:
        seen.update(client.get(path).json())
        return seen.get("state") in states

    faults.until(there, f"{path} is {' or '.join(states)}")
    return seen


@contextmanager
def apart(folder: Path) -> Iterator[Path]:
    """Keep files of jobs in that folder: numbers of another database are other jobs."""
    before = os.environ["DIACHISO_FILES"]
    os.environ["DIACHISO_FILES"] = str(folder)
    settings.cache_clear()
    try:
        yield folder
    finally:
        os.environ["DIACHISO_FILES"] = before
        settings.cache_clear()
