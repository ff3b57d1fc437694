"""Decides how a correction that somebody proposes waits for the province, and what accepting it does; nothing personal is ever written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import feedback, state_words
from registry.codes import read
from registry.errors import NotFoundError, RefusedError, UsageError
from registry.life.amend import amend
from registry.life.door import Door, find, read_door
from registry.life.event import MOST_REASON, Happened
from registry.life.fields import amendment, shown
from registry.life.merge import merge
from registry.life.move import move
from registry.life.retire import retire
from registry.life.spot import Reading
from registry.models.correction import Correction
from registry.note_names import mask_note
from registry.personal import PATTERN
from registry.recipients import mask_recipients

STATES: Final = ("waiting", "accepted", "refused")
MOST_LISTED: Final = 500
_GREATEST_ID: Final = 2**63 - 1
# A staff number or an account: whoever proposes is known to his own house, not to the registry.
_PROPOSER: Final = re.compile(r"[\w.-]{0,40}")
_POINT, _SAME, _GONE = "toa_do", "trung", "khong_con"
# What may change without a proposal about something else being out of date.
_ASIDE: Final = frozenset({"trang_thai", "so_ho", "ghi_chu"})


@dataclass(frozen=True)
class Proposal:
    """What is said to be right of a door: `fields` by the columns of a hand-over and `point` (longitude, latitude).

    Or else, that it repeats another door (`same_as`, a code), or that it is `gone`.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    point: tuple[float, float] | None = None
    same_as: str | None = None
    gone: bool = False

    def written(self) -> dict[str, Any]:
        """Return it as it is kept; UsageError unless it says one thing that can be done."""
        ends = [name for name, said in ((_SAME, self.same_as), (_GONE, self.gone)) if said]
        if len(ends) + bool(self.fields or self.point) != 1:
            raise UsageError(
                "Nói đúng một việc: sửa thông tin và vị trí, hoặc trùng địa chỉ khác, hoặc không còn.",
                "Say one thing: what is right of it, or that it repeats another door, or that it is gone.",
                hint="diachiso correction propose MÃ --field so_nha=12A --reason …",
                page="",
            )
        if self.fields:
            amendment(self.fields)
        said: dict[str, Any] = {name: mask_recipients(value) for name, value in self.fields.items()}
        if self.point:
            said[_POINT] = list(self.point)
        if self.same_as:
            said[_SAME] = read(self.same_as).text
        return said | ({_GONE: True} if self.gone else {})


