"""Stated units are read in the world that their names fit; what is undecided lists its candidates and is never guessed."""

import csv
from pathlib import Path

import pytest
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
