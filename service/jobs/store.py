"""Decides the life of a job from its asker's side: taken in once, looked at, cancelled; each sees his own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import state_words
from registry.errors import GoneError, NotFoundError, RefusedError, TooManyError
from registry.models.job import Job
from registry.security.caller import Caller
from service.jobs import files, queue
from service.jobs.asked import kept
from service.jobs.files import Received

MOST_OPEN: Final = 20
MOST_LISTED: Final = 200
_OPEN: Final = ("queued", "running")
_ENDED: Final = ("failed", "expired", "cancelled")


def take_in(session: Session, caller: Caller, sent: Received, options: Mapping[str, Any]) -> tuple[Job, bool]:
    """Keep a table and queue its answering, and commit; return the job and whether it is new: the same file asked in the same way is not.

    TooManyError when the caller has `MOST_OPEN` unfinished ones.
    """
    asked = kept(caller, sent, options)
    mine = select(func.count()).select_from(Job).where(Job.actor == caller.actor, Job.state.in_(_OPEN))
    same = select(Job).where(
        Job.actor == caller.actor, Job.sha256 == sent.sha256, Job.asked == asked["asked"], Job.state.not_in(_ENDED)
    )  # fmt: skip
    found = session.scalars(same).one_or_none()
    if found is None and session.execute(mine).scalar_one() >= MOST_OPEN:
        raise TooManyError(
            f"Đang có {MOST_OPEN} việc chưa xong.", f"{MOST_OPEN} jobs are not finished yet.", hint="Chờ việc trước xong, hoặc hủy bớt.",
            retry_after=60,
        )  # fmt: skip
    number = (
        None if found else session.execute(insert(Job).values(kind="search", **asked).on_conflict_do_nothing().returning(Job.id)).scalar()
    )
    if number is None:
        return found or session.scalars(same).one(), False
    sent.keep("job", number)
    queue.put(session, queue.RESOLVE, number)
    made = session.get_one(Job, number)
    session.commit()
    return made, True


def listed(session: Session) -> Sequence[Job]:
    """Return the caller's jobs, the newest first."""
    return session.scalars(select(Job).order_by(Job.id.desc()).limit(MOST_LISTED)).all()


def of_number(session: Session, number: int) -> Job:
    """Return one of the caller's jobs; NotFoundError when there is none of that number."""
    found = session.get(Job, number)
    if found is None:
        raise NotFoundError(f"Không có việc số {number}.", f"There is no job {number}.", hint="Xem danh sách: GET /v1/jobs")
    return found


def finished(session: Session, number: int) -> Job:
    """Return a job whose answer is there; RefusedError while it is not, GoneError when it is no more."""
    found = of_number(session, number)
    if found.state == "done":
        return found
    if found.state == "expired":
        raise GoneError(f"Kết quả của việc {number} đã quá hạn và bị xóa.", f"The answer of job {number} has expired.", hint="Gửi lại tệp.")
    if found.refusal is not None:
        raise RefusedError(found.refusal["vi"], found.refusal["en"], hint=found.refusal["hint"])
    raise RefusedError(
        f"Việc {number} chưa có kết quả: {state_words.JOB[found.state]}.",
        f"Job {number} has no answer ({found.state}).",
        hint=f"Xem: GET /v1/jobs/{number}",
    )


def cancel(session: Session, number: int) -> None:
    """Cancel a job, or throw its answer away, with its files, and commit; one that is at work notices at its next block."""
    found = of_number(session, number)
    session.execute(update(Job).where(Job.id == found.id).values(state="cancelled", finished_at=func.now()))
    session.commit()
    files.remove("job", number)
