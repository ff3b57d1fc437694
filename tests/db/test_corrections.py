"""Corrections wait for the province's word, are done as they were proposed or not at all, and hold nobody's name."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry import corrections, db, feedback
from registry.corrections import Proposal
from registry.errors import NotFoundError, RefusedError, UsageError
from registry.feedback import Report
from registry.life.amend import amend
from registry.life.fields import amendment
from registry.life.status import verify
from tests.db.living import LAT, LON, WHO, assert_whole, door, row_of

WHY = "biển số nhà ghi 12A, gặp chị Lan 0912345678"


def test_a_proposal_waits_and_changes_nothing(session: Session) -> None:
    """It is written down, masked, beside what the registry had that day; the door stays as it is."""
    code = door(session, "12")
    made = corrections.propose(session, code, Proposal({"so_nha": "12A", "ghi_chu": "gọi 0987654321"}), reason=WHY, proposed_by="BT-1203")
    assert (made.state, made.province_code, made.seen["so_nha"], made.proposed["so_nha"]) == ("waiting", "11", "12", "12A")
    assert [found.id for found in corrections.listed(session, "11")] == [made.id]
    assert corrections.listed(session, "01") == []
    stored = session.execute(text("SELECT row_to_json(c)::text FROM correction AS c")).scalar_one()
    assert all(secret not in stored for secret in ("0912345678", "0987654321", "Lan"))
    assert row_of(session, code).house_path == "12"


def test_accepting_does_what_was_proposed(session: Session) -> None:
    """Fields and point in one transaction, with the number of the proposal as the reason; who decided is kept."""
    code = door(session, "12")
    made = corrections.propose(session, code, Proposal({"so_nha": "12A"}, (LON + 0.001, LAT)), reason=WHY)
    happened = corrections.accept(session, made.id, actor="can-bo-11", note="đã xem")
    assert [each.kind for each in happened] == ["amended", "moved"]
    row = row_of(session, code)
    assert (row.house_path, row.point_method, row.lon) == ("12A", "reported", pytest.approx(LON + 0.001))
    assert (made.state, made.decided_by, made.decision) == ("accepted", "can-bo-11", "đã xem")
    why = session.execute(text("SELECT DISTINCT reason FROM life_event")).scalar_one()
    assert f"đề nghị sửa số {made.id}" in why
    assert_whole(session)


def test_a_door_may_be_gone_or_recorded_twice(session: Session) -> None:
    """Accepting retires the one and merges the other."""
    one, two, three = (door(session, number) for number in ("1", "2", "3"))
    gone = corrections.propose(session, one, Proposal(gone=True), reason="đã phá")
    same = corrections.propose(session, two, Proposal(same_as=three.lower()), reason="ghi hai lần")
    assert [corrections.accept(session, each.id, actor="cb")[0].kind for each in (gone, same)] == ["retired", "merged"]
    assert_whole(session)


def test_a_proposal_is_decided_once(session: Session) -> None:
    """Refused needs a reason; a second verdict says what the first was; an unknown number is not found."""
    code = door(session, "12")
    made = corrections.propose(session, code, Proposal({"so_nha": "12A"}), reason=WHY)
    with pytest.raises(UsageError):
        corrections.refuse(session, made.id, actor="cb", reason=" ")
    corrections.refuse(session, made.id, actor="cb", reason="đã xác minh tại chỗ")
    for decide in (corrections.accept, lambda *a, **k: corrections.refuse(*a, reason="x", **k)):
        with pytest.raises(RefusedError, match=r"decided before \(refused\)"):
            decide(session, made.id, actor="cb")
    for unknown in (0, -1, made.id + 1, 10**30):
        with pytest.raises(NotFoundError):
            corrections.accept(session, unknown, actor="cb")
    assert row_of(session, code).house_path == "12"


def test_a_door_that_changed_since_is_shown_both_ways(session: Session) -> None:
    """Then and now, and what to do; a step up the ladder does not make a proposal old."""
    code = door(session, "12")
    made = corrections.propose(session, code, Proposal({"so_nha": "12A"}), reason=WHY)
    verify(session, code, **WHO)
    amend(session, code, amendment({"so_nha": "14"}), **WHO)
    with pytest.raises(RefusedError, match="so_nha: 12 → 14") as refused:
        corrections.accept(session, made.id, actor="cb")
    assert "correction refuse" in refused.value.hint
    assert made.state == "waiting"


WRONG = [
    Proposal(), Proposal({"so_nha": "12A"}, gone=True), Proposal(gone=True, same_as="3212000017"), Proposal({"mau": "xanh"}),
    Proposal({"so_nha": "cạnh chợ"}),
]  # fmt: skip


@pytest.mark.parametrize("proposal", WRONG)
def test_a_proposal_says_one_thing_that_can_be_done(session: Session, proposal: Proposal) -> None:
    """Nothing, two things at once, an unknown field, an unreadable number."""
    with pytest.raises(UsageError):
        corrections.propose(session, door(session, "12"), proposal, reason=WHY)


@pytest.mark.parametrize("who", ["Nguyễn Văn Mẫu", "0912345678", "a@example.vn"])
def test_whoever_proposes_is_no_name(session: Session, who: str) -> None:
    """A staff number or an account; a name, a phone number or an address of e-mail is refused."""
    with pytest.raises(UsageError):
        corrections.propose(session, door(session, "12"), Proposal(gone=True), reason=WHY, proposed_by=who)


def test_a_feedback_becomes_a_correction(session: Session) -> None:
    """Its point, or what the reviewer says; the feedback is closed with the number of the correction."""
    code = door(session, "12")
    said = feedback.record(session, Report("12 Sao Hôm", answered_code=code, right_point=(LON + 0.002, LAT)))
    made = corrections.from_feedback(session, said.id, Proposal(), reason="theo góp ý")
    assert made.proposed == {"toa_do": [LON + 0.002, LAT]}
    assert (said.state, made.feedback_id) == ("accepted", said.id)
    assert str(made.id) in said.review_note
    with pytest.raises(RefusedError):
        corrections.from_feedback(session, said.id, Proposal(), reason="lần nữa")
    other = feedback.record(session, Report("ngõ 5", right_text="ngõ 6"))
    with pytest.raises(RefusedError, match="names no door"):
        corrections.from_feedback(session, other.id, Proposal(), reason="x")


def test_the_commands_of_corrections(command: Callable[..., Any], fresh_db: str) -> None:
    """Proposed, listed, tried, accepted, refused; each refusal has its exit code."""
    with db.session(fresh_db) as session:
        code = door(session, "12")
        session.commit()
    assert "No correction" in command("correction", "list").out
    made = command("correction", "propose", code, "--wrong-place", "Trần Phú", "--reason", "đường khác", "--by", "BT-1")
    assert made.code == 0, made.err
    assert "duong: Sao Hôm → Trần Phú" in command("correction", "list", "--province", "11").out
    assert "Thử" in command("correction", "accept", "1", "--actor", "cb", "--dry-run").out
    assert command("correction", "accept", "1", "--actor", "cb").code == 0
    assert command("correction", "accept", "1", "--actor", "cb").code == 1
    assert command("correction", "propose", code, "--reason", "x").code == 2
    assert command("correction", "propose", code, "--point", "21.39,103.02", "--reason", "đo lại").code == 0
    assert command("correction", "refuse", "2", "--reason", "đã đo đúng").code == 0
    assert "đã đo đúng" in command("correction", "list", "--state", "all").out
    assert command("correction", "list", "--state", "xanh").code == 2
