"""A file that is declared complete retires the doors that it leaves out, within limits, and can be undone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyproj import Transformer
from sqlalchemy import text

from loaders.rollback import rollback_batch
from registry import db
from registry.errors import RefusedError
from registry.geo import to_wgs84
from tests.db.handover import contents, door, fate, load, scalar, write

# Another commune of Điện Biên, of today's world.
OTHER = {"xa": "Xã Na Sang", "kinh_do": "103.0870", "vi_do": "21.7540"}

HAMLET = {"so_nha": "", "duong": "", "thon_to": "Bản Na Sang"}


def street(*numbers: int, **cells: str) -> list[dict[str, str]]:
    """Return doors of one street."""
    return [door(so_nha=str(number), **cells) for number in numbers]


def retired(url: str) -> str | None:
    """Return the numbers of the retired doors, joined."""
    found: str | None = scalar(
        url, "SELECT string_agg(house_key || flat_key, ' ' ORDER BY length(house_key), house_key) FROM address WHERE retired_at IS NOT NULL"
    )
    return found


def test_nothing_is_retired_unless_the_file_is_declared_complete(fresh_db: str, tmp_path: Path) -> None:
    """A second file with fewer doors leaves the others alone."""
    load(fresh_db, tmp_path / "a.csv", street(*range(1, 11)))
    load(fresh_db, tmp_path / "b.csv", street(1, 2))
    assert retired(fresh_db) is None


def test_a_complete_list_retires_what_it_leaves_out_in_its_communes_only(fresh_db: str, tmp_path: Path) -> None:
    """One door of ten goes, with its code; another commune's doors stay; the code still resolves and says that it is retired."""
    _, result = load(fresh_db, tmp_path / "a.csv", [*street(*range(1, 11)), *street(50, 51, **OTHER)])
    assert {outcome for outcome, _ in fate(result)} == {"accepted"}
    report, _ = load(fresh_db, tmp_path / "b.csv", street(*range(1, 10)), complete=True)
    assert retired(fresh_db) == "10"
    assert scalar(fresh_db, "SELECT string_agg(code, '') FROM digital_address WHERE status = 'retired'") == result[9]["result_code"]
    assert [code for code, _ in report.notes if code.startswith("batch.")] == ["batch.retired"]
    assert "1 địa chỉ" in dict(report.notes)["batch.retired"]
    assert result[9]["result_code"] in dict(report.notes)["batch.retired"]


def test_a_retired_code_resolves_and_says_so(command: Callable[..., Any], fresh_db: str, tmp_path: Path) -> None:
    """`code show` and `resolve` answer a retired code with its door and the word retired; its text finds the door no more."""
    _, result = load(fresh_db, tmp_path / "a.csv", street(*range(1, 11)))
    load(fresh_db, tmp_path / "b.csv", street(*range(1, 10)), complete=True)
    code = result[9]["result_code"]
    shown = command("code", "show", code)
    assert (shown.code, "đã ngừng dùng" in shown.out) == (0, True)
    assert "đã ngừng dùng" in command("resolve", code, "--json").out


def test_an_external_code_of_a_retired_door_resolves_and_says_so(command: Callable[..., Any], fresh_db: str, tmp_path: Path) -> None:
    """A Vpostcode answers like the door's own code when the door is retired, and names the heir when it was merged into another."""
    plus = "32100QMCXQ7X"
    _, result = load(fresh_db, tmp_path / "a.csv", [*street(*range(1, 10)), *street(10, vpostcode="32100QMCX+Q7X")])
    assert result[9]["result_code"] in command("resolve", plus, "--json").out
    load(fresh_db, tmp_path / "b.csv", street(*range(1, 10)), complete=True)
    for arguments in (("code", "show", plus), ("resolve", plus, "--json"), ("resolve", result[9]["result_code"], "--json")):
        shown = command(*arguments)
        assert (shown.code, "đã ngừng dùng" in shown.out) == (0, True), shown.out
    heir = result[0]["result_code"]
    with db.engine(fresh_db).begin() as connection:
        merge = "UPDATE digital_address SET replaced_by = :heir WHERE code = :code"
        connection.execute(text(merge), {"heir": heir, "code": result[9]["result_code"]})
        connection.execute(text(
            "UPDATE address SET replaced_by = (SELECT address_id FROM digital_address WHERE code = :heir) WHERE retired_at IS NOT NULL"
        ), {"heir": heir})  # fmt: skip
    assert heir in command("code", "show", plus).out
    assert f"thay bằng {heir}" in command("resolve", plus, "--json").out


