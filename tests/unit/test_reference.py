"""The reference tables say what the decrees say, before any database has seen them."""

import csv
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from registry.place_key import place_key
from registry.text import clean, fold
from registry.units_load_sql import STAGED

REFERENCE = Path(__file__).parents[2] / "registry" / "reference"
VECTORS = Path(__file__).parents[1] / "vectors"
LAST_OLD_DAY, FIRST_NEW_DAY = "2025-06-30", "2025-07-01"
MEGABYTE = 1_000_000


@cache
def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference table."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def in_force(day: str) -> list[dict[str, str]]:
    """Return the units in force on a day."""
    return [row for row in table("units") if row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])]


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (LAST_OLD_DAY, {"province": 63, "district": 696, "commune": 10_035}),
        (FIRST_NEW_DAY, {"province": 34, "commune": 3_321}),
        ("2026-04-30", {"province": 34, "commune": 3_321}),
        ("2026-09-20", {"province": 34, "commune": 3_321}),
    ],
)
def test_each_day_has_the_decreed_number_of_units(day: str, counts: dict[str, int]) -> None:
    """63, 696 and 10,035 units end on 2025-06-30; 34 and 3,321 begin the day after and keep their number through 2026."""
    assert Counter(row["level"] for row in in_force(day)) == counts


@pytest.mark.parametrize(
    ("day", "cities", "wards"), [("2025-07-01", 6, 687), ("2026-04-29", 6, 687), ("2026-04-30", 7, 697), ("2026-09-20", 9, 709)]
)
def test_the_changes_of_2026_take_effect_on_their_day(day: str, cities: int, wards: int) -> None:
    """Đồng Nai becomes a city with ten wards on 2026-04-30, Quảng Ninh and Bắc Ninh cities with twelve wards on 2026-09-20."""
    kinds = Counter((row["level"], row["kind"]) for row in in_force(day))
    assert (kinds["province", "thành phố"], kinds["commune", "phường"]) == (cities, wards)


def test_every_parent_is_in_force_when_its_child_is() -> None:
    """On the last old and on every new day, a unit's parent and province exist."""
    for day in (LAST_OLD_DAY, FIRST_NEW_DAY, "2026-05-01", "2026-10-01"):
        units = in_force(day)
        known = {row["code"] for row in units}
        assert all((row["parent_code"] in known) == (row["level"] != "province") and row["province_code"] in known for row in units)


def test_every_old_commune_has_a_successor_and_every_new_one_a_predecessor() -> None:
    """The conversion is complete both ways, and a whole succession is the only one of its predecessor."""
    before = {row["code"] for row in in_force(LAST_OLD_DAY) if row["level"] == "commune"}
    after = {row["code"] for row in in_force(FIRST_NEW_DAY) if row["level"] == "commune"}
    rows = [row for row in table("successions") if row["effective"] == FIRST_NEW_DAY and row["successor_level"] == "commune"]
    assert {row["predecessor_code"] for row in rows if row["predecessor_level"] == "commune"} == before
    assert {row["successor_code"] for row in rows} == after
    times = Counter(row["predecessor_code"] for row in rows)
    assert all(times[row["predecessor_code"]] == 1 for row in rows if row["kind"] == "whole")
    assert sum(row["all_people"] == "true" for row in rows) == 58


def test_postal_codes_are_five_digits_under_the_prefixes_of_their_province() -> None:
    """QĐ 2334/QĐ-BKHCN: each two-digit prefix belongs to one of the 34 provinces; every new commune has a code of its own."""
    with (VECTORS / "postal_prefixes.csv").open(encoding="utf-8", newline="") as file:
        prefixes = {row["province_code"]: set(row["prefixes"].split()) for row in csv.DictReader(file)}
    found: dict[str, set[str]] = defaultdict(set)
    communes = [row for row in in_force(FIRST_NEW_DAY) if row["level"] == "commune"]
    for row in communes:
        found[row["province_code"]].add(row["postal_code"][:2])
    assert len({row["postal_code"] for row in communes}) == len(communes)
    assert all(used <= prefixes[province] for province, used in found.items())
    assert all(not code or (len(code) == 5 and code.isdigit()) for code in (row["postal_code"] for row in table("units")))


def test_names_are_clean_text() -> None:
    """No double space, no decomposed letter, no stray control character in any name."""
    assert all(row["full_name"] == clean(row["full_name"]) for row in table("units"))
    assert all(row["name"] == clean(row["name"]) for row in table("place_names"))


def test_place_names_are_free_and_listed_once_per_district() -> None:
    """Only names under MIT or ODbL are carried, each once per district, commune, kind and key."""
    assert {row["source"] for row in table("place_names")} == {"thien0291", "osm_2024"}
    keys = Counter(
        (row["district_code"], row["commune_code"], row["kind"], place_key(row["kind"], row["name"]))
        for row in table("place_names")  # type: ignore[arg-type]
    )
    assert max(keys.values()) == 1


def test_every_source_key_is_explained() -> None:
    """Each key of a `source` column has a line in sources.csv with its licence, and no line is idle."""
    known = {row["key"] for row in table("sources") if row["text"] and row["licence"]}
    used = {key for name in STAGED if name not in ("sources", "targets") for row in table(name) for key in row["source"].split("+")}
    assert used == known


def test_abbreviations_are_folded_and_name_known_units() -> None:
    """A short form stands in its folded form; what it means is the name of a unit of either world, or a street."""
    names = {fold(row[column]) for row in table("units") for column in ("name", "full_name")}
    for row in table("abbreviations"):
        assert row["abbreviation"] == fold(row["abbreviation"])
        assert row["kind"] == "street" or fold(row["expansion"]) in names, row
    codes = {(row["level"], row["code"], "new" if row["valid_from"] >= FIRST_NEW_DAY else "old") for row in table("units")}
    assert all((row["level"], row["code"], row["world"]) in codes for row in table("unit_aliases"))


def test_tables_stay_small() -> None:
    """The repository carries less than nine megabytes of reference."""
    assert sum(path.stat().st_size for path in REFERENCE.glob("*.csv")) < 9 * MEGABYTE
