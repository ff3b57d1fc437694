"""Decides what is read of resolver, pool and database when metrics are asked for; a database that is silent does not silence the rest."""

from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from geocode.gazetteer_load import data_version
from registry import work_queue
from registry.errors import UnavailableError
from registry.sqlfile import statement
from service.live import LiveResolver
from service.metrics import Reading

SQL: Final = Path(__file__).parent / "sql" / "watch.sql"
STATES: Final = ("received", "staged", "checked", "committed", "rejected", "rolled_back")


def of_process(live: LiveResolver, engine: Engine) -> list[Reading]:
    """Read what this process knows without asking anybody."""
    known = live.known
    found = [
        Reading("resolver_loaded", "1 when the gazetteer is loaded.", {"": float(known is not None)}),
        Reading("resolver_listening", "1 while commits elsewhere are heard.", {"": float(live.hears)}),
        Reading("resolver_age_seconds", "Seconds since the gazetteer was loaded.", {"": live.age} if known else {}),
        Reading("places", "Named places in the gazetteer.", {"": float(len(known.gazetteer.places))} if known else {}),
    ]
    pool = engine.pool
    if isinstance(pool, QueuePool):
        open_now = {"in_use": float(pool.checkedout()), "idle": float(pool.checkedin())}
        found.append(Reading("database_connections", "Connections of the pool.", open_now, "state"))
    return found


def of_database(live: LiveResolver, engine: Engine) -> list[Reading]:
    """Read what the database knows; where it does not answer, only that."""
    try:
        with Session(engine) as session:
            return [_up(answers=True), *_asked(session, live)]
    except (DBAPIError, PoolTimeout, UnavailableError):
        return silent()


def silent() -> list[Reading]:
    """Return what is told of a database that does not answer."""
    return [_up(answers=False)]


def _up(*, answers: bool) -> Reading:
    return Reading("database_up", "1 when the database answers.", {"": float(answers)})


def _asked(session: Session, live: LiveResolver) -> list[Reading]:
    writable = session.execute(statement(SQL, "writable")).scalar_one()
    batches = dict.fromkeys(STATES, 0.0) | {row.state: float(row.batches) for row in session.execute(statement(SQL, "batches"))}
    feed = session.execute(statement(SQL, "feed")).one()
    queue = work_queue.of_now(session)
    tasks = {"waiting": float(queue.waiting), "running": float(queue.running), "failed": float(queue.failed)}
    known = live.known
    behind = known is not None and known.data_version != data_version(session)
    return [
        Reading("database_writable", "1 when the database can be written.", {"": float(writable)}),
        Reading("batches", "Batches by state.", batches, "state"),
        Reading("queue_tasks", "Tasks of jobs and uploads by state; failed ones by a fault of the program.", tasks, "state"),
        Reading("queue_oldest_seconds", "Seconds for which the oldest task has waited.", {"": queue.oldest_seconds}),
        Reading("queue_workers", "Workers that have said within half a minute that they live.", {"": float(queue.workers)}),
        Reading("feed_head", "Number of the newest event of the change feed.", {"": float(feed.head)}),
        Reading(
            "change_lag_seconds",
            "Seconds for which answers were older than the registry.",
            {"": float(feed.seconds) if behind else 0.0},
        ),
    ]
