"""Decides how a worker lives: it takes tasks from the queue, takes up what killed ones left, and ends in good order when told to."""

import asyncio
import logging
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job as Queued
from procrastinate.jobs import Status
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from registry import db
from registry.errors import DiachisoError, UnavailableError
from registry.outage import as_unavailable
from service.jobs import importing, queue, resolving, upkeep
from service.jobs.desk import AgainError, Desk, refusal_of
from service.middleware import access_log, frames

# A worker says so often that it lives; one that has not for so long does not.
BEAT_SECONDS: Final = 5.0
DEAD_SECONDS: Final = 30.0
# Tasks side by side: an import holds one place for minutes.
_AT_WORK: Final = 3
# Of a task that its workers do not survive.
_MOST_TRIES: Final = 20
_SECONDS_TO_FINISH: Final = 15.0
_WAIT_SECONDS: Final = 5
# Of what is put in the database tells at once; what followed another of its province is looked for.
_LOOK_SECONDS: Final = 1.0
_UPKEEP: Final = "upkeep"
_RETENTION: Final = "retention"
Work = Callable[[Desk, int], None]
Refuse = Callable[[Desk, int, dict[str, str]], None]
# What does the work of a task, and what writes down that it ended badly.
WORK: Final[dict[str, tuple[Work, Refuse]]] = {
    queue.RESOLVE: (resolving.run, resolving.refuse),
    queue.CHECK: (importing.check, importing.refuse_check),
    queue.IMPORT: (importing.run, importing.refuse_import),
}


class _Again(BaseRetryStrategy):
    """Takes up again what was broken off by the worker or the database, not what failed by itself."""

    def get_retry_decision(self, *, exception: BaseException, job: Queued) -> RetryDecision | None:  # noqa: ARG002 - the library's signature
        return RetryDecision(retry_in={"seconds": _WAIT_SECONDS}) if _is_passing(exception) else None


def run(desk: Desk, *, attached: bool = False, once: bool = False, url: str | None = None) -> None:
    """Work until SIGTERM or SIGINT, or `once` until the queue is empty.

    `attached`: also until standard input ends, for then whoever started this worker is gone.
    """
    # What the library logs may quote what was asked; the lines below say what is needed.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    try:
        said = url or db.database_url()
        asyncio.run(_emptied(desk, said) if once else _lived(desk, said, attached=attached))
    finally:
        desk.close()


async def _lived(desk: Desk, url: str, *, attached: bool) -> None:
    """Work, and begin anew when the database was gone, until told to end."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def end() -> None:
        if not desk.stopping.is_set():
            desk.stopping.set()
            told.set()
            # A statement of the database is not waited for: what it began is rolled back, and another worker takes it up.
            watchdog = threading.Timer(_SECONDS_TO_FINISH, os._exit, (0,))
            watchdog.daemon = True
            watchdog.start()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, end)
    if attached:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), loop.call_soon_threadsafe(end)), daemon=True).start()
    while not told.is_set():
        life = asyncio.create_task(_worked(desk, url))
        stop = asyncio.create_task(told.wait())
        await asyncio.wait((life, stop), return_when=asyncio.FIRST_COMPLETED)
        life.cancel()
        stop.cancel()
        ended = (await asyncio.gather(life, stop, return_exceptions=True))[0]
        if isinstance(ended, Exception):
            _log.info("worker", failure=type(ended).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), _WAIT_SECONDS)


async def _emptied(desk: Desk, url: str) -> None:
    """Work until nothing is left but what waits for others: tasks that follow another are there only when that one is done."""
    left, before = math.inf, -1.0
    while left and left != before:
        before, left = left, await _worked(desk, url, wait=False)


async def _worked(desk: Desk, url: str, *, wait: bool = True) -> int:
    """Work, without `wait` until nothing can be begun; return how many tasks wait for another or for their time."""
    app = _app(desk, url)
    async with app.open_async():
        await _take_up(desk, app)
        _log.info("worker", state="ready")
        await app.run_worker_async(
            concurrency=_AT_WORK, delete_jobs="successful", install_signal_handlers=False, update_heartbeat_interval=BEAT_SECONDS,
            stalled_worker_timeout=DEAD_SECONDS, wait=wait, fetch_job_polling_interval=_LOOK_SECONDS,
        )  # fmt: skip
        return len(list(await app.job_manager.list_jobs_async(status=Status.TODO.value)))


def _app(desk: Desk, url: str) -> App:
    """Return the queue with its tasks, over the database of that URL."""
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    said = {"options": "-c diachiso.owner=all", "application_name": "diachiso worker", "connect_timeout": 5}
    app = App(connector=PsycopgConnector(conninfo=conninfo, kwargs=said, min_size=1, max_size=_AT_WORK + 3, timeout=10))
    for name, (work, refuse) in WORK.items():
        app.task(name=name, retry=_Again())(_done(desk, name, work, refuse))

    @app.periodic(cron="* * * * *")
    @app.task(name=_UPKEEP, queue=_UPKEEP, queueing_lock=_UPKEEP)
    async def _upkeep(timestamp: int) -> None:  # noqa: ARG001 - the library's signature
        await _take_up(desk, app)

    # Twenty past three at night in Vietnam; the queue counts in UTC.
    @app.periodic(cron="20 20 * * *")
    @app.task(name=_RETENTION, queue=_UPKEEP, queueing_lock=_RETENTION)
    async def _retention(timestamp: int) -> None:  # noqa: ARG001 - the library's signature
        await asyncio.to_thread(upkeep.retain, desk)

    return app


def _done(desk: Desk, name: str, work: Work, refuse: Refuse) -> Callable[..., None]:
    """Return the task that does some work, and says in one line of log how it ended."""

    def task(number: int) -> None:
        began, state, more = time.perf_counter(), "done", {}
        try:
            work(desk, number)
        except Exception as error:
            if _is_passing(error):
                state = "again"
                raise
            state = "refused"
            refuse(desk, number, refusal_of(error))
            if not isinstance(error, DiachisoError):
                state, more = "failed", {"failure": type(error).__name__, "at": frames(error)}
                raise
        finally:
            _log.info("job", task=name, number=number, state=state, ms=round((time.perf_counter() - began) * 1000, 1), **more)

    return task


async def _take_up(desk: Desk, app: App) -> None:
    """Put the tasks of workers that are no more into the queue again, and let old files go."""
    await app.job_manager.prune_stalled_workers(DEAD_SECONDS)
    for left in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS):
        # Another worker may take it up in the same moment: then it is not ours to move.
        with suppress(ProcrastinateException):
            await _put_back(desk, app, left)
    await asyncio.to_thread(upkeep.expire, desk)


async def _put_back(desk: Desk, app: App, left: Queued) -> None:
    known = WORK.get(left.task_name)
    if known is None or left.id is None:
        # What comes round by itself need not come twice.
        await app.job_manager.finish_job(left, Status.FAILED, delete_job=True)
    elif left.attempts >= _MOST_TRIES:
        await asyncio.to_thread(known[1], desk, int(str(left.task_kwargs["number"])), refusal_of(RuntimeError()))
        await app.job_manager.finish_job(left, Status.FAILED, delete_job=False)
    else:
        _log.info("job", task=left.task_name, state="left", **left.task_kwargs)
        await app.job_manager.retry_job(left)


def _is_passing(error: BaseException) -> bool:
    """Tell whether work was broken off by what passes: the worker that ends, the database that is gone."""
    if isinstance(error, AgainError | UnavailableError):
        return True
    return isinstance(error, DBAPIError) and as_unavailable(error) is not None


_log: Any = access_log()
