"""Decides what becomes of files whose time has come, and of those that nobody knows any more."""

import shutil
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry.models.job import Job, Upload
from registry.privacy import retention
from service.jobs import files
from service.jobs.desk import Desk
from service.jobs.files import Kind

# What is at work is let finish; it expires the next time.
_AT_WORK = ("running", "checking", "importing")


def retain(desk: Desk) -> None:
    """Take away what tells of people and has been kept for its days (`diachiso privacy retention show`); files follow when they expire."""
    with Session(desk.owner) as session:
        retention.run(session, datetime.now(UTC))
        session.commit()


def expire(desk: Desk) -> None:
    """Let jobs and uploads expire, then remove their files, and those that processes that were killed left.

    The state is written first: a kill in between leaves files that are found as left over, never a row whose file is gone unsaid.
    """
    with Session(desk.owner) as session:
        for kind, table, ended in (("job", Job, {"state": "expired"}), ("upload", Upload, {"state": "expired", "progress": None})):
            due = update(table).where(table.expires_at < func.now(), table.state.not_in(("expired", *_AT_WORK)))
            for number in session.execute(due.values(**ended).returning(table.id)).scalars().all():
                files.remove(kind, number)  # type: ignore[arg-type]
        session.commit()
        known: dict[Kind, set[int]] = {
            "job": set(session.scalars(select(Job.id).where(Job.state.not_in(("expired", "cancelled"))))),
            "upload": set(session.scalars(select(Upload.id).where(Upload.state != "expired"))),
        }
    for path in files.left_over(known):
        shutil.rmtree(path, ignore_errors=True)
