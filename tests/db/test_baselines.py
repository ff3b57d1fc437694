"""A statistics office's households come in whole or not at all, dated and sourced, and are carried to today's communes."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loaders.baseline_carry import carry, shared
from loaders.baselines import BaselineReport, Origin, import_baseline, of_province
from loaders.unit_directory import directory
from registry.coverage import coverage
from registry.errors import NotFoundError, UsageError
from registry.models.tables import Baseline, Unit

OFFICE = "Cục Thống kê, điều tra thử"
COUNTED = date(2025, 10, 1)
KNOWN = date(2026, 1, 15)


def a_file(folder: Path, *lines: str) -> Path:
    """Write a CSV file."""
    path = folder / "households.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def take_in(session: Session, path: Path, **options: Any) -> BaselineReport:  # noqa: ANN401 - options of import_baseline
    """Import a file of the made-up office."""
    return import_baseline(session, path, Origin(OFFICE, options.pop("counted", COUNTED), options.pop("known", KNOWN)), **options)


def households(session: Session, code: str, on: date, baseline: str | None = None) -> int | None:
    """Return the denominator of (b) in Điện Biên for a commune."""
    line = next(each for each in coverage(session, "11", on, baseline=baseline).lines if each.code == code)
    return line.baseline.households if line.baseline else None


def test_a_newer_figure_counts_from_the_day_it_was_known(session: Session, tmp_path: Path) -> None:
    """Before that day the census stands, and on every day either can be asked for by its source or its day."""
    census = households(session, "03127", date(2026, 1, 14))
    report = take_in(session, a_file(tmp_path, "ma_xa,xa,tinh,so_ho,dan_so", '03127,Phường Điện Biên Phủ,Điện Biên,"12.345",48000'))
    assert (report.added, report.problems) == (1, ())
    assert households(session, "03127", date(2026, 1, 14)) == census
    assert households(session, "03127", KNOWN) == 12345
    assert households(session, "03127", KNOWN, "2019-12-31") == census
    assert households(session, "03127", date(2026, 1, 1), OFFICE) == 12345
    assert households(session, "03158", KNOWN, OFFICE) is None
    assert OFFICE in {row.source for row in of_province(session, "11")}


def test_the_same_file_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    """And a corrected one changes the line that was corrected."""
    path = a_file(tmp_path, "ma_xa,so_ho,tinh", "03127,100,Điện Biên", "03158,200,Điện Biên")
    assert take_in(session, path).added == 2
    again = take_in(session, path)
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    mended = take_in(session, a_file(tmp_path, "ma_xa,so_ho,tinh", "03127,100,Điện Biên", "03158,201,Điện Biên"))
    assert (mended.added, mended.changed, mended.same) == (0, 1, 1)


def test_one_bad_row_keeps_everything_out_and_every_bad_row_is_named(session: Session, tmp_path: Path) -> None:
    """Row, column, what is wrong and what would mend it; nothing is written."""
    before = session.scalar(select(func.count()).select_from(Baseline))
    path = a_file(
        tmp_path, "Mã xã,Tên xã,Tỉnh,Số hộ,Dân số", ",Phường Điện Biên Phủ,Điện Biên,100,400", ",Phường Không Có,Điện Biên,5,20",
        ",Phường Mường Thanh,Điện Biên,một trăm,400", ",Phường Điện Biên Phủ,Điện Biên,100,400", ",Xã Mường Phăng,Điện Biên,,10",
        ",Xã Mường Nhé,Điện Biên,500,400", ",Tổng số,,1100,", ",Xã Mường Nhé,Điện Biên,-5,400",
    )  # fmt: skip
    report = take_in(session, path)
    assert [(each.row, each.column) for each in report.problems] == [
        (2, "xa"),
        (3, "so_ho"),
        (4, "xa"),
        (5, "so_ho"),
        (6, "so_ho"),
        (8, "so_ho"),
    ]
    assert all(each.vi and each.en for each in report.problems)
    assert report.totals == (7,)
    assert session.scalar(select(func.count()).select_from(Baseline)) == before


def test_figures_of_old_communes_are_carried_to_todays(session: Session, tmp_path: Path) -> None:
    """Every old commune of a commune of today gives its households, the sum is kept, and the figure says how it was got."""
    commune = session.scalars(select(Unit).where(Unit.level == "commune", Unit.code == "03127", Unit.in_force)).one()
    olds = old_communes(session)
    path = a_file(tmp_path, "ma_xa,xa,huyen,tinh,so_ho", *(f"{code},{name},{district},Điện Biên,100" for code, name, district in olds))
    report = take_in(session, path, counted=date(2024, 4, 1), units_on=date(2025, 6, 30))
    assert (report.problems, report.missing) == ((), ())
    assert report.carried == 45
    rows = session.scalars(select(Baseline).where(Baseline.source == OFFICE, Baseline.units_as_of >= date(2025, 7, 1))).all()
    assert sum(row.households or 0 for row in rows) == 100 * len(olds)
    own = next(row for row in rows if row.unit_id == commune.id)
    assert "from whole communes" in own.method
    assert own.estimated is False
    assert session.scalar(select(func.count()).select_from(Baseline).where(Baseline.source == OFFICE)) == len(rows) + len(olds)


def test_a_split_commune_is_shared_by_known_doors_else_evenly(session: Session) -> None:
    """Forty known households, thirty of them in one part, share a hundred as 75 and 25; without them it is 50 and 50, and both say so."""
    units = directory(session)
    old = next(unit for unit in units.units.values() if unit.world == "old" and unit.level == "commune" and len(units.today(unit)[0]) == 2)
    here, there = units.today(old)[0]
    counted = {origin.id: (100, 400) for part in (here, there) for origin in units.origins(units.units[part])}
    nothing: dict[tuple[int, int], int] = {}
    enough, few = {(old.id, here): 30, (old.id, there): 10}, {(old.id, here): 29}
    for known, share, way in ((nothing, 50, "evenly"), (enough, 75, "doors"), (few, 50, "evenly")):
        made, _ = carry(units, counted, known)
        part = next(each for each in made if each.unit.id == here)
        assert part.estimated
        assert part.ways[way] >= share
        assert f"{part.ways['doors']} shared by known doors" in part.method


def old_communes(session: Session) -> Sequence[tuple[str, str, str]]:
    """Return code, name and district of the old communes of Điện Biên."""
    units = session.scalars(select(Unit).where(Unit.province_code == "11", Unit.in_force.is_(False), Unit.level == "commune")).all()
    districts = {unit.code: unit.full_name for unit in session.scalars(select(Unit).where(Unit.level == "district"))}
    return [(unit.code, unit.full_name, districts[unit.parent_code or ""]) for unit in units if unit.valid.upper == date(2025, 7, 1)]


def test_a_commune_of_which_a_part_was_not_counted_is_left_out_and_named(session: Session, tmp_path: Path) -> None:
    """A half is not taken for the whole."""
    code, name, district = old_communes(session)[0]
    path = a_file(tmp_path, "ma_xa,xa,huyen,tinh,so_ho", f"{code},{name},{district},Điện Biên,100")
    report = take_in(session, path, counted=date(2024, 4, 1), units_on=date(2025, 6, 30))
    assert (report.carried, len(report.missing)) == (0, 1)


def test_a_province_of_today_may_come_alone(session: Session, tmp_path: Path) -> None:
    """Its own newer figure is the denominator of the province's line; the communes keep theirs."""
    report = take_in(session, a_file(tmp_path, "tinh,so_ho", "Tỉnh Điện Biên,150000"))
    assert report.added == 1
    found = coverage(session, "11", KNOWN)
    assert found.total.baseline
    assert (found.total.baseline.households, found.total.baseline.source) == (150000, OFFICE)
    assert next(each for each in coverage(session, None, KNOWN).lines if each.code == "11").baseline == found.total.baseline


