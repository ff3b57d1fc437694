"""Decides how the project's own reference tables are made from the source tables: a developer's command, run once a reform.

    python -m registry.reference_build DIRECTORY-OF-SOURCE-TABLES

rewrites the made tables of registry/reference/; sources.csv, abbreviations.csv and unit_aliases.csv are kept by hand. The README.md
beside the tables names every source. Only the csv module is used, so that the tables stay plain text that a diff can show.
"""

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from registry.reference_places import place_names
from registry.text import clean, fold, toned

Row = dict[str, str]
OUT: Final = Path(__file__).parent / "reference"
LEVELS_OLD: Final = {"1": "province", "2": "district", "3": "commune"}
LEVELS_NEW: Final = {"1": "province", "2": "commune"}
REFORM: Final = "2025-07-01"
# Resolution named in the change column of the source -> first day in force and source key.
CHANGES_2026: Final = {
    "30/2026/QH16": ("2026-04-30", "nq30_2026"),
    "237/NQ-UBTVQH16": ("2026-04-30", "nq237_2026"),
    "36/2026/QH16": ("2026-09-20", "nq36_2026"),
    "39/2026/QH16": ("2026-09-20", "nq39_2026"),
    "388/NQ-UBTVQH16": ("2026-09-20", "nq388_2026"),
}
AREA_DOUBT: Final = 1.6
# A published population is doubtful when it is outside this many times the census count of 2019 for the same area.
POPULATION_DOUBT: Final = (0.5, 2.5)
UNITS: Final = (
    "level", "code", "name", "full_name", "kind", "parent_code", "province_code", "valid_from", "valid_to",
    "postal_code", "lon", "lat", "area_km2", "population", "source",
)  # fmt: skip
SUCCESSIONS: Final = (
    "predecessor_level", "predecessor_code", "successor_level", "successor_code", "kind", "all_people", "effective", "note", "source",
)  # fmt: skip
FORMER: Final = ("code", "full_name", "district", "province", "first_seen", "last_seen", "old_codes", "new_codes", "source")
BASELINES: Final = ("level", "code", "name", "units_as_of", "households", "population", "estimated", "method", "source")
PLACES: Final = ("province_code", "district_code", "commune_code", "kind", "name", "source")


def main(directory: Path) -> None:
    """Rewrite all made tables from the source tables in that directory."""
    old, new = read(directory / "units_old.csv"), read(directory / "units_new.csv")
    history, links = read(directory / "units_history.csv"), read(directory / "units_map.csv")
    households = read(directory / "households.csv")
    write("units.csv", UNITS, [*old_units(old, history), *new_units(new, households)])
    write("successions.csv", SUCCESSIONS, [*communes_of_2025(links), *provinces_of_2025(old, new, links), *changes_of_2026(new)])
    write("former_units.csv", FORMER, former_units(old, history))
    write("baselines.csv", BASELINES, baselines(households, new))
    write("place_names.csv", PLACES, place_names(read(directory / "streets.csv"), old, history))


