"""The doctor names each trouble with a hint: each is made here and seen named, or judged by what the server would say of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from registry import backup_log
from registry.doctor import activity, contents, server, storage, work
from registry.doctor.examine import CHECKS, examine, guarded
from registry.doctor.finding import Check
from service.jobs import queue

BATCH = "INSERT INTO batch (id, state, file_name, file_sha256, file_bytes, options, actor, received_at)"
CODE = "INSERT INTO digital_address (code, province_code, scheme, address_id, status, retired_at)"
UNIT = "SELECT id FROM unit WHERE level = 'commune' AND in_force ORDER BY id LIMIT 1"
WAITING = (
    "WITH r AS (INSERT INTO reform (effective, file_name, file_sha256, actor, reason)"
    " VALUES ('2026-01-01', 'a', 'a', 'a', 'a') RETURNING id)"
    " INSERT INTO reform_waiting (address_id, province_code, reform_id, unit_id, candidates, why)"
    " SELECT 1, '11', id, 1, '{1}', 'overlap' FROM r"
)
COLLATION = (
    "CREATE COLLATION tieng_viet (provider = icu, locale = 'vi'); UPDATE pg_collation SET collversion = '0' WHERE collname = 'tieng_viet'"
)
DEAD_INDEX = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_address_point'::regclass"
TWO_ACTIVE = (
    f"DROP INDEX uq_digital_address_active; {CODE} VALUES ('a', '11', 'ndas', 7, 'active', NULL), ('b', '11', 'ndas', 7, 'active', NULL)"
)
TWO_PROVINCES = f"{CODE} VALUES ('a', '11', 'ndas', NULL, 'withdrawn', now()), ('a', '37', 'ndas', NULL, 'withdrawn', now())"
DOUBLED = f"INSERT INTO place (id, commune_id, kind, name, key) SELECT 900000001, id, 'street', 'A', 'a / 900000001' FROM ({UNIT}) AS u"
COUNTED = f"{BATCH} VALUES (DEFAULT, 'committed', 'a', 'a', 1, '{{}}', 'a', now())"
COUNTED += "; INSERT INTO waiting_tally SELECT max(id), '03127', '11', 5, 0 FROM batch"
MADE = [
    (DEAD_INDEX, storage.indexes, "Chỉ mục hỏng: ix_address_point", "fail"),
    ("DROP INDEX ix_address_point", storage.missing_indexes, "Thiếu chỉ mục: ix_address_point", "fail"),
    ("ALTER TABLE target SET UNLOGGED", storage.unlogged, "không ghi WAL, sự cố là mất: target", "fail"),
    ("ALTER TABLE address SET (autovacuum_enabled = false)", storage.unvacuumed, "bị tắt tự dọn: address", "warn"),
    ("DELETE FROM pg_statistic WHERE starelid = 'unit'::regclass", storage.statistics, "Thiếu thống kê", "warn"),
    (f"{BATCH} VALUES (900000, 'rejected', 'a', 'a', 1, '{{}}', 'a', now())", storage.sequences, "tụt sau bảng: batch.id", "fail"),
    ("UPDATE pg_extension SET extversion = '3.0.0' WHERE extname = 'postgis'", server.extensions, "cũ hơn thư viện", "warn"),
    ("UPDATE pg_extension SET extversion = '3.0.0' WHERE extname = 'postgis'", server.postgis_version, "PostGIS 3.0.0", "fail"),
    (COLLATION, server.collations, "collation tieng_viet", "fail"),
    ("SET LOCAL transaction_read_only = on", server.writable, "chỉ cho đọc", "fail"),
    ("UPDATE alembic_version SET version_num = '0001'", contents.migrations, "Lược đồ ở bản 0001", "fail"),
    ("DELETE FROM unit_boundary", contents.boundaries, "không có ranh giới", "warn"),
    (f"DELETE FROM unit_boundary WHERE unit_id = ({UNIT})", contents.boundaries, "1 xã không có ranh giới", "warn"),
    (DOUBLED, contents.doubled, "1 đường, thôn ghi hai lần", "warn"),
    (COUNTED, contents.tally, "Số đếm của 1 xã sai: lô / batch", "fail"),
    ("UPDATE feed_head SET event = event + 5, no = no + 1", contents.feed, "đứt", "fail"),
    ("INSERT INTO household (province_code, address_id, ref) VALUES ('11', 99, 'a')", contents.orphans, "household.address_id", "fail"),
    (TWO_PROVINCES, contents.codes, "Mã có ở hai tỉnh: a", "fail"),
    (TWO_ACTIVE, contents.active_codes, "hai mã đang hiệu lực, số: 7", "fail"),
    (f"{BATCH} VALUES (DEFAULT, 'received', 'a', 'a', 1, '{{}}', 'a', now() - interval '2 days')", work.stuck, "Lô dở dang", "warn"),
    (WAITING, work.undecided, "1 cửa chờ quyết định", "warn"),
]


@pytest.mark.parametrize(
    ("trouble", "check", "words", "level"), MADE, ids=[f"{row[1].__name__}-{number}" for number, row in enumerate(MADE)]
)
def test_a_trouble_that_is_made_is_named_with_a_hint(
    session: Session, trouble: str, check: Callable[[Connection], Check], words: str, level: str
) -> None:
    """Each is made inside a transaction that is rolled back."""
    connection = session.connection()
    # A driver's own statement may be several.
    connection.exec_driver_sql(trouble.replace("%", "%%"))
    found = check(connection)
    assert (found.level, bool(found.hint)) == (level, True), found
    assert words in found.vi


GOOD = {
    "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on", "shared_buffers": "32768",
    "autovacuum": "on", "track_counts": "on", "log_timezone": "Asia/Ho_Chi_Minh", "archive_mode": "on",
}  # fmt: skip
NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)
JUDGED = [
    (lambda: server.careful(GOOD | {"fsync": "off"}), "fsync = off", lambda: server.careful(GOOD)),
    (lambda: server.careful(GOOD | {"synchronous_commit": "off"}), "synchronous_commit = off", lambda: server.careful(GOOD)),
    (lambda: server.noticed(GOOD | {"data_checksums": "off"}), "đĩa hỏng", lambda: server.noticed(GOOD)),
    (lambda: server.enough(GOOD | {"shared_buffers": "1024"}), "chỉ 8 MB", lambda: server.enough(GOOD)),
    (lambda: server.cleans(GOOD | {"autovacuum": "off"}), "không tự dọn: autovacuum", lambda: server.cleans(GOOD)),
    (lambda: server.on_time(NOW, NOW + timedelta(minutes=1)), "lệch 60 giây", lambda: server.on_time(NOW, NOW)),
    (lambda: server.local(GOOD | {"log_timezone": "Etc/UTC"}), "Etc/UTC", lambda: server.local(GOOD)),
    (lambda: server.archives(GOOD | {"archive_mode": "off"}, None), "Không lưu trữ WAL", lambda: server.archives(GOOD, None)),
    (lambda: server.archives(GOOD, "0001"), "đang lỗi: 0001", lambda: server.archives(GOOD, None)),
    (lambda: activity.room(58, 60), "Gần hết kết nối: 58 / 60", lambda: activity.room(10, 60)),
]


@pytest.mark.parametrize(("trouble", "words", "health"), JUDGED)
def test_a_trouble_of_the_server_is_judged_by_what_it_says(trouble: Callable[[], Check], words: str, health: Callable[[], Check]) -> None:
    """What only a restart of the server could make is judged from the values that it would show, and its absence too."""
    found = trouble()
    assert found.level in {"warn", "fail"}
    assert words in found.vi
    assert found.hint
    assert health().level == "ok"


def test_sessions_that_sit_in_transactions_and_wait_are_named(fresh_db: str) -> None:
    """One session holds a table and does nothing, with every limit at nothing it is named as long, idle, and in the way."""
    engine = create_engine(fresh_db, poolclass=NullPool)
    with engine.connect() as holder, engine.connect() as doctor:
        pid = holder.execute(text("SELECT pg_backend_pid()")).scalar_one()
        assert str(pid) in activity.long_transactions(doctor, most=-1).vi
        idle = activity.idle_in_transaction(doctor, most=-1)
        assert str(pid) in idle.vi
        assert str(pid) in idle.hint
        assert activity.long_transactions(doctor).level == activity.idle_in_transaction(doctor).level == "ok"


def test_old_transactions_and_a_full_disk_are_named_at_their_limits(session: Session, tmp_path: Path) -> None:
    """The limits are arguments: with a low one the present state is the trouble."""
    connection = session.connection()
    assert storage.wraparound(connection, most=-1).level == "fail"
    assert storage.wraparound(connection).level == "ok"
    assert storage.disk(tmp_path, least=1 << 60).hint == "Giải phóng đĩa"


def test_dead_rows_are_named(fresh_db: str) -> None:
    """A table most of whose rows were deleted and that nobody cleaned."""
    with create_engine(fresh_db, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text("ALTER TABLE target SET (autovacuum_enabled = false)"))
        connection.execute(text("DELETE FROM unit_boundary WHERE unit_id % 3 > 0"))
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        assert "unit_boundary" in storage.dead_rows(connection, least=10).vi


def test_a_backup_that_is_old_or_was_never_made_is_named(tmp_path: Path) -> None:
    """The machine remembers its last backup; a note that cannot be read counts as none."""
    assert "Chưa sao lưu" in work.recent(tmp_path).vi
    backup_log.note(tmp_path, tmp_path / "all.dump")
    assert work.recent(tmp_path).level == "ok"
    assert "đã 0 ngày" in work.recent(tmp_path, days=-1).vi
    (tmp_path / "last_backup.json").write_text("{")
    assert "Chưa sao lưu" in work.recent(tmp_path).vi


def test_a_queue_that_nobody_works_on_is_named(session: Session) -> None:
    """Tasks that have waited for minutes without a living worker; with one only those of an hour; failed ones; nothing else."""
    queue.put(session, queue.RESOLVE, 7)
    assert work.unworked(session.connection()).level == "ok"
    session.execute(text("UPDATE procrastinate_events SET at = at - interval '10 minutes'"))
    waits = work.unworked(session.connection())
    assert (waits.level, waits.vi, waits.hint) == ("warn", "1 việc chờ 10 phút, không ai làm", "diachiso worker")
    session.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    assert work.unworked(session.connection()).level == "ok"
    session.execute(text("UPDATE procrastinate_events SET at = at - interval '2 hours'"))
    assert "thêm" in work.unworked(session.connection()).hint
    session.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
    assert "hỏng" in work.unworked(session.connection()).vi
    session.execute(text("DELETE FROM procrastinate_jobs"))
    assert work.unworked(session.connection()).level == "ok"


def test_a_healthy_registry_has_no_failure_but_the_servers_own(session: Session) -> None:
    """No check of tables, contents, sessions or work cries wolf over a new registry."""
    own = {*server.CHECKS}
    found = [guarded(check, session.connection()) for check in CHECKS if check not in own]
    assert [each for each in found if each.level == "fail"] == []


def test_every_finding_is_told_even_where_there_is_no_table(configured: Callable[[str], None], empty_db: str) -> None:
    """On a database without tables each check that cannot look says so in a sentence with a hint, and none hides another."""
    configured(empty_db)
    found = examine()
    assert len(found) > len(CHECKS)
    assert all(each.hint for each in found if each.level != "ok")
