"""Here is decided which hand-over files that wait go when a person asks: all of the province, for their bytes are not looked through.

Whoever sent one sends it again, without the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.models.job import Upload


@dataclass(frozen=True)
class Waiting:
    """An upload whose files are still kept; one that is `at_work` is being imported, and stays."""

    id: int
    name: str
    at_work: bool


def waiting(session: Session, province: str) -> list[Waiting]:
    """Return the uploads of a province whose files are still kept, by number."""
    wanted = select(Upload.id, Upload.name, Upload.state).where(Upload.province_code == province, Upload.state != "expired")
    return [Waiting(row.id, row.name, row.state == "importing") for row in session.execute(wanted.order_by(Upload.id))]


def expire(session: Session, province: str) -> Sequence[int]:
    """Let those expire that are not being imported; return their numbers, whose files the caller removes when it has committed."""
    due = update(Upload).where(Upload.province_code == province, Upload.state.not_in(("expired", "importing")))
    return session.execute(due.values(state="expired", progress=None).returning(Upload.id)).scalars().all()