def test_more_than_a_fifth_is_named_and_more_than_four_fifths_stop_the_batch(fresh_db: str, tmp_path: Path) -> None:
    """At 20 % nothing is said, at 30 % and 80 % the commune is named, beyond that the whole batch is refused and nothing is written."""
    load(fresh_db, tmp_path / "a.csv", street(*range(1, 11)))
    for kept, warned in ((8, False), (7, True), (2, True)):
        report, _ = load(fresh_db, tmp_path / f"{kept}.csv", street(*range(1, kept + 1)), complete=True, dry_run=True)
        assert ("batch.retired_many" in dict(report.notes)) is warned
    assert "Phường Điện Biên Phủ (03127): 8/10 = 80 %" in dict(report.notes)["batch.retired_many"]
    before = contents(fresh_db)
    with pytest.raises(RefusedError, match="more than 80 %"):
        load(fresh_db, tmp_path / "c.csv", street(1), complete=True)
    assert (contents(fresh_db), scalar(fresh_db, "SELECT count(*) FROM batch WHERE state = 'committed'")) == (before, 1)


def test_new_doors_of_the_file_do_not_soften_the_guard(fresh_db: str, tmp_path: Path) -> None:
    """The share is of the doors that were there: nine of ten gone are nine of ten, however many come."""
    load(fresh_db, tmp_path / "a.csv", street(*range(1, 11)))
    with pytest.raises(RefusedError, match="more than 80 %"):
        load(fresh_db, tmp_path / "b.csv", street(1, *range(100, 200)), complete=True)


def test_a_dry_run_lists_what_would_go_and_changes_nothing(fresh_db: str, tmp_path: Path) -> None:
    """The doors are named with their codes; all of them stay."""
    _, result = load(fresh_db, tmp_path / "a.csv", street(*range(1, 11)))
    before = contents(fresh_db)
    report, _ = load(fresh_db, tmp_path / "b.csv", street(*range(1, 9)), complete=True, dry_run=True)
    words = dict(report.notes)["batch.retired"]
    assert all(part in words for part in ("2 địa chỉ", "9 Võ Nguyên Giáp", result[8]["result_code"], result[9]["result_code"]))
    assert contents(fresh_db) == before


@pytest.mark.parametrize(
    ("cells", "stays"),
    [
        ({"kinh_do": ""}, "10"),  # incomplete: the same place and number
        ({"kinh_do": "", "so_nha": "12-Mar"}, "9 10"),  # the number is unclear: any door of the street
        ({"kinh_do": "", "duong": ""}, "10"),  # the place is missing: any door of that number
        ({"kinh_do": "", "duong": "Trần Phú"}, ""),  # another street
        ({"kinh_do": "", "xa": "Xã Na Sang"}, ""),  # another commune
        ({"kinh_do": "", "xa": "Phường Không Có"}, "10"),  # an unknown commune may be this one
        ({"kinh_do": "", "so_nha": "999", "ma_ho": "H10"}, "10"),  # the household of the door
        ({"kinh_do": "", "so_nha": "999", "ma_dia_chi_so": "3210000010"}, "10"),  # the code of the door
        ({"kinh_do": "105.85", "vi_do": "21.03"}, "10"),  # rejected: the point lies in Hà Nội
    ],
)
def test_a_row_that_did_not_enter_protects_the_door_that_it_may_mean(
    fresh_db: str, tmp_path: Path, cells: dict[str, str], stays: str
) -> None:
    """An incomplete or rejected row is not an absence."""
    first = [*street(*range(1, 10)), door(so_nha="10", ma_ho="H10", ma_dia_chi_so="3210000010")]
    load(fresh_db, tmp_path / "a.csv", first)
    _, result = load(fresh_db, tmp_path / "b.csv", [*street(*range(1, 9)), door(**({"so_nha": "10"} | cells))], complete=True)
    assert fate(result)[-1][0] in {"incomplete", "rejected"}
    gone = {"9", "10"} - set(stays.split())
    assert retired(fresh_db) == (" ".join(sorted(gone, key=int)) or None)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:9209"])
