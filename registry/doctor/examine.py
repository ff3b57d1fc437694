"""Is this installation healthy: every check, each with what it found and what to do about it."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from registry import db
from registry.doctor import activity, contents, protection, sampled, server, storage, work
from registry.doctor.finding import Check
from registry.errors import DiachisoError
from registry.outage import as_unavailable

CHECKS: Final[tuple[Callable[[Connection], Check], ...]] = (
    *server.CHECKS, *contents.CHECKS, *sampled.CHECKS, *protection.CHECKS, *storage.CHECKS, *activity.CHECKS, *work.CHECKS,
)  # fmt: skip


def examine() -> list[Check]:
    """Run every check and return the findings; never raises for an unhealthy system, that is what it reports."""
    apart = [*storage.disks(), *work.backups()]
    try:
        with db.engine().connect() as connection:
            return [Check("ok", "Máy chủ trả lời", "server answers"), *(guarded(check, connection) for check in CHECKS), *apart]
    except DiachisoError as error:
        return [Check("fail", error.vi, error.en, error.hint or "diachiso db start"), *apart]
    except DBAPIError as error:
        known = as_unavailable(error)
        vi, en = (known.vi, known.en) if known else ("Máy chủ báo lỗi", str(error.orig))
        return [Check("fail", vi, en, "diachiso db start"), *apart]


def guarded(check: Callable[[Connection], Check], connection: Connection) -> Check:
    """Let one check that the server refuses not hide the others."""
    try:
        with connection.begin_nested():
            return check(connection)
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        return Check("fail", f"Không kiểm tra được: {check.__name__}", reason, "diachiso db upgrade, rồi khám lại")
