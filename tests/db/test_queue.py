"""The queue's tables are those of the installed library, and a task is queued by the transaction of whoever asks, or not at all."""

from importlib.metadata import version

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.security.bound import become
from registry.security.caller import LOCAL
from service.jobs import queue


def test_the_tables_are_of_the_installed_library(session: Session) -> None:
    """Another version of the library needs a version of the schema that brings its tables along."""
    made_by = session.scalar(text("SELECT obj_description('procrastinate_jobs'::regclass)"))
    assert made_by == f"procrastinate {version('procrastinate')}"


def test_a_task_is_queued_with_its_transaction_or_not_at_all(session: Session) -> None:
    """As the role that requests work as; rolled back, nothing is queued."""
    waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'resolve' AND args = '{\"number\": 7}'")
    with session.begin_nested() as savepoint:
        become(session, LOCAL)
        queue.put(session, queue.RESOLVE, 7)
        assert session.scalar(waiting) == 1
        savepoint.rollback()
    assert session.scalar(waiting) == 0
