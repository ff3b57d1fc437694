"""Makes the three made-up hand-over files and the golden queries: `python -m sample_data.make_samples --facts DIR [--boundaries DIR]`.

The same facts and boundaries give the same bytes. Boundaries only place points inside communes; none is copied.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from sample_data.maker.annex import POINT_COLUMNS, annex_points
from sample_data.maker.doors import COLUMNS, Door, DoorMaker, Row, Site, old_names
from sample_data.maker.facts import Facts, Part, read_facts
from sample_data.maker.faults import Expected, spoil
from sample_data.maker.points import Placer, vpostcode
from sample_data.maker.queries import QUERY_COLUMNS, Numbered, golden_queries

HERE = Path(__file__).parent
DIEN_BIEN, HA_NAM, VINH_LONG = "dien_bien.csv", "ha_nam.csv", "vinh_long.csv"
EXPECTED_COLUMNS = ("stt", "outcome", "outcome_without_boundaries", "issue", "note")
SPLIT_ROWS = 20


def make(facts_directory: Path, boundaries: Path | None, out: Path) -> None:
    """Write every generated file of sample_data into a directory."""
    facts = read_facts(facts_directory, ("11", "35", "83", "84", "86"))
    placer = Placer(boundaries)
    dien_bien = _dien_bien(facts, placer)
    ha_nam = _ha_nam(facts, placer)
    vinh_long = _vinh_long(facts, placer)
    _write(out / DIEN_BIEN, COLUMNS, _numbered(door.row for door in dien_bien))
    _write(out / HA_NAM, COLUMNS, _numbered(door.row for door in ha_nam))
    _write_ragged(out / VINH_LONG, vinh_long)
    _write(out / "vinh_long_expected.csv", EXPECTED_COLUMNS, _expectations(vinh_long))
    doors = [Numbered(DIEN_BIEN, number, door) for number, door in enumerate(dien_bien, 1)]
    doors += [Numbered(HA_NAM, number, door) for number, door in enumerate(ha_nam, 1)]
    shared = {name for name, count in Counter(name for row in vinh_long for name in _references(row.door)).items() if count > 1}
    for number, row in enumerate(vinh_long, 1):
        good = not row.issue and shared.isdisjoint(_references(row.door))
        doors.append(Numbered(VINH_LONG, number, row.door, good=good))
    _write(out / "golden_queries.csv", QUERY_COLUMNS, golden_queries(facts, doors))


def _references(door: Door) -> set[str]:
    return {door.row["ma_ho"], door.row["ma_dia_chi_so"]} - {""}


def _dien_bien(facts: Facts, placer: Placer) -> list[Door]:
    """Clean, in the units of today, NDAS codes on every second row and Vpostcodes on every tenth."""
    maker = DoorMaker(facts, placer, Random("diachiso-11"), "H11")
    sites = maker.sites(facts.parts_of("11"), ("Bản", "Thôn", "Đội"), "Tổ dân phố", 3)
    doors = list(maker.doors(sites, 3000))
    serials = iter(maker.rng.sample(range(1, 60_000), len(doors)))
    for number, door in enumerate(doors):
        if number % 2 == 0:
            # Some codes were issued before the reform: they begin with the postal code of the old commune and stay as they are.
            postal = door.before.postal_code if number % 20 == 0 and door.before.postal_code else door.today.postal_code
            door.row["ma_dia_chi_so"] = f"{postal}{next(serials):05d}"
        if number % 10 == 1:
            spot = float(door.row["kinh_do"]), float(door.row["vi_do"])
            door.row["vpostcode"] = vpostcode(door.today.postal_code, spot)
    return doors


def _ha_nam(facts: Facts, placer: Placer) -> list[Door]:
    """Recorded in the old units, the old code on two rows of three; twenty rows in communes that were split."""
    maker = DoorMaker(facts, placer, Random("diachiso-37"), "H37", "Ngõ")
    parts = facts.parts_of("35")
    sites = maker.sites(parts, ("Thôn", "Xóm"), "Tổ dân phố", 5)
    doors = list(maker.doors(_whole(sites), 2980)) + list(maker.doors(_split(sites), SPLIT_ROWS))
    for number, door in enumerate(doors):
        door.row.update(old_names(door.before, code=number % 3 != 0))
    return doors


def _vinh_long(facts: Facts, placer: Placer) -> list[Expected]:
    """With the faults that officers make: see README.md and vinh_long_expected.csv."""
    maker = DoorMaker(facts, placer, Random("diachiso-86"), "H86", "Hẻm")
    parts = [part for part in facts.parts_of("83", "84", "86") if facts.streets.get(part.old.code) or int(part.old.code) % 2]
    sites = maker.sites(parts, ("Ấp",), "Khóm", 3)
    # Phường Cái Vồn of today bears the name and the code of a ward that was split: without a district nobody can tell which is meant.
    split_names = {part.old.name for part in parts if not part.whole}
    plain = {part: found for part, found in _whole(sites).items() if part.new.name not in split_names}
    split = list(maker.doors(_split(sites), 10))
    for door in split:
        door.row.update(old_names(door.before, code=True))
    return spoil(maker, list(maker.doors(plain, 2940)), split)


def _whole(sites: dict[Part, list[Site]]) -> dict[Part, list[Site]]:
    return {part: found for part, found in sites.items() if part.whole}


def _split(sites: dict[Part, list[Site]]) -> dict[Part, list[Site]]:
    return {part: found for part, found in sites.items() if not part.whole}


def _numbered(rows: Iterable[Row]) -> Iterable[Row]:
    for number, row in enumerate(rows, 1):
        yield row | {"stt": str(number)}


def _expectations(rows: Sequence[Expected]) -> Iterable[Row]:
    for number, row in enumerate(rows, 1):
        without = row.without_boundaries or row.outcome
        cells = {"stt": str(number), "outcome": row.outcome, "outcome_without_boundaries": without}
        yield cells | {"issue": row.issue, "note": row.note}


def _write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_ragged(path: Path, rows: Sequence[Expected]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number, expected in enumerate(rows, 1):
            row = expected.door.row | {"stt": str(number)}
            writer.writerow([*(row[column] for column in COLUMNS), *expected.extra_cells])


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, required=True, help="directory of units_*.csv, streets.csv, post_offices_6digit.csv")
    parser.add_argument("--boundaries", type=Path, help="directory of NN.geojson, communes of today, EPSG:4326")
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--annex", type=Path, help="text of plan 2377/KH-UBND of Điện Biên: writes service_points_dien_bien.csv as well")
    options = parser.parse_args()
    if options.annex:
        points = annex_points(options.annex.read_text(encoding="utf-8"))
        _write(options.out / "service_points_dien_bien.csv", POINT_COLUMNS, points)
    make(options.facts, options.boundaries, options.out)


if __name__ == "__main__":
    main()
