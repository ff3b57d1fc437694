"""Whoever weakens what protects the tables is found out by the doctor, table by table, and `db upgrade` makes it good again."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry import backup, db
from registry.doctor import protection
from registry.errors import RefusedError
from registry.security.rights import put_in_place

BY_HAND = [
    ("ALTER TABLE correction DISABLE ROW LEVEL SECURITY", "correction (bảo vệ dòng)"),
    ("ALTER TABLE household NO FORCE ROW LEVEL SECURITY", "household (bảo vệ dòng)"),
    ("GRANT DELETE ON address TO diachiso_reader", "address (quyền)"),
    ("GRANT SELECT (ref) ON household TO diachiso_reader", "household (quyền)"),
    ("GRANT SELECT ON api_key TO PUBLIC", "api_key (quyền)"),
    ("GRANT SELECT (digest) ON api_key TO PUBLIC", "api_key (quyền)"),
    ("REVOKE INSERT ON audit FROM diachiso_app", "audit (quyền)"),
    ("GRANT UPDATE ON SEQUENCE audit_id_seq TO diachiso_reader", "audit_id_seq (quyền)"),
    ("GRANT CREATE ON SCHEMA public TO diachiso_reader", "public (quyền)"),
    ("ALTER TABLE address DISABLE TRIGGER USER", "address (trigger)"),
    ("ALTER TABLE change DISABLE TRIGGER ALL", "change (trigger)"),
    ("ALTER TABLE batch ENABLE REPLICA TRIGGER feed_of_batch", "batch (trigger)"),
    ("DROP TRIGGER audit_stays ON audit", "audit (trigger)"),
    ("CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'", "audit (trigger)"),
    ("DROP POLICY see ON household", "household (chính sách)"),
    ("CREATE POLICY all_may ON job USING (true)", "job (chính sách)"),
    ("ALTER POLICY see ON resident USING (true)", "resident (chính sách)"),
]


@pytest.mark.parametrize(("weaker", "named"), BY_HAND)
def test_what_was_weakened_by_hand_is_named_and_mended(session: Session, weaker: str, named: str) -> None:
    """Each alone: the doctor fails with the table and the kind of protection, an upgrade at the head mends it, and then nothing is left."""
    connection = session.connection()
    assert protection.rights(connection).level == "ok"
    connection.exec_driver_sql(weaker)
    found = protection.rights(connection)
    assert (found.level, found.vi, found.hint) == ("fail", f"Bảo vệ khác với bản đã đặt: {named}", "diachiso db upgrade")
    assert put_in_place(connection) == []
    assert protection.rights(connection).level == "ok"


def test_what_no_upgrade_makes_again_is_said_and_stays_named(fresh_db: str) -> None:
    """A trigger of a migration that was dropped: the rest is mended and kept, the upgrade refuses, the doctor goes on."""
    with db.engine(fresh_db).begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER feed_of_change ON change; GRANT DELETE ON address TO diachiso_reader")
    for _ in range(2):
        with pytest.raises(RefusedError, match="change"):
            db.upgrade(fresh_db)
        with db.engine(fresh_db).connect() as connection:
            assert protection.rights(connection).vi == "Bảo vệ khác với bản đã đặt: change (trigger)"


def test_a_second_upgrade_takes_no_lock(session: Session) -> None:
    """Where everything stands as it was made, nothing is made again."""
    held = text("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'AccessExclusiveLock' AND relation IS NOT NULL")
    assert put_in_place(session.connection()) == []
    assert session.scalar(held) == 0


def test_a_table_beside_ours_counts_once_it_gives_something(session: Session) -> None:
    """What an administrator keeps in the same database is his own, until the service's roles may use it."""
    connection = session.connection()
    connection.exec_driver_sql("CREATE TABLE beside (id int); ALTER TABLE beside ENABLE ROW LEVEL SECURITY")
    assert protection.rights(connection).level == "ok"
    connection.exec_driver_sql("GRANT SELECT ON beside TO diachiso_reader")
    assert "beside" in protection.rights(connection).vi


def test_a_restored_copy_is_protected_as_made(fresh_db: str, empty_db: str, tmp_path: Path) -> None:
    """The digests come along in the dump and hold in another database, before any upgrade of it."""
    backup.backup(fresh_db, tmp_path / "all.dump")
    backup.restore(empty_db, tmp_path / "all.dump")
    with db.engine(empty_db).connect() as connection:
        assert protection.rights(connection).level == "ok"
    db.engine(empty_db).dispose()


MIGHTY = ["ALTER ROLE diachiso_reader BYPASSRLS", "ALTER ROLE diachiso_app LOGIN", "GRANT diachiso_app TO diachiso_reader"]


@pytest.mark.parametrize("given", MIGHTY)
def test_a_role_that_may_do_more_is_named(session: Session, given: str) -> None:
    """A way past every policy, a login, and the rights of another role; roles are the server's, so it is rolled back."""
    connection = session.connection()
    assert protection.roles(connection).level == "ok"
    connection.exec_driver_sql(given)
    found = protection.roles(connection)
    assert (found.level, given.split()[2 if given.startswith("ALTER") else 3] in found.vi, bool(found.hint)) == ("fail", True, True)


def test_triggers_that_do_not_fire_are_named(session: Session) -> None:
    """A database set to take the part of a replica writes no trail."""
    assert protection.triggers_fire(session.connection()).level == "ok"
    session.execute(text("SET LOCAL session_replication_role = replica"))
    assert protection.triggers_fire(session.connection()).level == "fail"
