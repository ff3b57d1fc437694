"""Decides how a registry of the size of the country is made: province by province, made-up doors by population, each imported as a batch.

Meant for a database of its own; a run of 23,300,000 doors takes the better part of an hour on two cores and some twenty gigabytes.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.batch import import_file
from registry import db
from service.bench.made_up import FEWEST_PEOPLE, write

_PEOPLE = text("""
SELECT province_code, sum(greatest(coalesce(population, 0), :fewest)) AS people
FROM unit WHERE level = 'commune' AND in_force AND centre IS NOT NULL GROUP BY province_code ORDER BY province_code
""")


@dataclass(frozen=True)
class Province:
    """One province of the run: rows handed over, doors accepted, seconds of writing the file and of importing it."""

    code: str
    rows: int
    accepted: int
    making: float
    importing: float


def shares(session: Session, doors: int) -> dict[str, int]:
    """Return how many of the doors each province of today gets, by its people; they add up."""
    people = {row.province_code: int(row.people) for row in session.execute(_PEOPLE, {"fewest": FEWEST_PEOPLE})}
    total, reached, given, found = sum(people.values()), 0, 0, {}
    for code, number in people.items():
        reached += number
        found[code] = doors * reached // total - given
        given += found[code]
    return found


def fill(url: str, doors: int, seed: int, tell: Callable[[str], None]) -> Iterator[Province]:
    """Make and import the hand-over file of each province; one that is registered already (same seed) is a no-op, so a run can go on."""
    with db.session(url) as session, TemporaryDirectory() as folder:
        for code, number in shares(session, doors).items():
            path = Path(folder) / f"{code}-{seed}-{number}.csv"
            tell(f"{code}: {number:,} nhà / doors")
            began = time.perf_counter()
            rows = write(session, path, number, seed, code)
            made = time.perf_counter()
            report = import_file(session, path, province=code, actor="bench")
            yield Province(code, rows, report.accepted, made - began, time.perf_counter() - made)
            path.unlink()


def size_of(session: Session) -> tuple[int, int]:
    """Return the number of live doors and the bytes of the database."""
    doors = session.execute(text("SELECT count(*) FROM address WHERE retired_at IS NULL")).scalar_one()
    return int(doors), int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
