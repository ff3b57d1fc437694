"""What users say of wrong answers is kept without anything personal, and reviewed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import db, feedback
from registry.errors import CodeError, NotFoundError, RefusedError, UsageError
from registry.feedback import Report
from registry.models.tables import Place
from registry.note_names import mask_note
from registry.place_key import place_key
from registry.recipients import mask_recipients
from tests.api.made_up import CODE
from tests.vectors.reader import rows

# What people write around an address, and what may be kept of it; every name and number is made up.
MASKED = [
    ("Nguyễn Văn Mẫu, 0912345678, 12 Trần Phú, P. Châu Cầu", "***, ***, 12 Trần Phú, P. Châu Cầu"),
    ("Nguyen Thi Phuong 0912345678 12 Tran Phu", "*** *** 12 Tran Phu"),
    ("chị Lan 0912 345 678 12 ngõ 5 Trần Phú", "chị *** *** 12 ngõ 5 Trần Phú"),
    ("12 Trần Phú, người nhận: nguyễn thị phương, sđt 0912.345.678", "12 Trần Phú, người nhận: ***, sđt ***"),
    ("12 Trần Phú, Hà Nội Nguyễn Văn Mẫu +84 912 345 678", "12 Trần Phú, Hà Nội *** ***"),
    ("12 Trần Phú (anh Minh 0912345678), Hà Nội", "12 Trần Phú (anh *** ***), Hà Nội"),
    ("ship cho Trần Văn Mẫu 12/5 Lê Lợi", "ship cho *** 12/5 Lê Lợi"),
    ("12 Trần Phú gặp chị Lan Hương lan@example.vn", "12 Trần Phú gặp chị *** ***"),
    ("NGUYỄN VĂN MẪU - 0912345678 - SỐ 5 LÊ LỢI, VINH", "*** - *** - SỐ 5 LÊ LỢI, VINH"),
    ("Nguyễn Văn Mẫu, số 12 Trần Phú", "***, số 12 Trần Phú"),
    ("nhà ông Ba, ấp 4, xã Bình Hòa", "nhà ông ***, ấp 4, xã Bình Hòa"),
    ("CCCD 001099012345, 12 Trần Phú", "***, 12 Trần Phú"),
]
KEPT = [
    "12 Ông Ích Khiêm, Đà Nẵng",
    "Bà Triệu, Hà Nội",
    "12 phố Hai Bà Trưng Hà Nội",
    "Chợ Bà Chiểu, Bình Thạnh",
    "Anh Sơn, Nghệ An",
    "12 Cô Giang, Quận 1, TP Hồ Chí Minh",
    "Nguyễn Văn Cừ, Long Biên, Hà Nội",
    "đường Võ Nguyên Giáp, phường Điện Biên Phủ, Điện Biên",
    "1806/127/2A Huỳnh Tấn Phát, KP1, Nhà Bè",
    "Phạm Văn Đồng, Bắc Từ Liêm",
    "",
]


@pytest.mark.parametrize(("written", "kept"), MASKED)
def test_who_receives_is_masked_and_where_stays(written: str, kept: str) -> None:
    """Names, phone and identity numbers and e-mail go; the words of the address are what a reviewer needs."""
    assert mask_recipients(written) == kept
    assert mask_recipients(kept) == kept


@pytest.mark.parametrize("written", KEPT)
def test_streets_named_after_people_are_addresses(written: str) -> None:
    """A known street, commune or province is not taken for a person."""
    assert mask_recipients(written) == written


def test_a_report_is_written_masked(session: Session) -> None:
    """Question, right place and note: none of the three texts reaches the table as it was sent."""
    said = "Trần Văn Mẫu 0987654321, 12 Trần Phú"
    row = feedback.record(session, Report(said, right_text=said, note=said, right_point=(103.02, 21.39), answered_code=CODE.lower()))
    stored = session.execute(text("SELECT row_to_json(f)::text FROM feedback f")).scalar_one()
    assert "0987654321" not in stored
    assert "Mẫu" not in stored
    assert stored.count("12 Trần Phú") == 3
    assert row.answered_code == CODE
    assert feedback.point_of(session, row) == pytest.approx((103.02, 21.39))


@pytest.mark.parametrize("row", rows("note_names.csv"), ids=lambda row: row["note"])
def test_names_without_a_title_go_from_notes_and_places_stay(session: Session, row: dict[str, str]) -> None:
    """As the vectors say; what is kept is kept again."""
    assert mask_note(session, row["note"]) == row["kept"]
    assert mask_note(session, row["kept"]) == row["kept"]


def test_a_place_of_the_registry_is_no_person(session: Session) -> None:
    """A street that the reference tables do not know, once it bears a door: with marks, and without."""
    assert mask_note(session, "gặp Phan Mẫu Thử") == "gặp ***"
    unit = session.execute(text("SELECT id FROM unit WHERE level = 'commune' AND in_force LIMIT 1")).scalar_one()
    session.add(Place(commune_id=unit, kind="street", name="Phan Mẫu Thử", key=place_key("street", "Phan Mẫu Thử")))
    session.flush()
    for said in ("Phan Mẫu Thử cắt ngang", "Nguyen Van Mau qua Phan Mẫu Thử"):
        assert "Phan Mẫu Thử" in mask_note(session, said)
    noted = feedback.record(session, Report("a", right_text="b", note="Nguyễn Mẫu Thử ở đầu Phan Mẫu Thử")).note
    assert noted == "*** ở đầu Phan Mẫu Thử"


def test_a_report_needs_a_question_and_a_right_place(session: Session) -> None:
    """Nothing half is written; a code that is none is refused with its reason."""
    for wrong in (Report("12 Trần Phú"), Report(" ", right_text="13 Trần Phú")):
        with pytest.raises(UsageError):
            feedback.record(session, wrong)
    with pytest.raises(CodeError):
        feedback.record(session, Report("12 Trần Phú", right_code="không phải mã"))


def test_the_table_refuses_an_impossible_row(session: Session) -> None:
    """An open report has no day of review, and no report is without a right place."""
    for columns, values in (("right_text, state", "'a', 'accepted'"), ("note, state", "'a', 'open'")):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"INSERT INTO feedback (kind, query, {columns}) VALUES ('other', 'q', {values})"))


def test_a_report_is_closed_once(session: Session) -> None:
    """Accepted or refused, with the time and the reason; a second verdict is refused, an unknown number is not found."""
    number = feedback.record(session, Report("12 Trần Phú", right_text="13 Trần Phú")).id
    assert [each.id for each in feedback.reports(session)] == [number]
    closed = feedback.close(session, number, accepted=True, note="đã sửa, gọi 0912345678")
    assert (closed.state, closed.review_note) == ("accepted", "đã sửa, gọi ***")
    assert closed.reviewed_at
    assert feedback.reports(session) == []
    assert len(feedback.reports(session, closed=True)) == 1
    with pytest.raises(RefusedError):
        feedback.close(session, number, accepted=False)
    for unknown in (0, -1, number + 1, 10**30):
        with pytest.raises(NotFoundError):
            feedback.close(session, unknown, accepted=False)


def test_the_commands_list_show_and_close(command: Callable[..., Any], fresh_db: str) -> None:
    """The reviewer's three commands, and their refusals."""
    assert "No feedback is waiting" in command("feedback", "list").out
    with db.session(fresh_db) as session:
        feedback.record(session, Report("12 Trần Phú", right_text="13 Trần Phú", right_code=CODE))
        session.commit()
    assert "13 Trần Phú" in command("feedback", "list").out
    shown = command("feedback", "show", "1")
    assert (shown.code, CODE in shown.out) == (0, True)
    assert command("feedback", "close", "1").code == 2
    assert command("feedback", "close", "1", "--accept", "--refuse").code == 2
    assert command("feedback", "close", "1", "--refuse", "--note", "đúng rồi").code == 0
    assert "đúng rồi" in command("feedback", "show", "1").out
    assert command("feedback", "close", "1", "--accept").code == 1
    assert command("feedback", "show", "99").code == 1
    assert "12 Trần Phú" in command("feedback", "list", "--all").out