@pytest.mark.parametrize("swapped", [False, True])
def test_a_row_without_place_and_number_protects_the_door_at_its_point_in_any_system(
    fresh_db: str,
    tmp_path: Path,
    crs: str,
    swapped: bool,  # noqa: FBT001 - drawn
) -> None:
    """In degrees and in metres, in either order: the door within some thirty metres stays, the others that are left out go."""
    rows = [door(so_nha=str(number), kinh_do=f"{103.0162 + number * 0.002:.6f}") for number in range(1, 11)]
    load(fresh_db, tmp_path / "a.csv", rows)
    lost = [*rows[:8], rows[9] | {"so_nha": "", "duong": ""}]
    _, result = load(fresh_db, tmp_path / "b.csv", [_written(row, crs, swapped=swapped) for row in lost], crs=crs, complete=True)
    assert fate(result)[-1][0] == "incomplete"
    assert {outcome for outcome, _ in fate(result)[:-1]} == {"accepted"}
    assert retired(fresh_db) == "9"


def _written(row: dict[str, str], crs: str, *, swapped: bool) -> dict[str, str]:
    """Return a row with its point in a coordinate system, northing first when swapped."""
    x, y = float(row["kinh_do"]), float(row["vi_do"])
    if crs != "EPSG:4326":
        project = Transformer.from_crs(4756, crs, always_xy=True).transform
        ((shifted_x, shifted_y),) = zip(*to_wgs84(*([each] for each in project(x, y)), crs), strict=True)
        x, y = (round(each, 2) for each in project(2 * x - shifted_x, 2 * y - shifted_y))
    return row | dict(zip(("vi_do", "kinh_do") if swapped else ("kinh_do", "vi_do"), (str(x), str(y)), strict=True))


def test_a_list_with_rows_that_cannot_be_read_is_not_complete(fresh_db: str, tmp_path: Path) -> None:
    """A row with surplus cells may mean any door: nothing is retired, the batch is refused."""
    load(fresh_db, tmp_path / "a.csv", street(*range(1, 11)))
    path = write(tmp_path / "b.csv", street(*range(1, 10)))
    path.write_text(path.read_text(encoding="utf-8") + "," * 40 + "\n", encoding="utf-8")
    with pytest.raises(RefusedError, match="rows 10 cannot be read"):
        load(fresh_db, path, complete=True)


def test_rollback_brings_retired_doors_and_codes_back(fresh_db: str, tmp_path: Path) -> None:
    """After the rollback the registry is what it was, moments included."""
    load(fresh_db, tmp_path / "a.csv", street(*range(1, 11)))
    before = contents(fresh_db)
    report, _ = load(fresh_db, tmp_path / "b.csv", street(*range(1, 8)), complete=True)
    assert retired(fresh_db) == "8 9 10"
    with db.session(fresh_db) as session:
        assert rollback_batch(session, report.batch_id or 0) == {"restored": 3, "removed": 0}
    assert contents(fresh_db) == before


@pytest.mark.parametrize("cells", [{}, {"ma_dia_chi_so": "3210000010"}, HAMLET | {"ma_ho": "H7"}, HAMLET])
def test_a_retired_door_that_is_handed_over_again_keeps_its_code(fresh_db: str, tmp_path: Path, cells: dict[str, str]) -> None:
    """Found by its number, its code, its household or its point: it lives again under the code that it had; undone, it is retired again."""
    back = door(**({"so_nha": "10"} | cells))
    _, first = load(fresh_db, tmp_path / "a.csv", [*street(*range(1, 10)), back])
    load(fresh_db, tmp_path / "b.csv", street(*range(1, 10)), complete=True)
    gone = contents(fresh_db)
    report, again = load(fresh_db, tmp_path / "c.csv", [back | {"stt": "1"}])
    assert (again[0]["result_code"], report.counts["accepted_changed"]) == (first[9]["result_code"], 1)
    assert (retired(fresh_db), scalar(fresh_db, "SELECT count(*) FROM digital_address WHERE status <> 'active'")) == (None, 0)
    with db.session(fresh_db) as session:
        rollback_batch(session, report.batch_id or 0)
    assert contents(fresh_db) == gone


def test_undoing_a_retirement_is_refused_while_a_later_batch_has_that_door(fresh_db: str, tmp_path: Path) -> None:
    """The door came back with a later batch: that one has to be undone first, then both come off."""
    load(fresh_db, tmp_path / "a.csv", street(*range(1, 11)))
    before = contents(fresh_db)
    second, _ = load(fresh_db, tmp_path / "b.csv", street(*range(1, 10)), complete=True)
    third, _ = load(fresh_db, tmp_path / "c.csv", street(10))
    with db.session(fresh_db) as session, pytest.raises(RefusedError, match=str(third.batch_id)):
        rollback_batch(session, second.batch_id or 0)
    for batch in (third, second):
        with db.session(fresh_db) as session:
            rollback_batch(session, batch.batch_id or 0)
    assert contents(fresh_db) == before
