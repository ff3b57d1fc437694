"""Targets stand as the plans print them, and a unit is judged against them by a stated formula."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry.coverage_line import Baseline, CoverageLine
from registry.errors import FileRefused
from registry.tally import recount
from registry.target_status import judge, statuses
from registry.targets import COLUMNS, Target, load, targets
from tests.db.test_coverage import a_door

UNIT = ("province", "11", "Tỉnh Điện Biên")
AIM = Target(
    1, *UNIT, today="11", merged=False, indicator="households_coded", year=2027, value=90.0, sense="at_least", measure="%", definition="b",
    reported=False, document="x", article="y",
)  # fmt: skip
NONE = CoverageLine("province", "11", "x", *[0] * 10, baseline=None, coded_with_baseline=0, baseline_missing=1, approximate_area=False)


def a_line(coded: int, of: int) -> CoverageLine:
    """Return a line of so many coded households of a baseline."""
    base = Baseline(of, estimated=False, method="counted", source="test", counted_on=date(2025, 1, 1))
    return replace(NONE, households_coded=coded, coded_with_baseline=coded, baseline=base, baseline_missing=0)


def printed(session: Session, province: str | None, indicator: str) -> dict[tuple[str, int], float]:
    """Return the targets of an indicator by code and year."""
    return {(each.code, each.year): each.value for each in targets(session, province, indicator=indicator)}


def test_household_targets_are_those_of_the_plans(session: Session) -> None:
    """The country 90 and 100; Điện Biên 87 (its state of 2020), 93, then 100; Hà Nam 100 in 2025, shown for Ninh Bình of today."""
    assert printed(session, None, "households_coded") == {
        ("", 2024): 90, ("", 2025): 100, ("11", 2020): 87, ("11", 2021): 93, ("11", 2022): 100, ("11", 2023): 100, ("11", 2024): 100,
        ("11", 2025): 100, ("35", 2025): 100,
    }  # fmt: skip
    assert [each.year for each in targets(session, "11", indicator="households_coded") if each.reported] == [2020]
    assert printed(session, "37", "households_coded") == {("35", 2025): 100}
    assert all(each.document and each.article for each in targets(session))


def test_infrastructure_targets_are_those_of_the_plans(session: Session) -> None:
    """Điện Biên's radius and people per point year by year; Vĩnh Long's points; the country's manned communes."""
    assert list(printed(session, "11", "service_radius_km").values()) == [4.26, 4.23, 4.2, 4.17, 4.13, 4.1]
    assert list(printed(session, "11", "people_per_point").values()) == [3585, 3522, 3481, 3422, 3364, 3308]
    assert list(printed(session, "86", "points").values()) == [226, 252, 278]
    assert printed(session, None, "communes_manned_share")["", 2024] == 100
    assert {(each.code, each.merged) for each in targets(session)} == {("", False), ("11", False), ("35", True), ("86", True)}


def test_without_a_denominator_nothing_is_judged() -> None:
    """No baseline: unknown, and no number of households is missing."""
    found = judge(AIM, UNIT, NONE, date(2026, 6, 30), [])
    assert (found.state, found.short, found.value) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("coded", "day", "past", "state", "short"),
    [
        (900, date(2026, 6, 30), [], "reached", 0),
        (899, date(2026, 6, 30), [], "behind", 1),
        (899, date(2028, 1, 1), [(date(2026, 1, 1), 0.1), (date(2026, 7, 1), 0.8)], "behind", 1),
        (600, date(2026, 12, 31), [(date(2025, 12, 31), 0.3), (date(2026, 12, 31), 0.6)], "on_course", 300),
        (600, date(2026, 12, 31), [(date(2025, 12, 31), 0.31), (date(2026, 12, 31), 0.6)], "behind", 300),
        (600, date(2026, 12, 31), [(date(2026, 12, 31), 0.6)], "behind", 300),
    ],
)
def test_a_unit_is_reached_on_course_or_behind(coded: int, day: date, past: list[tuple[date, float]], state: str, short: int) -> None:
    """90 % of 1,000 by the end of 2027: by number, by the line through the frozen periods, and by nothing else once it is over."""
    found = judge(AIM, UNIT, a_line(coded, 1000), day, past)
    assert (found.state, found.short) == (state, short)


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 100))
def test_what_is_short_is_exactly_what_reaches(coded: int, of: int, percent: int) -> None:
    """With so many more households the target is met, with one fewer it is not."""
    aim = replace(AIM, value=float(percent))
    short = judge(aim, UNIT, a_line(coded, of), date(2026, 1, 1), []).short or 0
    assert judge(aim, UNIT, a_line(coded + short, of), date(2026, 1, 1), []).state == "reached"
    assert not short or judge(aim, UNIT, a_line(coded + short - 1, of), date(2026, 1, 1), []).state != "reached"


