"""Here is decided what is told of the queue of jobs and uploads: how much waits and since when, and whether anybody works on it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from registry.sqlfile import statement

_SQL: Final = Path(__file__).parent / "sql" / "queue.sql"


@dataclass(frozen=True)
class WorkQueue:
    """Tasks that wait, are at work, and failed by a fault of the program; seconds since the oldest that waits came; living workers."""

    waiting: int
    running: int
    failed: int
    oldest_seconds: float
    workers: int


def of_now(connection: Connection | Session) -> WorkQueue:
    """Return how the queue stands; DBAPIError where its tables are not there."""
    row = connection.execute(statement(_SQL, "state")).one()
    return WorkQueue(row.waiting, row.running, row.failed, float(row.oldest_seconds), row.workers)
