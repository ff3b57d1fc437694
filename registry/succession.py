"""Decides what became of a unit: chains of succession forward to today and back to where it was made from."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.units import UnitView, show, views

# For each unit no longer in force, the units in force that its chain of successions ends in. `all_people` is true where
# the whole population went there: every step is whole, or a part marked as having taken all people. Districts have no rows
# of their own (they were abolished) except the island districts without communes.
SUCCESSORS_TODAY_SQL: Final = """
WITH RECURSIVE chain AS (
  SELECT id AS old_unit_id, id AS unit_id, true AS whole, true AS all_people FROM unit WHERE NOT in_force
  UNION ALL
  SELECT c.old_unit_id, s.successor_id, c.whole AND s.kind = 'whole', c.all_people AND (s.kind = 'whole' OR s.all_people)
  FROM chain c JOIN succession s ON s.predecessor_id = c.unit_id)
SELECT c.old_unit_id, c.unit_id AS today_unit_id, CASE WHEN bool_or(c.whole) THEN 'whole' ELSE 'part' END AS kind,
       bool_or(c.all_people) AS all_people
FROM chain c JOIN unit u ON u.id = c.unit_id AND u.in_force
GROUP BY 1, 2
"""


class SuccessorToday(NamedTuple):
    """A unit no longer in force and one in force that it went to, whole or in part; `all_people`: with its whole population."""

    old_unit_id: int
    today_unit_id: int
    kind: str
    all_people: bool


@dataclass(frozen=True)
class Step:
    """One succession seen from a unit: the other unit, how much of the predecessor, since when, and the steps beyond it."""

    unit: UnitView
    kind: str
    all_people: bool
    effective: date
    note: str
    then: tuple["Step", ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, the steps beyond included."""
        return {
            "code": self.unit.code, "full_name": self.unit.full_name, "unit": self.unit.chain, "level": self.unit.level,
            "in_force": self.unit.in_force, "kind": self.kind, "all_people": self.all_people,
            "effective": self.effective.isoformat(), "note": self.note, "then": [step.to_dict() for step in self.then],
        }  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """One meaning of the code, what it became and what it was made from."""

    unit: UnitView
    became: tuple[Step, ...]
    made_from: tuple[Step, ...]

    @property
    def today(self) -> tuple[UnitView, ...]:
        """Return the units in force that it ended in: itself where it is in force."""
        if self.unit.in_force:
            return (self.unit,)
        ends = {step.unit.unit_id: step.unit for step in _leaves(self.became) if step.unit.in_force}
        return tuple(ends.values())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "unit": self.unit.to_dict(), "became": [step.to_dict() for step in self.became],
            "made_from": [step.to_dict() for step in self.made_from],
            "today": [{"code": unit.code, "full_name": unit.full_name, "province": unit.province} for unit in self.today],
        }  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """All meanings of a code, oldest first, each with its fate."""

    code: str
    meanings: tuple[Meaning, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"code": self.code, "meanings": [meaning.to_dict() for meaning in self.meanings]}


def trace(session: Session, code: str, on: date | None = None) -> Trace:
    """Return what each meaning of a code (or the one of a day) became and was made from; NotFoundError for unknown codes."""
    found = [_meaning(session, view) for view in show(session, code, on)]
    return Trace(code=found[0].unit.code, meanings=tuple(found))


def successors_today(session: Session) -> list[SuccessorToday]:
    """Return, for every unit no longer in force, the units in force that it went to, chains followed to their end."""
    return [SuccessorToday(*row) for row in session.execute(text(SUCCESSORS_TODAY_SQL))]


_SIDES: Final = {
    "forward": "SELECT s.successor_id AS other, s.kind, s.all_people, s.effective, s.note FROM succession s WHERE s.predecessor_id = :id",
    "back": "SELECT s.predecessor_id AS other, s.kind, s.all_people, s.effective, s.note FROM succession s WHERE s.successor_id = :id",
    # A district was not succeeded by a unit; its communes were.
    "through_communes": """
        SELECT s.successor_id AS other, 'part' AS kind, false AS all_people, min(s.effective) AS effective,
               'qua các xã của huyện / through its communes' AS note
        FROM unit d JOIN unit c ON c.level = 'commune' AND c.parent_code = d.code AND c.valid && d.valid
        JOIN succession s ON s.predecessor_id = c.id WHERE d.id = :id AND d.level = 'district' GROUP BY s.successor_id""",
    "by_code": """
        SELECT u.id AS other, 'part' AS kind, false AS all_people, lower(u.valid) AS effective,
               'theo hồ sơ thay đổi / change records' AS note
        FROM unit u WHERE u.level = 'commune' AND u.code = ANY(:codes) AND u.valid @> CAST(:day AS date)""",
}


def _meaning(session: Session, view: UnitView) -> Meaning:
    if view.unit_id is None:
        return Meaning(view, _recorded_steps(session, view), ())
    became = _steps(session, view.unit_id, "forward") or _steps(session, view.unit_id, "through_communes")
    return Meaning(view, became, _steps(session, view.unit_id, "back"))


def _steps(session: Session, unit_id: int, side: str) -> tuple[Step, ...]:
    """Return the successions on one side of a unit, each with the steps beyond it, whole ones first, then by code."""
    rows = session.execute(text(_SIDES[side]), {"id": unit_id}).all()
    units = views(session, [row.other for row in rows]) if rows else {}
    beyond = "back" if side == "back" else "forward"
    steps = [Step(units[row.other], row.kind, row.all_people, row.effective, row.note, _steps(session, row.other, beyond)) for row in rows]
    return tuple(sorted(steps, key=lambda step: (step.kind != "whole", not step.all_people, step.unit.code)))


def _recorded_steps(session: Session, view: UnitView) -> tuple[Step, ...]:
    """Return where a former unit of the change records went: the last old units where known, else today's communes."""
    steps: list[Step] = []
    for codes, day in ((view.old_codes, date(2025, 6, 30)), (view.new_codes, date(2025, 7, 1))):
        if steps or not codes:
            continue
        rows = session.execute(text(_SIDES["by_code"]), {"codes": list(codes), "day": day}).all()
        units = views(session, [row.other for row in rows])
        for row in rows:
            since = max(row.effective or day, view.valid_to or day)
            kind = "whole" if len(rows) == 1 else "part"
            steps.append(Step(units[row.other], kind, False, since, row.note, _steps(session, row.other, "forward")))
    return tuple(steps)


def _leaves(steps: tuple[Step, ...]) -> list[Step]:
    """Return the last steps of all chains."""
    return [leaf for step in steps for leaf in (_leaves(step.then) or [step])]
