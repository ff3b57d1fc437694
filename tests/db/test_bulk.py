"""A load as large as the registry builds its indexes after, and leaves them as they were."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders import bulk
from loaders.batch import import_file
from registry import db
from tests.db.handover import door, load, scalar

SAMPLES = Path(__file__).parents[2] / "sample_data"
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"


def _indexes(session: Session) -> list[str]:
    return list(session.execute(text(INDEXES)).scalars())


def test_indexes_are_the_same_after_a_load_that_dropped_them(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every index is there again with its definition, valid, and finds the doors."""
    monkeypatch.setattr(bulk, "_FEWEST_ROWS", 1)
    dropped: list[list[str]] = []
    really = bulk._dropped

    def watched(session: Session, tables: tuple[str, ...], keyed: list[str]) -> list[str]:
        dropped.append(really(session, tables, keyed))
        return dropped[-1]

    monkeypatch.setattr(bulk, "_dropped", watched)
    with db.session(fresh_db) as session:
        before = _indexes(session)
        import_file(session, SAMPLES / "dien_bien.csv")
        assert dropped[0]
        assert _indexes(session) == before
        assert not session.execute(text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).scalar_one()


def test_a_reader_of_the_table_keeps_the_indexes(fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody reads the doors nothing is dropped, and the load goes on row by row."""
    monkeypatch.setattr(bulk, "_FEWEST_ROWS", 1)
    with db.session(fresh_db) as reader:
        reader.execute(text("SELECT count(*) FROM address")).scalar_one()
        report, _ = load(fresh_db, tmp_path / "a.csv", [door()])
        assert report.counts["accepted_new"] == 1
    assert scalar(fresh_db, "SELECT count(*) FROM address") == 1


def test_a_small_load_into_a_large_registry_keeps_the_indexes(fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer new doors than there are already: the price of a lock is not paid."""
    monkeypatch.setattr(bulk, "_FEWEST_ROWS", 1)
    load(fresh_db, tmp_path / "a.csv", [door(so_nha=str(number)) for number in range(1, 9)])
    with db.session(fresh_db) as session:
        with bulk.indexed_after(session, ("address",), 3):
            assert session.execute(text("SELECT to_regclass('ix_address_point')")).scalar_one() is not None
        with bulk.indexed_after(session, ("address",), 9):
            assert session.execute(text("SELECT to_regclass('ix_address_point')")).scalar_one() is None
        assert session.execute(text("SELECT to_regclass('ix_address_point')")).scalar_one() is not None
