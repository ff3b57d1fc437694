"""Decides how a planned reform is written to the map: units end and begin, successions, areas; all in the caller's transaction."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.approximate_areas import draw_approximate_areas
from registry.history import remember
from registry.reform_facts import KnownUnit, NewUnit
from registry.reform_plan import Key, Plan, Planner
from registry.sqlfile import statement

SQL: Final = Path(__file__).parent / "sql" / "reform.sql"


def planner(session: Session, day: date) -> Planner:
    """Return a planner over the units in force the day before `day`."""
    known = [KnownUnit(**row) for row in session.execute(statement(SQL, "known"), {"day": day}).mappings()]
    links: dict[int, set[Key]] = defaultdict(set)
    for predecessor, level, code in session.execute(statement(SQL, "links"), {"day": day}):
        links[predecessor].add((level, code))
    return Planner(day, known, {number: frozenset(keys) for number, keys in links.items()})


def write_plan(session: Session, plan: Plan, reform: int, *, actor: str, reason: str) -> dict[Key, int]:
    """End the closed units, insert the new ones with their successions; return the ids of the new ones by level and code."""
    remember(session, "unit", plan.closed, "update", actor=actor, reason=reason)
    session.execute(statement(SQL, "close"), {"day": plan.effective, "ids": list(plan.closed)})
    ids = {(unit.level, unit.code): _begin(session, unit, plan.effective, reform) for unit in plan.units}
    links = [
        {
            "predecessor": link.predecessor.id, "successor": ids[unit.level, unit.code], "kind": link.kind, "all_people": link.all_people,
            "day": plan.effective, "note": link.note, "source": link.source, "reform": reform,
        }
        for unit in plan.units
        for link in unit.links
    ]  # fmt: skip
    if links:
        session.execute(statement(SQL, "succeed"), links)
        remember(session, "unit", list(ids.values()), "insert", actor=actor, reason=reason)
    for table in ("unit", "succession"):
        session.execute(text(f"ANALYZE {table}"))
    return ids


def _begin(session: Session, unit: NewUnit, day: date, reform: int) -> int:
    values: Mapping[str, Any] = {
        "level": unit.level, "code": unit.code, "name": unit.name, "full_name": unit.full_name, "kind": unit.kind,
        "parent_code": None if unit.level == "province" else unit.province_code, "province_code": unit.province_code,
        "postal_code": unit.postal_code, "day": day, "lon": unit.lon, "lat": unit.lat, "area_km2": unit.area_km2,
        "population": unit.population, "source": unit.source, "reform": reform,
    }  # fmt: skip
    return int(session.execute(statement(SQL, "begin"), values).scalar_one())


def draw_areas(session: Session, reform: int) -> None:
    """Give the new units their areas: the union of exact ones where they were made of nothing else, approximate ones elsewhere."""
    session.execute(statement(SQL, "join_areas"), {"reform": reform})
    draw_approximate_areas(session.connection())


def carry_baselines(session: Session, reform: int, day: date) -> None:
    """Give the new units the households of their predecessors; reads the doors that were moved from the temporary table `rehome`."""
    session.execute(statement(SQL, "baselines"), {"reform": reform, "day": day})
