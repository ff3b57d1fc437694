"""The register of breaches: nothing of it is ever changed, and it tells how much is left of the 72 hours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.errors import NotFoundError, RefusedError, UsageError
from registry.privacy.breaches import add, case_of, listed, open_case
from tests.conftest import Answer

FOUND = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_the_clock_runs_from_the_detection_until_the_authority_knows(session: Session) -> None:
    """72 hours, below zero when they are over, stopped by the notification; late stays late."""
    number = open_case(session, "mất máy tính", actor="test", detected_at=FOUND)
    for hours, left, late in ((0, 72.0, False), (41.5, 30.5, False), (72, 0.0, False), (80, -8.0, True)):
        case = case_of(session, number, FOUND + timedelta(hours=hours))
        assert (case.state, case.hours_left, case.late) == ("open", left, late)
    assert case.deadline == FOUND + timedelta(hours=72)
    add(session, number, "notified", "công văn 12", actor="test")
    case = case_of(session, number, FOUND)
    assert (case.state, case.hours_left, case.late) == ("notified", None, case.entries[0].at > case.deadline)


def test_states_and_times_are_only_added_to(session: Session) -> None:
    """By whoever; the moments are the server's clock."""
    number = open_case(session, "mất máy tính", actor="test", detected_at=FOUND)
    add(session, number, "note", "đã khóa tài khoản", actor="test")
    for statement in (
        "UPDATE breach SET detected_at = now()", "DELETE FROM breach", "UPDATE breach_entry SET words = 'x'", "DELETE FROM breach_entry",
        "TRUNCATE breach_entry", "TRUNCATE breach CASCADE",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="only ever added to"), session.begin_nested():
            session.execute(text(statement))


def test_a_closed_case_stays_closed(session: Session) -> None:
    """What comes after is a new one; unknown numbers, empty words and days to come are refused."""
    number = open_case(session, "nhầm tệp, gọi 0911222333", actor="test", detected_at=FOUND)
    add(session, number, "closed", "không lộ", actor="test")
    case = case_of(session, number, FOUND + timedelta(days=30))
    assert (case.state, case.late, case.hours_left, "0911222333" in case.what) == ("closed", False, None, False)
    with pytest.raises(RefusedError):
        add(session, number, "note", "thêm", actor="test")
    with pytest.raises(NotFoundError):
        case_of(session, 2**70, FOUND)
    with pytest.raises(UsageError):
        open_case(session, " ", actor="test")
    with pytest.raises(UsageError):
        open_case(session, "x", actor="test", detected_at=datetime(2999, 1, 1, tzinfo=UTC))
    with pytest.raises(UsageError, match="look at the year"):
        open_case(session, "x", actor="test", detected_at=datetime(2, 1, 1, tzinfo=UTC))


def test_the_most_urgent_stands_first(session: Session) -> None:
    """Those whose clock runs by their deadline, then the others."""
    later, soon, done = (open_case(session, "x", actor="test", detected_at=FOUND + timedelta(hours=hours)) for hours in (2, 1, 0))
    add(session, done, "notified", "x", actor="test")
    assert [case.id for case in listed(session, FOUND)] == [soon, later, done]


def test_breaches_by_command(command: Callable[..., Answer], tmp_path: Path) -> None:
    """Opened, noted, notified, printed, closed; each act is in the audit trail."""
    assert "72" in command("breach", "open", "mất máy tính").out
    assert command("breach", "open", "bản in bỏ quên", "--detected", "2020-01-01 08:00:00").code == 0
    listed_now = command("breach", "list").out
    assert listed_now.index("QUÁ HẠN") < listed_now.index("còn 72")
    assert command("breach", "note", "1", "gửi A05", "--notified").code == 0
    page = tmp_path / "notice.html"
    assert command("breach", "notice", "2", "--output", str(page)).code == 0
    said = page.read_text(encoding="utf-8")
    assert all(word in said for word in ("THÔNG BÁO VI PHẠM", "QUÁ HẠN", "91/2025/QH15", "A05", "bản in bỏ quên", "08:00 ngày 04/01/2020"))
    assert command("breach", "close", "2", "--reason", "đã hủy").code == 0
    assert command("breach", "note", "2", "thêm").code == 1
    assert command("breach", "close", "9", "--reason", "x").code == 1
    assert "breach_entry" in command("audit", "list").out