def test_a_province_that_is_no_more_is_measured_on_what_was_made_from_it(session: Session) -> None:
    """Hà Nam's baseline is 269,692 households of the census, not Ninh Bình's; its communes are told one by one on request."""
    a_door(session, "3212000001")
    recount(session)
    found = {each.code: each for each in statuses(session, year=2025)}
    assert (found["35"].denominator, found["35"].numerator) == (269_692, 0)
    assert (found["11"].denominator, found["11"].numerator, found["11"].short) == (134_273, 1, 134_272)
    assert (found[""].numerator, found[""].denominator) == (1, 1)
    assert len(statuses(session, "37", year=2025, units=True)) == 1 + 33
    assert statuses(session, "11", year=2020)[0].state == "reported"


def a_plan(path: Path, **cells: str) -> Path:
    """Write a plan of one target."""
    good = {
        "level": "province", "code": "37", "units_as_of": "2026-01-01", "indicator": "households_coded", "year": "2027", "value": "95.5",
        "sense": "at_least", "measure": "%", "definition": "b", "reported": "0", "document": "Kế hoạch 1", "article": "mục II",
    }  # fmt: skip
    values = good | cells
    quoted = ",".join(f'"{values[name]}"' for name in COLUMNS)
    path.write_text(f"{','.join(COLUMNS)}\n{quoted}\n", encoding="utf-8")
    return path


def test_a_plan_is_loaded_once_and_corrected(session: Session, tmp_path: Path) -> None:
    """A second load changes nothing, a corrected number its own row."""
    done = [load(session, a_plan(tmp_path / "a.csv", value=value)) for value in ("95.5", "95.5", "96")]
    assert [(each.added, each.changed, each.same) for each in done] == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
    assert printed(session, "37", "households_coded")["37", 2027] == 96


@pytest.mark.parametrize(
    "cells",
    [
        {"code": "35"}, {"indicator": "luck"}, {"year": "hai"}, {"value": "95,5"}, {"value": "-1"}, {"value": "nan"}, {"article": ""},
        {"definition": ""}, {"sense": "about"}, {"units_as_of": "2026"}, {"level": "commune"}, {"reported": "x"},
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_with_its_place(session: Session, tmp_path: Path, cells: dict[str, str]) -> None:
    """A code that was no province that day, a comma in a number, a target without its document: line 2 is named."""
    with pytest.raises(FileRefused) as refused:
        load(session, a_plan(tmp_path / "a.csv", **cells))
    assert "Dòng 2" in refused.value.vi


def test_the_commands_show_and_load(command: Callable[..., Any], tmp_path: Path) -> None:
    """`target show` names documents and the formula; `load` counts."""
    shown = command("target", "show", "--province", "11").out
    assert all(words in shown for words in ("2377/KH-UBND", "Phụ lục 02, dòng 12", "87 %", "bình phương tối thiểu"))
    assert "1" in command("target", "load", str(a_plan(tmp_path / "a.csv"))).out
    assert command("target", "show", "--province", "35").code == 1
    assert command("target", "show", "--definition", "z").code == 2
    assert "95.5" in command("target", "show", "--province", "37", "--format", "csv").out
