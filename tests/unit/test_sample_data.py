"""The sample files are what their README says: made up, distinct, in the hand-over format, with golden queries that follow."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from loaders.issues import ISSUES
from registry.codes import read
from registry.geo import looks_like
from registry.settings import settings
from sample_data.make_samples import make
from sample_data.maker.doors import COLUMNS, MADE_UP, door_key
from sample_data.maker.faults import FAULTS
from sample_data.maker.points import vpostcode
from sample_data.maker.queries import QUERY_COLUMNS

HERE = Path(__file__).parents[2] / "sample_data"
FILES = ("dien_bien.csv", "ha_nam.csv", "vinh_long.csv")
CLEAN = FILES[:2]
MOST_BYTES = 700_000


def rows(name: str) -> list[dict[str, str]]:
    """Read a file of sample_data."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_marked_as_made_up(name: str) -> None:
    """Canonical columns, about 3,000 rows, numbered, each with the mark, small enough to carry."""
    found = rows(name)
    assert tuple(found[0])[: len(COLUMNS)] == COLUMNS
    assert {row["nguon"] for row in found} == {MADE_UP}
    assert [int(row["stt"]) for row in found] == list(range(1, len(found) + 1))
    assert 2900 <= len(found) <= 3100
    assert (HERE / name).stat().st_size < MOST_BYTES


@pytest.mark.parametrize("name", CLEAN)
def test_clean_files_hold_no_door_twice(name: str) -> None:
    """Doors, household references, codes and points are distinct, and every point may be in Vietnam."""
    found = rows(name)
    keys = Counter(door_key(row["xa"] + row["huyen"], row) for row in found)
    refs = Counter(row["ma_ho"] for row in found if row["ma_ho"])
    assert max(keys.values()) == max(refs.values()) == 1
    assert all(looks_like(float(row["kinh_do"]), float(row["vi_do"])) == "ok" for row in found)
    assert all(row["ma_ho"] or row["so_nha"] for row in found)


def test_dien_bien_has_ndas_codes_on_half_of_its_rows() -> None:
    """Ten digits, all distinct, well formed; the Vpostcodes are well formed too."""
    found = rows("dien_bien.csv")
    codes = [row["ma_dia_chi_so"] for row in found if row["ma_dia_chi_so"]]
    assert len(codes) == len(set(codes)) == len(found) / 2
    assert {read(code).scheme for code in codes} == {"ndas"}
    assert {read(f"vpostcode {row['vpostcode']}").scheme for row in found if row["vpostcode"]} == {"vpostcode"}


def test_ha_nam_is_recorded_in_the_old_units() -> None:
    """Every row names a district and Tỉnh Hà Nam; two rows of three carry the old code."""
    found = rows("ha_nam.csv")
    assert {row["tinh"] for row in found} == {"Tỉnh Hà Nam"}
    assert all(row["huyen"] for row in found)
    assert 0.6 < sum(bool(row["ma_xa"]) for row in found) / len(found) < 0.7


def test_the_faults_stand_on_their_declared_numbers_of_rows() -> None:
    """Each fault has its rows, its outcome is one that the import knows, and the rest is expected to be accepted."""
    expected = rows("vinh_long_expected.csv")
    assert len(expected) == len(rows("vinh_long.csv"))
    counted = Counter((row["issue"], row["outcome"]) for row in expected)
    assert all(counted[fault.issue, fault.outcome] == fault.rows for fault in FAULTS)
    assert {row["issue"] for row in expected} - {""} <= set(ISSUES)
    assert all(row["outcome"] == "accepted" for row in expected if not row["issue"])


def test_golden_queries_point_at_real_rows() -> None:
    """Two hundred distinct queries; every expected door is a row, and its commune is given."""
    found = rows("golden_queries.csv")
    assert tuple(found[0]) == QUERY_COLUMNS
    assert len(found) == len({row["query"] for row in found}) == 200
    known = {f"{name}:{row['stt']}" for name in FILES for row in rows(name)}
    for row in found:
        assert set(row["expect_verdict"].split("|")) <= {"ACCEPT", "CONFIRM", "AMBIGUOUS", "REJECT"}
        assert not row["expect_door"] or row["expect_door"] in known
        assert bool(row["expect_door"]) == (row["expect_level"] == "household")
        assert row["expect_commune"] or row["expect_verdict"] in {"AMBIGUOUS", "REJECT"}


def test_a_vpostcode_ends_in_the_end_of_the_plus_code() -> None:
    """The south gate of Bến Thành market has the plus code 7P28QMCX+Q7X."""
    assert vpostcode("71009", (106.6982344, 10.7719875)) == "71009QMCXQ7X"


def test_the_same_facts_give_the_same_files(tmp_path: Path) -> None:
    """The generator writes the committed files byte for byte; skipped where the large facts are not at hand."""
    facts = settings().shared
    if not (facts / "boundaries_new" / "86.geojson").exists():
        pytest.skip("the facts are not here")
    make(facts, facts / "boundaries_new", tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (HERE / path.name).read_bytes(), path.name
