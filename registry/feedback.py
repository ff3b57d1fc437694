"""Decides what is kept of a user's word on a wrong answer, and how a reviewer closes it; nothing personal is ever written."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from geoalchemy2.elements import WKTElement
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import state_words
from registry.codes import read
from registry.errors import NotFoundError, RefusedError, UsageError
from registry.models.feedback import Feedback
from registry.note_names import mask_note
from registry.recipients import mask_recipients

MOST_LISTED = 500
# A serial number outside PostgreSQL's bigint is unknown, no fault.
_GREATEST_ID = 2**63 - 1


class FeedbackKind(StrEnum):
    """What was wrong with an answer."""

    WRONG_DOOR = "wrong_door"
    WRONG_COMMUNE = "wrong_commune"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True)
class Report:
    """What a user says: the question, the code that was answered, and the right place as a code, a point or a text.

    `right_point` is (longitude, latitude) in degrees WGS 84.
    """

    query: str
    kind: FeedbackKind = FeedbackKind.WRONG_DOOR
    answered_code: str | None = None
    right_code: str | None = None
    right_point: tuple[float, float] | None = None
    right_text: str | None = None
    note: str = ""


def record(session: Session, report: Report) -> Feedback:
    """Write a report, masked, and return its row; the caller commits.

    Phone and identity numbers, e-mail addresses and names of recipients are masked out of every text before it is written (Law
    91/2025/QH15: minimise); the words of the address stay, because the reviewer needs them. Raises CodeError for a code that is none,
    UsageError without a question or a right place.
    """
    if not report.query.strip() or not (report.right_code or report.right_point or (report.right_text or "").strip()):
        raise UsageError(
            "Cần câu hỏi và vị trí đúng (mã, toạ độ hoặc địa chỉ).",
            "Give the question and the right place (a code, a point or an address).",
        )
    row = Feedback(
        kind=report.kind.value,
        query=mask_recipients(report.query),
        answered_code=read(report.answered_code).text if report.answered_code else None,
        right_code=read(report.right_code).text if report.right_code else None,
        right_text=mask_recipients(report.right_text) if report.right_text else None,
        right_point=WKTElement("POINT({} {})".format(*report.right_point), srid=4326) if report.right_point else None,
        note=mask_note(session, report.note),
        state="open",
        # Said here: what the database fills in is read back, and that of others is not to be read.
        review_note="",
    )
    session.add(row)
    session.flush()
    return row


def reports(session: Session, *, closed: bool = False) -> Sequence[Feedback]:
    """Return the open reports, oldest first, or with `closed` the newest of all; at most `MOST_LISTED`."""
    wanted = select(Feedback).limit(MOST_LISTED)
    asked = wanted.order_by(Feedback.id.desc()) if closed else wanted.where(Feedback.state == "open").order_by(Feedback.id)
    return session.scalars(asked).all()


def report_of(session: Session, number: int) -> Feedback:
    """Return one report; raises NotFoundError when there is none of that number."""
    found = session.get(Feedback, number) if 0 < number <= _GREATEST_ID else None
    if found is None:
        raise NotFoundError(f"Không có góp ý số {number}.", f"There is no feedback {number}.", hint="diachiso feedback list")
    return found


def point_of(session: Session, found: Feedback) -> tuple[float, float] | None:
    """Return the right point of a report as (longitude, latitude) in degrees WGS 84; None when it names none."""
    if found.right_point is None:
        return None
    lon, lat = session.execute(
        select(func.ST_X(Feedback.right_point), func.ST_Y(Feedback.right_point)).where(Feedback.id == found.id)
    ).one()
    return lon, lat


def close(session: Session, number: int, *, accepted: bool, note: str = "") -> Feedback:
    """Accept or refuse an open report; the caller commits. Raises NotFoundError, and RefusedError when it is closed already."""
    found = report_of(session, number)
    session.refresh(found, with_for_update=True)
    if found.state != "open":
        raise RefusedError(
            f"Góp ý số {number} đã được xử lý: {state_words.DECISION[found.state]}.",
            f"Feedback {number} is already closed ({found.state}).",
        )
    found.reviewed_at = session.scalar(select(func.now()))
    found.state, found.review_note = "accepted" if accepted else "refused", mask_note(session, note)
    session.flush()
    return found
