"""A backup holds everything, and a restore never costs the present data unless asked."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from registry.backup import backup, restore
from registry.errors import FileRefused, RefusedError


def _do(url: str, statement: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def _values(url: str) -> list[int]:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return list(connection.execute(text("SELECT value FROM kept ORDER BY value")).scalars())


@pytest.fixture
def dump(empty_db: str, tmp_path: Path) -> Path:
    """Give a backup of a database with one table of one row."""
    _do(empty_db, "CREATE TABLE kept AS SELECT 7 AS value")
    file = tmp_path / "all.dump"
    assert backup(empty_db, file) == file.stat().st_size > 0
    return file


def test_restore_refuses_a_database_with_tables(empty_db: str, dump: Path) -> None:
    """Without --force a database that holds tables is left as it is."""
    _do(empty_db, "INSERT INTO kept VALUES (8)")
    with pytest.raises(RefusedError, match="not empty"):
        restore(empty_db, dump)
    assert _values(empty_db) == [7, 8]


def test_a_backup_is_not_replaced_unless_told(empty_db: str, dump: Path) -> None:
    """The second of that name is refused and the first stays as it was; `force` replaces it."""
    before = dump.read_bytes()
    with pytest.raises(RefusedError):
        backup(empty_db, dump)
    assert dump.read_bytes() == before
    assert backup(empty_db, dump, force=True) == dump.stat().st_size


def test_a_place_that_is_none_is_named(empty_db: str, dump: Path) -> None:
    """A folder that is not there, a file in its stead, a folder under the name of the file: said before anything is done, force or not."""
    for wrong in (dump.parent / "nowhere" / "a.dump", dump / "a.dump", dump.parent):
        with pytest.raises(RefusedError, match="No backup can be written") as refused:
            backup(empty_db, wrong, force=True)
        assert str(wrong) in refused.value.vi


def test_forced_restore_brings_back_the_backup(empty_db: str, dump: Path) -> None:
    """With --force the database is as it was when it was backed up."""
    _do(empty_db, "INSERT INTO kept VALUES (8)")
    restore(empty_db, dump, force=True)
    assert _values(empty_db) == [7]


def test_damaged_backup_costs_nothing(empty_db: str, dump: Path) -> None:
    """A backup cut short is refused and the present data stays, also with --force."""
    dump.write_bytes(dump.read_bytes()[:-200])
    with pytest.raises(Exception, match="pg_restore"):
        restore(empty_db, dump, force=True)
    assert _values(empty_db) == [7]


def test_any_other_file_is_refused(empty_db: str, tmp_path: Path) -> None:
    """A file that is no backup is refused by its first bytes."""
    (tmp_path / "x.csv").write_text("a,b\n")
    with pytest.raises(FileRefused, match="not a backup"):
        restore(empty_db, tmp_path / "x.csv")
