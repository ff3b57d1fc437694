"""Decides how work is queued: a task carries nothing but the number of its job or upload, and is put in by the caller's own transaction."""

from typing import Final

from procrastinate import App
from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
from procrastinate.exceptions import ConnectorException
from sqlalchemy.orm import Session

RESOLVE: Final = "resolve"
CHECK: Final = "check"
IMPORT: Final = "import"
# Only puts in, on the connections of its callers, hence is never opened.
_app: Final = App(connector=SQLAlchemyPsycopg2Connector())


def put(session: Session, task: str, number: int, province: str = "") -> None:
    """Put a task in; it is there when the caller's transaction commits, together with what it is about, or not at all.

    Tasks of one province follow one another, for one import of it is let in at a time: those that wait take no place of a worker.
    """
    kind = "job" if task == RESOLVE else "upload"
    lock = f"province-{province}" if province else f"{kind}-{number}"
    configured = _app.configure_task(task, allow_unknown=True, queue=kind, lock=lock, connection=session.connection())
    try:
        configured.defer(number=number)
    except ConnectorException as error:
        # The database's own error, which everything else knows how to tell.
        raise (error.__cause__ or error) from None