def read(path: Path) -> list[Row]:
    """Read a UTF-8 CSV with a header; every field as clean text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{column: clean(value or "") for column, value in row.items()} for row in csv.DictReader(file)]


def write(name: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Write one table of the reference and say how many rows it has."""
    written = list(rows)
    with (OUT / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(written)
    sys.stdout.write(f"{name}: {len(written)}\n")


def old_units(old: list[Row], history: list[Row]) -> Iterator[Row]:
    """Yield the units in force until 2025-06-30, with the day from which a commune's code and full name are on record."""
    since = first_days(history)
    for row in old:
        level = LEVELS_OLD[row["level"]]
        known = since.get((row["code"], toned(row["full_name"])), "") if level == "commune" else ""
        yield unit_row(row, level, valid_from=known, valid_to=REFORM, source="nso_2025_03" + postal_key(row))


def first_days(history: list[Row]) -> dict[tuple[str, str], str]:
    """Return (code, toned full name) -> first day of the unbroken run of records that reaches the last list of the old world."""
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(history, key=lambda row: row["first_seen"]):
        by_code[row["code"]].append(row)
    first: dict[tuple[str, str], str] = {}
    for code, rows in by_code.items():
        name = toned(rows[-1]["commune"])
        for row in reversed(rows):
            if toned(row["commune"]) != name:
                break
            first[code, name] = row["first_seen"]
    return first


def postal_key(row: Row) -> str:
    """Name the source of an old commune's postal code: both sites agree, they conflict, or one alone has it."""
    source = row["postal_source"]
    if not is_postal_code(row["postal_code"]):
        return ""
    if source.startswith("conflict"):
        return "+postal_2017_conflict"
    return "+postal_2017" if source == "both" else "+postal_2017_one_site"


def is_postal_code(text: str) -> bool:
    """Tell whether the text is five digits: misread ones such as 2h725 never enter."""
    return re.fullmatch(r"[0-9]{5}", text) is not None


def unit_row(row: Row, level: str, **more: str) -> Row:
    """Return the columns that both worlds share."""
    base = {
        "level": level, "code": row["code"], "name": row["name"], "full_name": proper(row["full_name"]), "kind": row["type"],
        "parent_code": row["parent_code"], "province_code": row["province_code"], "lon": row["lon"], "lat": row["lat"],
        "postal_code": row["postal_code"] if is_postal_code(row["postal_code"]) else "", "area_km2": "", "population": "",
    }  # fmt: skip
    return base | more


def proper(full_name: str) -> str:
    """Return the name with its type word written one way: `Thị trấn`, not `Thị Trấn`."""
    return re.sub(r"^Thị (?:Trấn|Xã)\b", lambda word: word[0].capitalize(), full_name)


def new_units(new: list[Row], households: list[Row]) -> Iterator[Row]:
    """Yield the units in force from 2025-07-01; a unit whose kind changed in 2026 has two rows with adjoining validity."""
    counted = {row["code"]: int(row["population_2019"]) for row in households if row["units_as_of"] == "2025-07"}
    for row in new:
        level = LEVELS_NEW[row["level"]]
        area, area_key = area_of(row)
        people, people_key = population_of(row, counted.get(row["code"]))
        facts = {"area_km2": area, "population": people}
        keys = ("+postal_2025" if row["postal_code"] else "") + area_key + people_key
        change = change_of(row)
        founded = {"full_name": row["full_name_2025_07_01"], "kind": row["type_2025_07_01"]} if change else {}
        until = change[0] if change else ""
        yield unit_row(row, level, valid_from=REFORM, valid_to=until, source="qd19_2025" + keys, **facts, **founded)
        if change:
            yield unit_row(row, level, valid_from=change[0], valid_to="", source=change[1] + keys, **facts)


def change_of(row: Row) -> tuple[str, str] | None:
    """Return the first day and the source key of a unit's change of 2026, None where there was none."""
    note = row["change_after_2025_07"]
    if not note:
        return None
    found = [change for number, change in CHANGES_2026.items() if number in note]
    if len(found) != 1:
        message = f"{row['code']}: unknown resolution in {note!r}"
        raise ValueError(message)
    return found[0]


def area_of(row: Row) -> tuple[str, str]:
    """Return the published area in square kilometres, or the polygon's where the published figure is plainly another one."""
    if not row["area_km2_published"]:
        return "", ""
    published, drawn = float(row["area_km2_published"]), float(row["area_km2_polygon"])
    if max(published / drawn, drawn / published) > AREA_DOUBT and row["type"] != "đặc khu":
        return row["area_km2_polygon"], "+area_polygon"
    return row["area_km2_published"], "+area_published"


def population_of(row: Row, counted: int | None) -> tuple[str, str]:
    """Return the published population, or nothing where the census makes it implausible."""
    if not row["population_published"]:
        return "", ""
    low, high = POPULATION_DOUBT
    if counted and not low * counted <= int(row["population_published"]) <= high * counted:
        return "", "+population_doubtful"
    return row["population_published"], "+population_published"


def communes_of_2025(links: list[Row]) -> Iterator[Row]:
    """Yield what each old commune (or district without communes) became on 2025-07-01."""
    for row in links:
        yield {
            "predecessor_level": row["old_level"], "predecessor_code": row["old_commune_code"],
            "successor_level": "commune", "successor_code": row["new_commune_code"], "kind": row["kind"],
            "all_people": "true" if "toàn bộ dân số" in row["note"] else "false", "effective": REFORM, "note": row["note"],
            "source": "nso_conversion" if row["source"].startswith("NSO") else "nso_conversion_mended",
        }  # fmt: skip


def provinces_of_2025(old: list[Row], new: list[Row], links: list[Row]) -> Iterator[Row]:
    """Yield what each of the 63 provinces became; refuses (ValueError) data in which one went to two."""
    old_province = {(LEVELS_OLD[row["level"]], row["code"]): row["province_code"] for row in old}
    new_province = {row["code"]: row["province_code"] for row in new if row["level"] == "2"}
    pairs = {(old_province[row["old_level"], row["old_commune_code"]], new_province[row["new_commune_code"]]) for row in links}
    if len({before for before, _ in pairs}) != len(pairs):
        message = "a province has two successors"
        raise ValueError(message)
    for before, after in sorted(pairs):
        yield whole("province", before, after, REFORM, "NQ 202/2025/QH15", "nq202_2025")


def changes_of_2026(new: list[Row]) -> Iterator[Row]:
    """Yield the changes of kind of 2026: the same code, the whole unit."""
    for row in new:
        if change := change_of(row):
            note = f"{row['full_name_2025_07_01']} thành {row['full_name']}"
            yield whole(LEVELS_NEW[row["level"]], row["code"], row["code"], change[0], note, change[1])


def whole(level: str, before: str, after: str, effective: str, note: str, source: str) -> Row:
    """Return a succession of a whole unit by another of its level."""
    return {
        "predecessor_level": level, "predecessor_code": before, "successor_level": level, "successor_code": after,
        "kind": "whole", "all_people": "false", "effective": effective, "note": note, "source": source,
    }  # fmt: skip


def former_units(old: list[Row], history: list[Row]) -> Iterator[Row]:
    """Yield the recorded communes whose name, code or district is not that of the old unit of the same code."""
    names = {row["code"]: row["full_name"] for row in old if row["level"] == "2"}
    last = {row["code"]: (toned(row["full_name"]), fold(names[row["parent_code"]])) for row in old if row["level"] == "3"}
    for row in history:
        if last.get(row["code"]) == (toned(row["commune"]), fold(row["district"])):
            continue
        yield {
            "code": row["code"], "full_name": row["commune"], "district": row["district"], "province": row["province"],
            "first_seen": row["first_seen"], "last_seen": row["last_seen"],
            "old_codes": row["code_2025_03"], "new_codes": row["new_commune_codes"],
            "source": {"official chain": "gso_changes", "polygon overlay": "overlay"}.get(row["how"], "gso_no_successor"),
        }  # fmt: skip


def baselines(households: list[Row], new: list[Row]) -> Iterator[Row]:
    """Yield the census of 2019 on the communes of three days and on provinces; units changed in 2026 keep their figure."""
    changed = {row["code"]: (change[0], row["full_name"]) for row in new if (change := change_of(row))}
    for row in households:
        if row["level"] == "district":
            continue
        figure = baseline_row(row)
        yield figure
        if row["units_as_of"] == "2025-07" and row["code"] in changed:
            day, name = changed[row["code"]]
            yield figure | {"units_as_of": day, "name": name}


def baseline_row(row: Row) -> Row:
    """Return one census figure; `estimated` marks counts of split communes that were shared out by area or evenly."""
    as_of = row["units_as_of"] + "-01"
    shared = re.search(r"^(\d+) of the households .* entirely, (\d+) estimated by area$", row["method"])
    method = f"{shared[1]} from whole communes, {shared[2]} shared by area" if shared else row["method"]
    estimated = shared[2] != "0" if shared else "evenly" in method or method == "estimate"
    return {
        "level": row["level"], "code": row["code"], "name": row["name"], "units_as_of": as_of,
        "households": row["households_2019"], "population": row["population_2019"],
        "estimated": str(estimated).lower(), "method": "sum of communes" if method in {"sum", "estimate"} else method,
        "source": f"census_2019_{as_of[:4]}" if row["level"] == "commune" else "census_2019_sum",
    }  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
