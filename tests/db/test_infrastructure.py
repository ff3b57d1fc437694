"""The infrastructure indicators are counted from lists, people and areas; a missing one leaves them unknown, never zero."""

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import population
from registry.errors import FileRefused, NotFoundError, UsageError
from registry.infrastructure import IndicatorLine, indicators
from registry.infrastructure_measure import radius
from registry.service_points import COLUMNS, OPTIONAL, load
from registry.targets import targets

SAMPLES = Path(__file__).parents[2] / "sample_data"
POINTS, PEOPLE = SAMPLES / "service_points_dien_bien.csv", SAMPLES / "population_dien_bien.csv"
# Square kilometres of Điện Biên: the sum of its 45 communes as published.
AREA = 9539.27


def of(session: Session, province: str | None, year: int) -> dict[str, IndicatorLine]:
    """Return the indicators of the whole that was asked for."""
    return {line.indicator: line for line in indicators(session, province, year).lines[:7]}


def a_list(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    """Write a list of points in Điện Biên, each a good one with some cells changed."""
    good = {
        "province": "Tỉnh Điện Biên", "district": "Huyện Điện Biên", "recorded_name": "Thanh Xương", "code": "", "building": "",
        "internet": "1", "multi_service": "1", "planned": "0", "year": "2024", "source": "test", "kind": "post_office_3", "staffed": "1",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, (*COLUMNS, *OPTIONAL))
        writer.writeheader()
        writer.writerows(good | row for row in rows)
    return path


def test_the_formula_of_the_radius_gives_the_plans_own_figures(session: Session) -> None:
    """The plan states no formula; the circle's gives each of its six radii from its own numbers of points, to its last digit."""
    points = [each.value for each in targets(session, "11", indicator="points")]
    radii = [each.value for each in targets(session, "11", indicator="service_radius_km")]
    assert [radius(AREA, int(count)).value for count in points] == pytest.approx(radii, abs=0.005)


def test_the_annex_is_counted_on_the_map_of_its_day(session: Session) -> None:
    """100 points in 100 of 115 xã (the plan's own 86.9 %), 83 with Internet, 58 with several services; people of the plan."""
    load(session, POINTS)
    population.load(session, PEOPLE)
    found = of(session, "11", 2020)
    assert (found["points"].value, found["people_per_point"].value) == (100, 5986.95)
    covered = found["communes_with_point_share"]
    assert (covered.numerator, covered.denominator) == (100, 115)
    assert (found["internet_share"].value, found["multi_service_share"].value) == (83, 58)
    assert found["service_radius_km"].value == pytest.approx(5.51, abs=0.005)
    assert len(indicators(session, "11", 2020).lines) == 7 * (1 + 129)
    assert len(indicators(session, "11", 2025).lines) == 7 * (1 + 45)


def test_a_partial_list_is_not_judged_and_who_serves_is_not_guessed(session: Session) -> None:
    """The annex has no post offices and does not say who serves: no target of points is missed by it; several services are its own."""
    load(session, POINTS)
    found = of(session, "11", 2020)
    assert found["communes_manned_share"].value is None
    assert {found[key].state for key in ("points", "people_per_point", "internet_share", "service_radius_km")} == {"unknown"}
    assert found["multi_service_share"].state == "reached"
    assert found["multi_service_share"].target
    assert found["multi_service_share"].target.value == 50


def test_without_a_list_everything_is_unknown(session: Session) -> None:
    """No list is not no point: neither for a province nor for the country, of which one province has a list."""
    load(session, POINTS)
    for province in ("86", None):
        assert {line.value for line in of(session, province, 2025).values()} == {None}
    assert all(line.why for line in of(session, "86", 2025).values())


def test_a_list_of_all_kinds_is_judged(session: Session, tmp_path: Path) -> None:
    """Manned points, Internet among the manned only, xã with one, and a commune with none is a known zero."""
    load(session, a_list(tmp_path / "a.csv", [
        {}, {"recorded_name": "Thanh An", "internet": "0"},
        {"recorded_name": "Thanh Yên", "kind": "mailbox", "staffed": "0", "internet": "0"},
    ]))  # fmt: skip
    found = of(session, "11", 2024)
    assert (found["points"].value, found["points"].state) == (3, "behind")
    assert (found["internet_share"].numerator, found["internet_share"].denominator) == (1, 2)
    assert (found["communes_manned_share"].numerator, found["communes_manned_share"].denominator) == (2, 115)
    lines = {(line.name, line.indicator): line.value for line in indicators(session, "11", 2024).lines}
    assert lines["Xã Mường Pồn", "points"] == 0
    assert lines["Xã Mường Pồn", "people_per_point"] is None
    assert of(session, "11", 2023)["points"].value is None


def test_targets_of_a_merged_province_are_not_those_of_its_namesake(session: Session) -> None:
    """Vĩnh Long's plan of 2023 is for the old province: shown on the map of 2024, not for the merged one at the end of 2025."""
    assert of(session, "86", 2024)["points"].target
    assert of(session, "86", 2025)["points"].target is None
    assert of(session, None, 2025)["points"].target


def test_a_year_to_come_and_a_code_of_another_time_are_refused(session: Session) -> None:
    """35 was Hà Nam until 2025; the refusal of a later year names what it became."""
    assert of(session, "35", 2024)
    with pytest.raises(NotFoundError) as refused:
        indicators(session, "35", 2025)
    assert "Ninh Bình" in refused.value.hint
    with pytest.raises(UsageError):
        indicators(session, "11", 2150)


@pytest.mark.parametrize("cells", [{"kind": "castle"}, {"staffed": "có"}])
def test_a_wrong_optional_cell_is_refused(session: Session, tmp_path: Path, cells: dict[str, str]) -> None:
    """An unknown kind, a yes in words: line 2 is named."""
    with pytest.raises(FileRefused) as refused:
        load(session, a_list(tmp_path / "a.csv", [cells]))
    assert "Dòng 2" in refused.value.vi


def test_people_need_a_source_and_a_unit(session: Session, tmp_path: Path) -> None:
    """A second load changes nothing; a line without a source, of no unit or of half a person is refused."""
    assert population.load(session, PEOPLE).added == 1
    assert population.load(session, PEOPLE).same == 1
    head = ",".join(population.COLUMNS)
    for line in ("province,11,2021-07-29,2020,5,0,", "province,00,2021-07-29,2020,5,0,x", "province,11,2021-07-29,2020,1.5,0,x"):
        path = tmp_path / "p.csv"
        path.write_text(f"{head}\n{line}\n", encoding="utf-8")
        with pytest.raises(FileRefused):
            population.load(session, path)


def test_the_commands_print_every_form(command: Callable[..., Any]) -> None:
    """`indicators` as table, CSV and JSON; unknown is an empty cell and null."""
    assert command("population", "load", str(PEOPLE)).code == 0
    assert command("service-points", "load", str(POINTS)).code == 0
    assert all(words in command("indicators", "--province", "11", "--year", "2020").out for words in ("87,0", "4,26", "√"))
    rows = list(csv.DictReader(command("indicators", "--province", "11", "--year", "2020", "--format", "csv").out.splitlines()))
    assert next(row for row in rows if row["indicator"] == "communes_manned_share")["value"] == ""
    told = json.loads(command("indicators", "--format", "json").out)
    assert told["lines"][0]["value"] is None
    assert command("indicators", "--year", "2999").code == 2
