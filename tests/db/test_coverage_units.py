"""Coverage by former district, by cell of the map, and as the public may see it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import h3
import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from registry.coverage import By, CoverageLine, coverage
from registry.coverage_cells import cells, public_cells
from registry.coverage_public import public
from registry.errors import UsageError
from registry.models.tables import Address, DigitalAddress, Succession, Unit
from registry.tally import recount

PROVINCE = "11"
# Where the made-up doors stand, one for each commune.
POINTS = {"03127": (103.02, 21.39), "03158": (102.8, 22.2), "03166": (102.9, 21.9)}


def a_unit(session: Session, code: str, *, old: bool = False) -> Unit:
    """Return a commune of today, or of before July 2025."""
    found = session.scalars(select(Unit).where(Unit.level == "commune", Unit.code == code, Unit.in_force.is_(not old))).all()
    return next(unit for unit in found if not old or unit.valid.upper.year == 2025)


def doors(session: Session, code: str, number: int, *, coded: int | None = None, recorded: str | None = None, **fields: object) -> None:
    """Add so many doors of one household to a commune, the first `coded` of them with a code (all when None)."""
    commune = a_unit(session, code)
    lon, lat = POINTS.get(code, (103.0, 21.5))
    unit = a_unit(session, recorded, old=True) if recorded else commune
    values: dict[str, Any] = {
        "province_code": commune.province_code, "commune_id": commune.id, "recorded_unit_id": unit.id, "kind": "household", "households": 1,
        "status": "complete", "point": f"SRID=4326;POINT({lon} {lat})", "point_method": "handed_over", "original_x": lon,
        "original_y": lat, "original_crs": "EPSG:4326", "recorded_text": "", "fold_version": 1,
    }  # fmt: skip
    made = [Address(**values | fields) for _ in range(number)]
    session.add_all(made)
    session.flush()
    for door in made[: number if coded is None else coded]:
        session.add(
            DigitalAddress(
                code=f"{31_0000_0000 + door.id:010d}", scheme="ndas", address_id=door.id, province_code=door.province_code, status="active"
            )
        )
    session.flush()
    recount(session)


def named(lines: tuple[CoverageLine, ...], code: str) -> CoverageLine:
    """Return the line of a code."""
    return next(line for line in lines if line.code == code)


def test_a_door_of_an_old_unit_belongs_to_its_district(session: Session) -> None:
    """Xã Chà Cang lay in Huyện Nậm Pồ: its doors are counted there, the rest of the province is not; sums are the province's."""
    old = a_unit(session, "03166", old=True)
    doors(session, "03166", 6, recorded="03166")
    report = coverage(session, PROVINCE, by="district")
    found = named(report.lines, old.parent_code or "")
    assert "Nậm Pồ" in found.name
    assert (found.households, found.baseline is not None) == (6, True)
    assert report.total.households == sum(line.households for line in report.lines) == 6
    assert not any(line.unknown_unit for line in report.lines)


def test_a_door_of_a_commune_made_from_two_districts_is_of_no_known_district(session: Session) -> None:
    """What nobody knows stands on a line of its own, with an unknown denominator, and is spread over no district."""
    mixed = next(
        unit for unit in session.scalars(select(Unit).where(Unit.level == "commune", Unit.in_force, Unit.province_code == "37"))
        if len(districts_of(session, unit.id)) > 1
    )  # fmt: skip
    doors(session, mixed.code, 5)
    report = coverage(session, "37", by="district")
    rest = next(line for line in report.lines if line.unknown_unit)
    assert (rest.code, rest.households, rest.baseline, rest.ratios["b"].value) == ("", 5, None, None)
    assert "Chưa rõ huyện cũ" in rest.name
    assert sum(line.households for line in report.lines) == report.total.households == 5


def districts_of(session: Session, unit_id: int) -> set[str]:
    """Return the districts that a commune of July 2025 came from, read once more and otherwise."""
    olds = session.scalars(select(Unit).join(Succession, Succession.predecessor_id == Unit.id).where(Succession.successor_id == unit_id))
    return {unit.parent_code or unit.code for unit in olds}


def test_every_level_has_the_same_total(session: Session) -> None:
    """Communes, former districts, provinces: the country's sums do not depend on the lines."""
    doors(session, "03127", 9, coded=4)
    doors(session, "03166", 2, recorded="03166")
    totals = [coverage(session, None, by=by).total for by in ("commune", "district", "province")]
    assert totals[0] == totals[1] == totals[2]
    assert len(coverage(session, None, by="commune").lines) == 3321


def test_another_day_knows_former_districts_too(session: Session) -> None:
    """The count of the doors and the kept counts agree by district."""
    doors(session, "03166", 3, recorded="03166")
    kept, counted = coverage(session, PROVINCE, by="district"), coverage(session, PROVINCE, by="district", anew=True)
    assert kept == counted


