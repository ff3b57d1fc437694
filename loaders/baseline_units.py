"""Here is decided which unit a line of a baseline file means; a line that means two is a problem to mend, not a guess."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from loaders.baseline_file import Figure, Problem
from loaders.issues import ISSUES
from registry.text import fold
from registry.units_directory import REFORM, Directory, UnitRow
from registry.units_match import Stated, match

_CODE_LENGTH: Final = 5
_LOOK: Final = "Kiểm tra mã và tên (diachiso units show MÃ); xã cũ thì ghi thêm huyện, tỉnh."


@dataclass(frozen=True)
class Placed:
    """A figure and its unit."""

    figure: Figure
    unit: UnitRow


def placed(
    directory: Directory, figures: Iterable[Figure], *, units_on: date | None, within: str | None
) -> tuple[list[Placed], list[Problem]]:
    """Return every figure with its unit, and the lines that have none or one that an earlier line had.

    `units_on` says of which day the units are; None lets names and codes tell. `within` limits the lines to a province of today.
    """
    found: list[Placed] = []
    problems: list[Problem] = []
    seen: dict[int, int] = {}
    for figure in figures:
        unit = _unit(directory, figure, units_on, within)
        if isinstance(unit, Problem):
            problems.append(unit)
        elif unit.id in seen:
            vi, en = f"{unit.full_name} đã có ở dòng {seen[unit.id]}", f"{unit.full_name} stands in row {seen[unit.id]} already"
            problems.append(Problem(figure.row, "ma_xa" if figure.cells.get("ma_xa") else "xa", vi, en, "Bỏ một trong hai dòng."))
        else:
            seen[unit.id] = figure.row
            found.append(Placed(figure, unit))
    return found, problems


def _unit(directory: Directory, figure: Figure, units_on: date | None, within: str | None) -> UnitRow | Problem:
    cells = figure.cells
    code, name = cells.get("ma_xa", ""), cells.get("xa", "")
    if not code and not name:
        return _province(directory, figure, units_on, within)
    said = match(directory, Stated(code, name, cells.get("huyen", ""), cells.get("tinh", ""), within))
    units = {recorded: directory.units[recorded] for recorded, _ in said.candidates}
    if units_on is not None:
        by_code = directory.by_code.get(code.zfill(_CODE_LENGTH), []) if code and not name else []
        units = {unit.id: unit for unit in (*units.values(), *by_code) if _of_world(unit, units_on)}
    column = "ma_xa" if code and not name else "xa"
    if not units:
        issue = ISSUES[next((each.code for each in said.findings if each.fatal), "row.unit_unknown")]
        fixes = [each.details.get("suggestion") or {} for each in said.findings]
        fix = "; ".join(f"{key}={value}" for one in fixes for key, value in one.items() if value) or _LOOK
        return Problem(figure.row, column, f"{issue.vi}: “{(name or code)[:40]}”", issue.en, fix)
    if len(units) > 1:
        listed = "; ".join(f"{directory.label(unit)} ({unit.code})" for unit in units.values())
        fix = f"Ghi thêm huyện, tỉnh, hoặc dùng --units-on NGÀY. Có thể là: {listed}"
        return Problem(figure.row, column, f"“{(name or code)[:40]}” có thể là nhiều đơn vị", "may be several units", fix)
    unit = next(iter(units.values()))
    if within is not None and within not in {directory.units[each].province_code for each in directory.today(unit)[0]}:
        return Problem(figure.row, column, f"{unit.full_name} không thuộc tỉnh {within}", f"{unit.full_name} is in another province", "")
    return unit


def _of_world(unit: UnitRow, day: date) -> bool:
    """Tell whether a unit belongs to the map of a day; of several rows of one unit since 2025 the one in force stands for all."""
    return unit.world == "old" if day < REFORM else unit.valid_to is None


def _province(directory: Directory, figure: Figure, units_on: date | None, within: str | None) -> UnitRow | Problem:
    """Return the province of today that a line without a commune means."""
    code, name = figure.cells.get("ma_tinh", ""), fold(figure.cells.get("tinh", ""))
    today = [unit for (world, level, _), unit in directory.parents.items() if world == "new" and level == "province"]
    found = [
        unit for unit in today if (code and unit.code == code.zfill(2)) or (not code and name in {fold(unit.name), fold(unit.full_name)})
    ]
    if units_on is not None and units_on < REFORM:
        found = []
    if len(found) != 1 or within not in (None, found[0].code):
        fix = "Ghi xã, hoặc tên hay mã tỉnh hiện nay; số liệu của tỉnh cũ thì nạp theo xã."
        return Problem(figure.row, "tinh", f"Không rõ tỉnh “{figure.cells.get('tinh') or code}”", "unknown province of today", fix)
    return found[0]