@pytest.mark.parametrize("origin", [Origin(" ", COUNTED), Origin(OFFICE, date(2999, 1, 1)), Origin(OFFICE, date(1999, 1, 1)),
                                    Origin("2019 census carried to the units of 2025", COUNTED)])  # fmt: skip
def test_a_source_or_day_that_cannot_be_is_refused(session: Session, tmp_path: Path, origin: Origin) -> None:
    """Nor may a file write over the reference tables."""
    with pytest.raises(UsageError):
        import_baseline(session, a_file(tmp_path, "ma_xa,so_ho", "03127,1"), origin)


def test_an_unknown_source_is_told_which_there_are(session: Session) -> None:
    """The census is offered."""
    with pytest.raises(NotFoundError) as refused:
        coverage(session, "11", baseline="no such office")
    assert "2019 census" in refused.value.hint


def test_the_command_takes_a_workbook_and_tries_it_first(command: Callable[..., Any], tmp_path: Path) -> None:
    """A dry run writes nothing, a bad row ends with 1, a good workbook is in and shown."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    for row in (("Mã xã", "Tên xã", "Tỉnh", "Số hộ"), ("03127", "Phường Điện Biên Phủ", "Điện Biên", 4321)):
        sheet.append(row)
    path = tmp_path / "ho.xlsx"
    book.save(path)
    options = ("--source", OFFICE, "--counted-on", "2026-04-01")
    assert "dry run" in command("baseline", "import", str(path), *options, "--dry-run").out
    assert OFFICE not in command("baseline", "show", "--province", "11").out
    assert command("baseline", "import", str(path), *options).code == 0
    assert "4.321" in command("baseline", "show", "--province", "11").out
    assert "4321" in command("baseline", "show", "--province", "11", "--format", "csv").out
    told = json.loads(command("baseline", "show", "--province", "11", "--format", "json").out)
    assert [(row["households"], row["counted_on"]) for row in told if row["source"] == OFFICE] == [(4321, "2026-04-01")]
    bad = a_file(tmp_path, "ma_xa,so_ho", "99999,1")
    refused = command("baseline", "import", str(bad), *options)
    assert (refused.code, "dòng 1, cột ma_xa" in refused.out) == (1, True)
    assert "diachiso units show" in refused.out
    assert command("baseline", "import", str(a_file(tmp_path, "a,b", "1,2")), *options).code == 1


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), min_size=1, max_size=8).filter(any))
def test_shares_add_up_to_what_was_counted(number: int, weights: list[int]) -> None:
    """No household is lost or made, and a part without weight gets none."""
    shares = shared(number, weights)
    assert sum(shares) == number
    assert all(share >= 0 for share in shares)
