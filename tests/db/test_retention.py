"""What may tell of people goes after its days, is counted in the trail, and nothing else goes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry import db
from registry.errors import UsageError
from registry.privacy.retention import RULES, days_of, run
from service.jobs import upkeep
from service.jobs.desk import Desk
from tests.conftest import Answer
from tests.db.handover import door, load

NOW = datetime(2040, 1, 1, tzinfo=UTC)
KEPT = "SELECT count(*) FROM batch_row WHERE raw <> '{}'"


@pytest.fixture
def old(fresh_db: str, tmp_path: Path) -> Session:
    """Give a registry with a kept row, a closed and an open report, and a reading, all old by 2040."""
    load(fresh_db, tmp_path / "a.csv", [door(), door(so_nha="14", xa="Phường Không Có", ghi_chu="sân sau")], province="11")
    with db.session(fresh_db) as session:
        session.execute(
            text("INSERT INTO feedback (kind, query, right_text, note, state, reviewed_at, review_note)"
                 " VALUES ('other', 'câu hỏi', 'chỗ đúng', 'lời', 'accepted', now(), 'xong'),"
                 " ('other', 'mở', 'đây', 'lời', 'open', NULL, '')")
        )  # fmt: skip
        session.execute(
            text("INSERT INTO resident (id, province_code, address_id, name_sealed, key_name)"
                 " SELECT gen_random_uuid(), province_code, id, '\\x00', 'k' FROM address LIMIT 1")
        )  # fmt: skip
        session.execute(text("UPDATE address SET retired_at = now()"))
        session.execute(
            text("INSERT INTO audit (at, actor, role, action, entity, purpose) VALUES"
                 " (now() - interval '9 years', 'x', 'x', 'read', 'y', 'z'),"
                 " (now() - interval '9 years', 'x', 'x', 'delete', 'y', ''), (now(), 'x', 'x', 'read', 'y', 'z')")
        )  # fmt: skip
        session.commit()
    with db.session(fresh_db) as opened:
        yield opened  # type: ignore[misc]


def test_what_is_too_old_goes_and_is_counted(old: Session) -> None:
    """Cells, words, people, readings; outcomes, verdicts, issues and what coverage counts stay. Run again, nothing is left to go."""
    # The database lets readings go by its own clock.
    gone = run(old, datetime.now(UTC))
    assert (gone["readings"], gone["kept_rows"], gone["feedback"]) == (1, 0, 0)
    gone = run(old, datetime.now(UTC) + timedelta(days=731))
    assert {name: number for name, number in gone.items() if number} == {"kept_rows": 1, "feedback": 1, "residents": 1}
    row = old.execute(text("SELECT raw, details, issues, outcome FROM batch_row WHERE outcome <> 'accepted'")).one()
    assert (row.raw, row.details, bool(row.issues), row.outcome) == ({}, None, True, "rejected")
    closed, still_open = old.execute(text("SELECT query, right_text, note, review_note, state FROM feedback ORDER BY id")).all()
    assert tuple(closed) == ("***", "***", "", "", "accepted")
    assert still_open.query == "mở"
    told = old.execute(text("SELECT entity, subject FROM audit WHERE action = 'purge' ORDER BY id")).all()
    assert [tuple(each) for each in told] == [("audit", "1 rows"), ("batch_row", "1 rows"), ("feedback", "1 rows"), ("resident", "1 rows")]
    assert not any(run(old, datetime.now(UTC) + timedelta(days=731)).values())


def test_what_is_young_or_kept_for_ever_stays(old: Session, monkeypatch: pytest.MonkeyPatch, configured: Callable[[str], None]) -> None:
    """Nothing goes before its day, nor where a deployment says 0."""
    assert run(old, datetime.now(UTC))["kept_rows"] == 0
    monkeypatch.setenv("DIACHISO_RETENTION", '{"kept_rows": 0, "feedback": 0, "residents": 0, "readings": 0}')
    configured(old.get_bind().engine.url.render_as_string(hide_password=False))
    assert not any(run(old, NOW).values())
    assert old.scalar(text(KEPT)) == 1


def test_the_trail_gives_up_old_readings_to_retention_alone(old: Session) -> None:
    """Not to a plain DELETE, not young ones, never a write."""
    for said, which in (("", "action = 'read'"), ("on", "action = 'delete'"), ("on", "action = 'read' AND at > now() - interval '1 day'")):
        old.execute(text("SELECT set_config('diachiso.retention', :said, true)"), {"said": said})
        savepoint = old.begin_nested()
        with pytest.raises(DBAPIError, match="only ever added to"):
            old.execute(text(f"DELETE FROM audit WHERE {which}"))
        savepoint.rollback()
    old.execute(text("SELECT set_config('diachiso.retention', 'on', true)"))
    assert old.execute(text("DELETE FROM audit WHERE action = 'read' AND at < now() - interval '3 years'")).rowcount == 1


@pytest.mark.parametrize("said", [{"rows": 3}, {"kept_rows": -1}, {"readings": 365}])
def test_a_time_that_is_none_is_refused(said: dict[str, int]) -> None:
    """An unknown kind, days below none, readings under two years."""
    with pytest.raises(UsageError):
        _ = [days_of(rule, said) for rule in RULES]


def test_retention_by_command(command: Callable[..., Answer]) -> None:
    """Shown with its reasons, tried, and done."""
    shown = command("privacy", "retention", "show")
    assert (shown.code, all(rule.name in shown.out for rule in RULES)) == (0, True)
    assert "dry run" in command("privacy", "retention", "run", "--dry-run").out
    assert command("privacy", "retention", "run").code == 0


def test_a_worker_does_so_by_itself_every_night(old: Session, fresh_db: str) -> None:
    """The same rules, without a command: the reading of nine years ago is gone, and the trail says so."""
    upkeep.retain(Desk.open(fresh_db))
    assert old.scalar(text("SELECT count(*) FROM audit WHERE action = 'read'")) == 1
    assert old.scalar(text("SELECT count(*) FROM audit WHERE action = 'purge'")) == 1
