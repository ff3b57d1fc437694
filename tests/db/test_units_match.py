"""Stated units are read in the world that their names fit; what is undecided lists its candidates and is never guessed."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.unit_directory import directory
from registry.units_match import Stated, match

VECTORS = Path(__file__).parents[1] / "vectors" / "unit_texts.csv"


def _vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def test_every_stated_unit_means_what_the_vectors_say(session: Session) -> None:
    """Recorded unit, communes of today and issue of every line of the vectors."""
    known = directory(session)
    for row in _vectors():
        found = match(known, Stated(row["ma_xa"], row["xa"], row["huyen"], row["tinh"]))
        recorded = ";".join(sorted({known.units[unit].code for unit, _ in found.candidates}))
        today = ";".join(sorted({known.units[unit].code for _, unit in found.candidates}))
        issue = ";".join([finding.code for finding in found.findings] + ([f"({found.undecided})"] if found.undecided else []))
        assert [recorded, today, issue] == [row["recorded"], row["today"], row["issue"]], row


@pytest.mark.parametrize("name", ["", " ", "🏠", "()", "x" * 5000, "xã", "phường", "'; DROP TABLE unit"])
def test_odd_names_are_answered_not_raised(session: Session, name: str) -> None:
    """Nothing that a cell may hold breaks the matcher."""
    found = match(directory(session), Stated(name, name, name, name))
    assert not found.candidates
    assert found.findings


def test_the_directory_is_built_anew_only_when_units_changed(session: Session) -> None:
    """Two imports read the units once; a name that changed, a succession that went and a former name are seen by the next."""
    before = directory(session)
    assert directory(session) is before
    for change in (
        "UPDATE unit SET name = name || ' Mới' WHERE id = (SELECT min(id) FROM unit)",
        "DELETE FROM succession WHERE id = (SELECT min(id) FROM succession)",
        "UPDATE former_unit SET old_codes = old_codes || '99999'::text WHERE id = (SELECT min(id) FROM former_unit)",
    ):
        session.execute(text(change))
        assert directory(session) is not before
        before = directory(session)