@pytest.mark.parametrize("resolution", [7, 8, 9])
def test_cells_are_those_of_the_points_and_add_up(session: Session, resolution: int) -> None:
    """Each door is in the cell that H3 gives for its point; the outlines are closed rings, longitude first."""
    doors(session, "03127", 3, coded=1)
    doors(session, "03158", 2)
    report = cells(session, PROVINCE, resolution)
    assert {each.cell for each in report.cells} == {
        h3.latlng_to_cell(POINTS[code][1], POINTS[code][0], resolution) for code in ("03127", "03158")
    }
    assert sum(each.addresses for each in report.cells) == 5
    full = max(report.cells, key=lambda each: each.addresses)
    assert (full.households, full.households_coded, full.gap, full.ladders.household.coded) == (3, 1, 2, 1)
    ring = report.to_geojson()["features"][0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert 102 < ring[0][0] < 104


def test_other_resolutions_are_refused(session: Session) -> None:
    """7 to 9 are offered."""
    with pytest.raises(UsageError):
        cells(session, PROVINCE, 6)


def test_the_public_sees_no_small_commune_and_cannot_compute_it(session: Session) -> None:
    """Three households are hidden, with a sibling; counts and ratios are null, the census figure stays, the total stays."""
    doors(session, "03127", 40)
    doors(session, "03158", 3)
    doors(session, "03166", 20, coded=15)
    report = public(session, coverage(session, PROVINCE))
    secret = {line.code for line in report.lines if line.suppressed}
    assert "03158" in secret
    assert len(secret) == 2
    plain = named(report.lines, "03158").to_dict()
    assert (plain["households"], plain["ratios"]["a"]["ratio"], plain["ladder"], plain["suppressed"]) == (None, None, None, True)
    assert plain["baseline"]["households"] > 0
    assert (report.total.households, report.total.suppressed) == (63, False)
    shown = [line for line in report.lines if not line.suppressed]
    assert report.total.ladder.collected == sum(line.ladder.collected for line in shown)
    assert all(number % 5 == 0 for line in (*shown, report.total) for number in line.ladder.to_dict().values())


def test_where_nobody_else_lives_the_province_and_the_country_are_hidden_too(session: Session) -> None:
    """With three households in all there is nothing to hide them among."""
    doors(session, "03127", 3)
    assert public(session, coverage(session, PROVINCE)).total.suppressed
    assert public(session, coverage(session, None)).total.suppressed


def test_no_public_district_or_cell_holds_doors_of_a_hidden_commune(session: Session) -> None:
    """Another partition of the same doors would give the hidden ones away."""
    doors(session, "03127", 40)
    doors(session, "03158", 3)
    doors(session, "03166", 20, recorded="03166")
    secret = {line.code for line in public(session, coverage(session, PROVINCE)).lines if line.suppressed}
    by_district = public(session, coverage(session, PROVINCE, by="district"))
    shown = {each.cell for each in public_cells(session, PROVINCE, 8).cells if not each.suppressed}
    assert secret
    assert not shown & {h3.latlng_to_cell(POINTS[code][1], POINTS[code][0], 8) for code in secret}
    old = a_unit(session, "03166", old=True).parent_code or ""
    assert named(by_district.lines, old).suppressed == ("03166" in secret)


@contextmanager
def sent(session: Session) -> Iterator[list[str]]:
    """Gather the statements that a session sends to the database."""
    connection, found = session.connection(), list[str]()

    def hear(_connection: object, _cursor: object, words: str, *_rest: object) -> None:
        found.append(words)

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", hear)


@pytest.mark.parametrize("by", ["commune", "district"])
def test_a_past_day_is_counted_once_for_the_public(session: Session, by: By) -> None:
    """What the public may see comes out of the figures of the report, and the answer is the same as from a count of its own."""
    early, day = datetime(2025, 8, 1, tzinfo=UTC), date(2026, 2, 1)
    doors(session, "03127", 40, created_at=early)
    doors(session, "03158", 3, created_at=early)
    doors(session, "03166", 20, recorded="03166", created_at=early)
    with sent(session) as statements:
        report = coverage(session, PROVINCE, day, by=by)
        shown = public(session, report)
    assert sum("CREATE TEMP TABLE day_tally" in each for each in statements) == 1
    assert shown == public(session, replace(report, counted=None))
    assert (report.total.households, shown.counted, any(line.suppressed for line in shown.lines)) == (63, None, True)


def test_the_command_shows_levels_cells_and_the_public_table(command: Callable[..., Any], tmp_path: Path) -> None:
    """`--by`, `--resolution`, `--public` and the forms of each; what does not go together is refused."""
    assert command("coverage", "--by", "district", "--province", PROVINCE).code == 0
    told = json.loads(command("coverage", "--by", "commune", "--format", "json", "--public").out)
    assert (told["by"], told["public"], len(told["lines"])) == ("commune", True, 3321)
    target = tmp_path / "cells.geojson"
    done = command("coverage", "--by", "h3", "--province", PROVINCE, "--resolution", "9", "--format", "geojson", "--output", str(target))
    assert done.code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["resolution"] == 9
    wrong = (
        ("--by", "h3"), ("--by", "h3", "--province", PROVINCE, "--resolution", "3"), ("--by", "ward"),
        ("--by", "h3", "--province", PROVINCE, "--format", "xlsx"), ("--by", "h3", "--province", PROVINCE, "--on", "2026-01-01"),
    )  # fmt: skip
    assert [command("coverage", *each).code for each in wrong] == [2] * len(wrong)
