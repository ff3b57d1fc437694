"""The golden file: what couriers type and what they must be told, over the three sample batches."""

import csv
import re
from functools import lru_cache

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Query, Verdict
from service.cli.demo import SAMPLES

CODE = re.compile(r"CODE\(([^)]+)\)")
OUTCOMES = text("""
SELECT b.file_name, r.row_no, r.code, r.address_id FROM batch_row r JOIN batch b ON b.id = r.batch_id
WHERE b.state = 'committed' AND r.address_id IS NOT NULL
""")


def golden() -> list[dict[str, str]]:
    """Return the rows of the golden file."""
    with (SAMPLES / "golden_queries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=8)
def numbers(name: str) -> dict[int, str]:
    """Return the `stt` of each row of a sample file by its row number."""
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return {number: row["stt"] for number, row in enumerate(csv.DictReader(file), start=1)}


@pytest.fixture(scope="module")
def doors(sample_db: str) -> dict[str, tuple[str, int]]:
    """Give code and address id of every accepted sample row as `file:stt`."""
    from registry import db  # noqa: PLC0415 - only this fixture opens a session of its own.

    with db.session(sample_db) as session:
        return {f"{name}:{numbers(name)[row_no]}": (code, address) for name, row_no, code, address in session.execute(OUTCOMES)}


def test_there_are_two_hundred_questions_of_many_kinds() -> None:
    """The golden file covers what the product promises."""
    rows = golden()
    assert len(rows) >= 200
    assert len({row["class"] for row in rows}) >= 12


@pytest.mark.parametrize("row", golden(), ids=lambda row: f"{row['class']}: {row['query']}")
def test_the_golden_file_is_answered_as_expected(
    row: dict[str, str], samples: Session, resolver: Resolver, doors: dict[str, tuple[str, int]]
) -> None:
    """Verdict, level, door and commune of each line are what the data says."""
    query = CODE.sub(lambda match: doors[match[1]][0], row["query"])
    answer = resolver.resolve(samples, Query(query))
    best = answer.best
    assert answer.verdict.value in row["expect_verdict"].split("|"), answer.explanation
    if row["expect_level"]:
        assert (best.level.value if best else "none") in row["expect_level"].split("|"), answer.explanation
    if row["expect_door"]:
        assert best is not None
        assert (best.code, best.address_id) == doors[row["expect_door"]]
    if row["expect_commune"] and answer.verdict is not Verdict.AMBIGUOUS:
        assert best is not None
        assert best.unit.commune is not None
        assert best.unit.commune.code == row["expect_commune"]
    if answer.verdict is Verdict.ACCEPT:
        assert best is not None
        assert best.code
