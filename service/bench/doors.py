"""Decides how the matcher is measured: registered doors written in many styles must come back, and ACCEPT must not lie."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Query, Verdict
from registry.house_path import readings
from service.bench.styles import STYLES, Written

CHUNK = 500
FLAT_CELLS = 3
# The doors are drawn before anything is joined to them: of a million, only those drawn are looked at.
_DOORS = text("""
WITH drawn AS MATERIALIZED (
    SELECT id, province_code, md5(CAST(id AS text) || :seed) AS turn FROM address
    WHERE retired_at IS NULL AND house_path <> '' AND (flat_key = '' OR :flats) ORDER BY turn LIMIT :doors
)
SELECT a.id, a.house_path, a.flat, s.kind, s.name AS place, h.name AS hamlet,
       u.full_name AS commune, d.full_name AS district, p.full_name AS province,
       c.full_name AS commune_today, q.full_name AS province_today, x.units AS split
FROM drawn
JOIN address a ON a.id = drawn.id AND a.province_code = drawn.province_code
JOIN unit u ON u.id = a.recorded_unit_id
LEFT JOIN unit d ON d.level = 'district' AND d.code = u.parent_code AND NOT u.in_force AND upper(d.valid) = upper(u.valid)
JOIN unit p ON p.level = 'province' AND p.code = u.province_code
    AND (CASE WHEN u.in_force THEN p.in_force ELSE p.valid @> lower(u.valid) OR upper(p.valid) = upper(u.valid) END)
JOIN unit c ON c.id = a.commune_id
JOIN unit q ON q.level = 'province' AND q.in_force AND q.code = c.province_code
LEFT JOIN place s ON s.id = a.place_id
LEFT JOIN place h ON h.id = a.hamlet_id AND h.id <> a.place_id
LEFT JOIN LATERAL (
    SELECT ARRAY[o.full_name, od.full_name, op.full_name] AS units
    FROM succession t
    JOIN unit o ON o.id = t.predecessor_id
    JOIN unit od ON od.level = 'district' AND od.code = o.parent_code AND upper(od.valid) = upper(o.valid)
    JOIN unit op ON op.level = 'province' AND op.code = o.province_code AND upper(op.valid) = upper(o.valid)
    WHERE t.successor_id = c.id AND t.kind = 'part' AND u.in_force ORDER BY o.code LIMIT 1
) x ON true
ORDER BY drawn.turn, a.id
""")


@dataclass
class Tally:
    """What became of the questions of one class."""

    asked: int = 0
    right: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    wrong_accepts: int = 0

    def add(self, answer: Answer, address_id: int) -> None:
        """Count one answer against the door that was meant."""
        self.asked += 1
        self.verdicts[answer.verdict] += 1
        found = answer.best.address_id if answer.best else None
        self.right += found == address_id
        self.wrong_accepts += answer.verdict is Verdict.ACCEPT and found is not None and found != address_id


def written_doors(session: Session, doors: int, seed: str = "1", *, flats: bool = False) -> Iterator[tuple[int, Written]]:
    """Yield registered doors with a number, drawn by a seed, as the parts people write; units as they were recorded."""
    for row in session.execute(_DOORS, {"doors": doors, "seed": seed, "flats": flats}):
        street = "" if row.kind == "hamlet" else _street(row.place)
        hamlet = row.place if row.kind == "hamlet" else row.hamlet or ""
        units = tuple(name for name in (row.commune, row.district, row.province) if name)
        cells = row.flat.split(", ")
        flat = (cells[0], cells[1], cells[2]) if len(cells) == FLAT_CELLS else None
        yield row.id, Written(
            next(iter(readings(row.house_path)), None), street, hamlet, units, (row.commune_today, row.province_today),
            tuple(row.split) if row.split else None, flat,
        )  # fmt: skip


def _street(name: str | None) -> str:
    """Write a street with its type word."""
    return f"đường {name}" if name else ""


def measure_styles(
    session: Session, resolver: Resolver, doors: int, tick: Callable[[int], None] = lambda _: None
) -> tuple[dict[str, Tally], float]:
    """Resolve doors in every style; return the tallies by style and the seconds spent in the matcher."""
    drawn = list(written_doors(session, doors))
    tallies: dict[str, Tally] = {}
    seconds = 0.0
    for style, write in STYLES.items():
        tally = tallies.setdefault(style, Tally())
        for start in range(0, len(drawn), CHUNK):
            part = drawn[start : start + CHUNK]
            began = time.perf_counter()
            answers = resolver.resolve_many(session, [Query(write(door)) for _, door in part])
            seconds += time.perf_counter() - began
            for (address_id, _), answer in zip(part, answers, strict=True):
                tally.add(answer, address_id)
            tick(len(part))
    return tallies, seconds
