"""Decides how frozen figures stand on another day's map: whole units add up exactly, doors of a split one are counted where they are now.

What neither way decides is shared out and marked as an estimate; a unit that became nothing known keeps a line of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.asof import doors_at, place_doors
from registry.coverage_figures import COUNTS, NOTHING, count_doors, summed
from registry.coverage_line import Baseline, CoverageLine, add_lines
from registry.coverage_public import figures_of
from registry.ladder import Ladders
from registry.snapshots import Placed
from registry.sqlfile import statement

Carried = Literal["same", "whole", "doors", "estimated"]
_SQL: Final = Path(__file__).parent / "sql" / "trends.sql"
_ORDER: Final[tuple[Carried, ...]] = ("same", "whole", "doors", "estimated")
_WAITING: Final = ("incomplete", "rejected")


@dataclass(frozen=True)
class SeriesPoint:
    """Figures of a unit in a period: `same` unit; `whole` ones added up; `doors` recounted one by one; `estimated` in part."""

    line: CoverageLine
    carried: Carried
    from_units: tuple[str, ...]

    @property
    def from_codes(self) -> tuple[str, ...]:
        """The codes of the units that the figures come from."""
        return tuple(each.rpartition("(")[2].removesuffix(")") for each in self.from_units)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"carried": self.carried, "from_units": list(self.from_units), **self.line.to_dict()}


@dataclass(frozen=True)
class MapUnit:
    """A unit of the map."""

    unit_id: int
    code: str
    name: str
    province_code: str


@dataclass(frozen=True)
class _Part:
    line: CoverageLine
    carried: Carried


def carry(session: Session, placed: Sequence[Placed], day: date, moment: datetime, onto: date) -> dict[MapUnit, SeriesPoint]:
    """Return the frozen communes of `day` (as the registry stood just before `moment`) on the units in force on `onto`."""
    fates: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(statement(_SQL, "fates"), {"units": [each.unit_id for each in placed], "day": onto}).mappings():
        fates[row["from_id"]].append(row)
    split = [each.unit_id for each in placed if len(fates[each.unit_id]) > 1]
    if split:
        _find_doors(session, split, day, moment)
    parts: dict[MapUnit, list[_Part]] = defaultdict(list)
    for each in placed:
        became = fates[each.unit_id]
        if len(became) == 1:
            parts[_target(became[0])].append(_Part(each.line, "same" if became[0]["unit_id"] == each.unit_id else "whole"))
        elif became:
            for target, part in _split(session, each, became, onto):
                parts[target].append(part)
        else:
            parts[MapUnit(each.unit_id, each.line.code, each.line.name, each.line.province_code)].append(_Part(each.line, "same"))
    redrawn = {target for target, found in parts.items() if any(part.carried in ("doors", "estimated") for part in found)}
    bases = _baselines(session, redrawn)
    return {target: _point(target, found, bases) for target, found in parts.items()}


def _point(target: MapUnit, parts: Sequence[_Part], bases: Mapping[int, Baseline]) -> SeriesPoint:
    if len(parts) == 1 and parts[0].carried == "same":
        return SeriesPoint(parts[0].line, "same", (f"{parts[0].line.name} ({parts[0].line.code})",))
    line = add_lines("commune", target.code, target.name, target.province_code, [part.line for part in parts])
    carried = _ORDER[max(_ORDER.index(part.carried) for part in parts)]
    if len(parts) > 1 and carried == "same":
        carried = "whole"
    if carried in ("doors", "estimated"):
        base = bases.get(target.unit_id)
        line = replace(
            line, baseline=base, baseline_missing=0 if base else 1, coded_with_baseline=line.households_coded if base else 0
        )  # fmt: skip
    return SeriesPoint(line, carried, tuple(f"{part.line.name} ({part.line.code})" for part in parts))


def _find_doors(session: Session, units: Sequence[int], day: date, moment: datetime) -> None:
    """Fill the temporary table `split_door`: the doors that stood in those units, with their communes of now."""
    doors_at(session, moment)
    place_doors(session, day)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.split_door"))
    session.execute(statement(_SQL, "split_doors"), {"units": units})


def _split(session: Session, each: Placed, became: Sequence[Any], onto: date) -> list[tuple[MapUnit, _Part]]:
    """Count the doors of a split unit in the units that they were placed in since, and share out what is left."""
    session.execute(statement(_SQL, "no_doors"))
    session.execute(statement(_SQL, "doors_of"), {"unit": each.unit_id})
    rows = summed(session, count_doors(session, onto), onto).communes
    was = dict(figures_of(each.line)) | {name: getattr(each.line, name) for name in _WAITING}
    known = {name: [int(rows.get(row["code"], NOTHING).get(name, 0)) for row in became] for name in was}
    shares = {name: _shared(number, known[name]) for name, number in was.items()}
    exact = all(number == sum(known[name]) for name, number in was.items())
    bare = replace(each.line, baseline=None, coded_with_baseline=0, baseline_missing=1)
    found: list[tuple[MapUnit, _Part]] = []
    for place, row in enumerate(became):
        figures = {name: shares[name][place] for name in was}
        counts: dict[str, Any] = {name: figures[name] for name in (*COUNTS, *_WAITING)}
        line = replace(bare, **counts, ladders=Ladders.of(figures), province_code=row["province_code"])
        found.append((_target(row), _Part(line, "doors" if exact else "estimated")))
    return found


def _shared(total: int, known: Sequence[int]) -> list[int]:
    """Share what is not known of a total out in proportion to what is, evenly where nothing is; the sum is the total."""
    left = total - sum(known)
    if left < 0:
        return _scaled(total, known)
    return [own + more for own, more in zip(known, _scaled(left, known), strict=True)]


def _scaled(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights into whole numbers, the largest remainders first."""
    heavy = list(weights) if sum(weights) else [1] * len(weights)
    exact = [total * weight / sum(heavy) for weight in heavy]
    whole = [int(each) for each in exact]
    order = sorted(range(len(heavy)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: total - sum(whole)]:
        whole[place] += 1
    return whole


def _target(row: Any) -> MapUnit:  # noqa: ANN401 - a row of the statements above
    return MapUnit(row["unit_id"], row["code"], row["name"], row["province_code"])


def _baselines(session: Session, targets: set[MapUnit]) -> dict[int, Baseline]:
    if not targets:
        return {}
    rows = session.execute(statement(_SQL, "baselines"), {"units": sorted(each.unit_id for each in targets)})
    return {row.unit_id: Baseline(row.households, row.estimated, row.method, row.source, row.counted_on) for row in rows}
