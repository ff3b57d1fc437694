"""A commune may have any number of places: finding one looks at that one, never at all the others."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Result, text
from sqlalchemy.orm import Session

import loaders
from loaders import spots
from loaders.spots import Wanted, find_spots
from loaders.stage import clear
from loaders.statements import run
from registry.sqlfile import statements

SPOTS_SQL = Path(loaders.__file__ or "").parent / "sql" / "spots.sql"
NAMES, SLICE = 20_000, 4_000
IN_VAIN = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
_BATCH = (
    "INSERT INTO batch (state, file_name, file_sha256, file_bytes, options, actor) VALUES ('received', 'a', '', 1, '{}', '') RETURNING id"
)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)


class _Counted:
    """Runs statements and counts the rows that those looked at and threw away."""

    def __init__(self) -> None:
        self.in_vain = 0.0

    def run(self, session: Session, file: str, name: str, **values: Any) -> Result[Any] | None:  # noqa: ANN401 - whatever a statement binds
        body = statements(SPOTS_SQL)[name]
        if not body.startswith("TRUNCATE"):
            said = session.execute(text(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {body}"), values).scalar_one()
            explained = json.loads(said) if isinstance(said, str) else said
            self.in_vain += sum(node.get(rows, 0) * node["Actual Loops"] for node in _nodes(explained[0]["Plan"]) for rows in IN_VAIN)
        # An INSERT has been done while it was explained.
        return None if name == "new" else run(session, file, name, **values)


def _wanted(session: Session) -> list[Wanted]:
    commune = session.execute(text("SELECT min(id) FROM unit WHERE level = 'commune' AND in_force")).scalar_one()
    return [Wanted(commune, 0, "hamlet", f"Tổ {at}", f"to {at}", f"khu {at}" if at % 4 == 0 else "") for at in range(NAMES)]


@pytest.mark.parametrize("analyzed", [True, False])
def test_finding_twenty_thousand_places_of_a_commune_looks_at_each_once(
    session: Session, monkeypatch: pytest.MonkeyPatch, *, analyzed: bool
) -> None:
    """New or known, and whatever the planner knows of the table: no more rows are looked at in vain than the names themselves, twice."""
    clear(session)
    counted, batch = _Counted(), int(session.execute(text(_BATCH)).scalar_one())
    monkeypatch.setattr(spots, "run", counted.run)
    wanted, made = _wanted(session), set()
    for start in range(0, NAMES, SLICE):
        made.update(spot.place_id for spot in find_spots(session, batch, wanted[start : start + SLICE]))
        if analyzed:
            session.execute(text("ANALYZE place"))
    assert len(made) == NAMES
    known = find_spots(session, batch, wanted[:SLICE])
    assert {spot.place_id for spot in known} <= made
    assert counted.in_vain < 2 * NAMES