def propose(
    session: Session, code: str, proposal: Proposal, *, reason: str, proposed_by: str = "", feedback_id: int | None = None
) -> Correction:
    """Write a proposal about a live door, to wait for its province; the caller commits.

    Names, phone and identity numbers are masked out of every text (Law 91/2025/QH15: minimise). Raises CodeError, NotFoundError,
    RefusedError for a retired, withdrawn or shared code, UsageError for a proposal that says nothing or cannot be read.
    """
    if not reason.strip() or len(reason) > MOST_REASON:
        raise UsageError(f"Cần lý do, tối đa {MOST_REASON} ký tự.", f"Give a reason of at most {MOST_REASON} characters.")
    if not _PROPOSER.fullmatch(proposed_by) or re.search(PATTERN, proposed_by):
        raise UsageError(
            "Người đề nghị ghi bằng mã nhân viên hoặc tài khoản, không ghi họ tên, số điện thoại.",
            "Whoever proposes is given by a staff number or an account, never by name or phone.",
        )
    number, province = find(session, read(code))
    door = read_door(session, number)
    if door.retired_at is not None:
        raise RefusedError(
            f"Mã {door.name} đã ngừng dùng.",
            f"Code {door.name} is retired.",
            hint=f"Xem: diachiso code show {door.name}",
            page=f"Tra mã {door.name} ở trang Tra cứu.",
        )
    row = Correction(
        province_code=province, code=door.code or read(code).text, address_id=door.id, proposed=proposal.written(), seen=shown(door),
        reason=mask_note(session, reason.strip()), state="waiting", proposed_by=proposed_by, feedback_id=feedback_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def from_feedback(
    session: Session, number: int, proposal: Proposal, *, reason: str, proposed_by: str = "", code: str | None = None
) -> Correction:
    """Turn an open report of a wrong answer into a proposal, and close it as accepted; the caller commits.

    The door is that of `code`, else the answered one; what is right is what the reviewer says, else the point of the report. Raises as
    `propose`; NotFoundError for an unknown report, RefusedError for one that is closed or names no door.
    """
    report = feedback.report_of(session, number)
    meant = code or report.answered_code
    if meant is None:
        raise RefusedError(
            f"Góp ý số {number} không nêu mã địa chỉ nào.",
            f"Feedback {number} names no door.",
            hint="Thêm --code MÃ của địa chỉ cần sửa.",
            page="Nêu mã của địa chỉ cần sửa.",
        )
    if proposal == Proposal():
        proposal = Proposal(point=feedback.point_of(session, report))
    made = propose(session, meant, proposal, reason=reason, proposed_by=proposed_by, feedback_id=number)
    feedback.close(session, number, accepted=True, note=f"Đề nghị sửa số {made.id} / correction {made.id}")
    return made


def listed(session: Session, province: str | None = None, state: str | None = "waiting") -> Sequence[Correction]:
    """Return proposals of a province, or of all, in one state, or in any; the oldest first, at most `MOST_LISTED`."""
    if state is not None and state not in STATES:
        raise UsageError(f"Không có trạng thái “{state}”.", f"No state “{state}”.", hint=f"Có: {', '.join(STATES)}")
    wanted = select(Correction).order_by(Correction.id).limit(MOST_LISTED)
    if province is not None:
        wanted = wanted.where(Correction.province_code == province)
    return session.scalars(wanted.where(Correction.state == state) if state is not None else wanted).all()


def of_number(session: Session, number: int) -> Correction:
    """Return one proposal; NotFoundError when there is none of that number."""
    found = session.get(Correction, number) if 0 < number <= _GREATEST_ID else None
    if found is None:
        raise NotFoundError(
            f"Không có đề nghị sửa số {number}.",
            f"There is no correction {number}.",
            hint="diachiso correction list",
            page="Xem mục Đề nghị sửa.",
        )
    return found


def accept(session: Session, number: int, *, actor: str, note: str = "") -> list[Happened]:
    """Accept a proposal and do what it says, in the transaction of the caller, who commits; return what happened.

    RefusedError when it was decided before, or the door changed since: both states are shown; and whatever the act itself refuses.
    """
    found = _waiting(session, number, actor)
    _refuse_outdated(session, found)
    reason = f"{found.reason} (đề nghị sửa số {number})"
    happened = _done(session, found, actor, reason)
    _decide(session, found, "accepted", actor, note)
    return happened


def refuse(session: Session, number: int, *, actor: str, reason: str) -> Correction:
    """Refuse a proposal with a reason; the caller commits. RefusedError when it was decided before."""
    if not reason.strip():
        raise UsageError("Cần lý do không nhận.", "Say why it is refused.", hint='--reason "đã xác minh tại chỗ"', page="Hãy ghi lý do.")
    found = _waiting(session, number, actor)
    _decide(session, found, "refused", actor, reason)
    return found


def _done(session: Session, found: Correction, actor: str, reason: str) -> list[Happened]:
    said = dict(found.proposed)
    if _GONE in said:
        return [retire(session, found.code, reason=reason, actor=actor)]
    if _SAME in said:
        return [merge(session, found.code, said[_SAME], reason=reason, actor=actor)]
    point = said.pop(_POINT, None)
    done = [amend(session, found.code, amendment(said), reason=reason, actor=actor)] if said else []
    if point:
        done.append(move(session, found.code, Reading(point[0], point[1], method="reported"), reason=reason, actor=actor))
    return done


def _waiting(session: Session, number: int, actor: str) -> Correction:
    if not actor.strip():
        raise UsageError("Cần ghi ai quyết định.", "Say who decides.")
    found = of_number(session, number)
    session.refresh(found, with_for_update=True)
    if found.state != "waiting":
        raise RefusedError(
            f"Đề nghị sửa số {number} đã được xử lý: {state_words.DECISION[found.state]}, ngày {found.decided_at:%d/%m/%Y}.",
            f"Correction {number} was decided before ({found.state}) on {found.decided_at:%Y-%m-%d}.",
            hint=f"Nếu vẫn sai, đề nghị lại: diachiso correction propose {found.code} …",
            page="Nếu vẫn sai, hãy đề nghị lại.",
        )
    return found


def _refuse_outdated(session: Session, found: Correction) -> None:
    """Refuse to do to a door what was proposed of another state of it; both are shown, field by field."""
    door: Door = read_door(session, found.address_id)
    now = shown(door) | ({"ma": "ngừng dùng / retired"} if door.retired_at else {})
    was = found.seen | ({"ma": "đang dùng / in use"} if door.retired_at else {})
    aside = _ASIDE - set(found.proposed)
    differ = [f"{name}: {was.get(name) or '—'} → {now[name] or '—'}" for name in now if name not in aside and was.get(name) != now[name]]
    if differ:
        raise RefusedError(
            f"Địa chỉ {found.code} đã thay đổi từ khi có đề nghị (lúc đó → bây giờ): {'; '.join(differ)}.",
            f"Door {found.code} changed since the proposal (then → now): {'; '.join(differ)}.",
            hint=f"Xem lại; không nhận (diachiso correction refuse {found.id} --reason …) rồi đề nghị lại nếu vẫn cần.",
            page="Xem lại; bấm Không nhận rồi đề nghị lại nếu vẫn cần.",
        )


def _decide(session: Session, found: Correction, state: str, actor: str, note: str) -> None:
    found.decided_at = session.scalar(select(func.now()))
    found.state, found.decided_by, found.decision = state, actor.strip(), mask_note(session, note.strip())
    session.flush()
