"""A hand-over file becomes a batch: accepted rows are addresses with codes, the rest is kept with its reason, all of it can be undone."""

import csv
from pathlib import Path
from random import Random

import pytest

from loaders.rollback import rollback_batch
from registry import codes, db
from registry.errors import RefusedError
from tests.db.handover import contents, door, fate, load, scalar, write


def test_a_good_row_becomes_an_address_with_a_code_of_its_commune(fresh_db: str, tmp_path: Path) -> None:
    """An accepted row without code gets one of ours, under the postal code of today's commune."""
    report, result = load(fresh_db, tmp_path / "a.csv", [door()])
    assert report.counts["accepted_new"] == 1
    code = codes.read(result[0]["result_code"])
    assert code.postal_code == scalar(fresh_db, "SELECT u.postal_code FROM address AS a JOIN unit AS u ON u.id = a.commune_id")
    assert scalar(fresh_db, "SELECT house_key || '|' || status || '|' || households FROM address") == "12|complete|1"


def test_the_same_file_twice_changes_nothing(fresh_db: str, tmp_path: Path) -> None:
    """Same bytes, same options: the second import writes nothing and gives the same result."""
    rows = [door(so_nha=str(number)) for number in range(1, 30)]
    first, result = load(fresh_db, tmp_path / "a.csv", rows)
    before = contents(fresh_db)
    second, again = load(fresh_db, tmp_path / "a.csv")
    assert (second.repeated, second.batch_id) == (True, first.batch_id)
    assert again == result
    assert contents(fresh_db) == before


def test_a_perturbed_file_makes_no_new_addresses_and_no_new_codes(fresh_db: str, tmp_path: Path) -> None:
    """Other spellings, order and a moved point are the same doors; ids and codes stay."""
    rows = [door(so_nha=str(number)) for number in range(1, 20)]
    _, first = load(fresh_db, tmp_path / "a.csv", rows)
    other = [row | {"duong": "đường VÕ NGUYÊN GIÁP", "xa": "P. Dien Bien Phu", "vi_do": "21.38562"} for row in reversed(rows)]
    report, second = load(fresh_db, tmp_path / "b.csv", other)
    assert report.counts["accepted_changed"] == len(rows)
    assert [row["result_code"] for row in reversed(second)] == [row["result_code"] for row in first]


def test_a_later_empty_cell_never_erases_and_the_status_never_goes_down(fresh_db: str, tmp_path: Path) -> None:
    """What is known stays when a later file says less; a lower status is a warning."""
    load(fresh_db, tmp_path / "a.csv", [door(ghi_chu="cổng xanh", trang_thai="da_thong_bao", loai="co_quan", thon_to="Tổ 5")])
    report, result = load(fresh_db, tmp_path / "b.csv", [door(trang_thai="thu_thap", loai="")])
    assert report.counts["accepted_same"] == 1
    assert fate(result) == [("accepted", "row.status_down")]
    assert scalar(fresh_db, "SELECT note || status || kind FROM address") == "cổng xanhnotifiedoffice"


def test_codes_of_the_post_are_kept_as_they_came(fresh_db: str, tmp_path: Path) -> None:
    """An NDAS code is the door's digital address; a second one, and a Vpostcode, are external codes."""
    load(fresh_db, tmp_path / "a.csv", [door(ma_dia_chi_so="3210012345", vpostcode="32100QMCX+Q7X")])
    _, result = load(fresh_db, tmp_path / "b.csv", [door(ma_dia_chi_so="3210099999")])
    assert result[0]["result_code"] == "3210012345"
    assert (
        scalar(fresh_db, "SELECT string_agg(scheme || code, ' ' ORDER BY code) FROM external_code")
        == "ndas3210099999 vpostcode32100QMCXQ7X"
    )


def test_households_of_one_door_are_one_address(fresh_db: str, tmp_path: Path) -> None:
    """Rows of a door that differ in the household reference are accepted and share its code."""
    report, result = load(fresh_db, tmp_path / "a.csv", [door(ma_ho="A"), door(ma_ho="B"), door(ma_ho="B")])
    assert [outcome for outcome, _ in fate(result)] == ["accepted", "accepted", "duplicate"]
    assert result[0]["result_code"] == result[1]["result_code"]
    assert report.accepted == 2
    assert scalar(fresh_db, "SELECT households FROM address") == 2


def test_a_row_in_the_old_units_is_at_home_in_the_commune_of_today(fresh_db: str, tmp_path: Path) -> None:
    """The town of Mường Chà is in Xã Na Sang now, although a Xã Mường Chà exists; the recorded unit is kept."""
    old = door(xa="Thị trấn Mường Chà", huyen="Huyện Mường Chà", kinh_do="103.0870", vi_do="21.7540", duong="", thon_to="Tổ dân phố 5")
    load(fresh_db, tmp_path / "a.csv", [old])
    query = (
        "SELECT n.full_name || ' < ' || r.full_name FROM address AS a"
        " JOIN unit AS n ON n.id = a.commune_id JOIN unit AS r ON r.id = a.recorded_unit_id"
    )
    assert scalar(fresh_db, query) == "Xã Na Sang < Thị trấn Mường Chà"


def test_country_doors_without_number_are_told_apart_by_household_then_by_point(fresh_db: str, tmp_path: Path) -> None:
    """Without a number, a household reference is the identity; without that, ten metres."""
    hamlet = door(so_nha="", duong="", thon_to="Bản Na Sang")
    rows = [hamlet | {"ma_ho": "H1"}, hamlet | {"ma_ho": "H2"}, hamlet, hamlet | {"kinh_do": "103.01622"}, hamlet | {"kinh_do": "103.0172"}]
    report, result = load(fresh_db, tmp_path / "a.csv", rows)
    assert [outcome for outcome, _ in fate(result)] == ["accepted", "accepted", "accepted", "duplicate", "accepted"]
    again, _ = load(fresh_db, tmp_path / "b.csv", [row | {"stt": "1"} for row in rows[:3]])
    assert (report.counts["accepted_new"], again.counts["accepted_same"], again.counts["accepted_new"]) == (4, 3, 0)


def test_a_dry_run_writes_nothing_but_tells_all(fresh_db: str, tmp_path: Path) -> None:
    """A dry run counts and writes the result file, and leaves no batch."""
    report, result = load(fresh_db, tmp_path / "a.csv", [door(), door(kinh_do="")], dry_run=True)
    assert (report.dry_run, report.counts["accepted_new"], report.counts["incomplete"]) == (True, 1, 1)
    assert len(result) == 2
    assert scalar(fresh_db, "SELECT count(*) FROM batch WHERE state = 'committed'") == 0


def test_a_dry_run_shows_no_code_that_will_never_be_issued(fresh_db: str, tmp_path: Path) -> None:
    """Of a new door there is no code yet; what is registered and what the row brought is shown."""
    _, known = load(fresh_db, tmp_path / "a.csv", [door()])
    rows = [door(), door(so_nha="14"), door(so_nha="16", ma_dia_chi_so="3210012345")]
    _, result = load(fresh_db, tmp_path / "b.csv", rows, dry_run=True)
    assert [row["result_code"] for row in result] == [known[0]["result_code"], "", "3210012345"]


def test_rollback_restores_what_was_and_withdraws_the_codes_for_ever(fresh_db: str, tmp_path: Path) -> None:
    """After a rollback the registry holds what it held before; issued codes stay known as withdrawn."""
    load(fresh_db, tmp_path / "a.csv", [door(), door(so_nha="14")])
    before = contents(fresh_db)
    changed, result = load(fresh_db, tmp_path / "b.csv", [door(ghi_chu="mới", ma_ho="X"), door(so_nha="16", duong="Trần Phú")])
    with db.session(fresh_db) as session:
        assert rollback_batch(session, changed.batch_id or 0) == {"restored": 1, "removed": 1}
    after = contents(fresh_db)
    assert {name: after[name] for name in ("address", "household", "place", "external_code")} == {
        name: before[name] for name in ("address", "household", "place", "external_code")
    }
    assert scalar(fresh_db, "SELECT status FROM digital_address WHERE code = :code", code=result[1]["result_code"]) == "withdrawn"
    report, _ = load(fresh_db, tmp_path / "b.csv")
    assert not report.repeated


def test_rollback_is_refused_when_a_later_batch_touched_the_same_door(fresh_db: str, tmp_path: Path) -> None:
    """The refusal names the later batch; once that is undone, the earlier one can be."""
    first, _ = load(fresh_db, tmp_path / "a.csv", [door()])
    second, _ = load(fresh_db, tmp_path / "b.csv", [door(ghi_chu="sửa")])
    with db.session(fresh_db) as session, pytest.raises(RefusedError, match=f"later batches.*{second.batch_id}"):
        rollback_batch(session, first.batch_id or 0)
    for batch in (second.batch_id, first.batch_id):
        with db.session(fresh_db) as session:
            rollback_batch(session, batch or 0)
    assert scalar(fresh_db, "SELECT count(*) FROM address") == 0


def test_codes_of_the_post_come_back_after_a_rollback(fresh_db: str, tmp_path: Path) -> None:
    """An NDAS code is the post's: undoing a batch does not forbid handing it over again."""
    report, _ = load(fresh_db, tmp_path / "a.csv", [door(ma_dia_chi_so="3210012345")])
    with db.session(fresh_db) as session:
        rollback_batch(session, report.batch_id or 0)
    _, result = load(fresh_db, tmp_path / "a.csv")
    assert (result[0]["result_outcome"], result[0]["result_code"]) == ("accepted", "3210012345")


def test_metres_become_degrees_under_a_crs(fresh_db: str, tmp_path: Path) -> None:
    """VN-2000 metres of meridian 103 degrees land where the degrees are."""
    load(fresh_db, tmp_path / "a.csv", [door(kinh_do="501660", vi_do="2365200")], crs="EPSG:9205")
    assert scalar(fresh_db, "SELECT ST_DWithin(point, ST_SetSRID(ST_MakePoint(103.0162, 21.3856), 4326), 0.02) FROM address")


def test_a_mapping_reads_a_foreign_file(fresh_db: str, tmp_path: Path) -> None:
    """Other headers and words come in through a mapping file; the free text is kept."""
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[columns]\nduong = "Road"\nkinh_do = "E"\nvi_do = "N"\ndia_chi = "full"\n[values.loai]\n"school" = "co_quan"\n', encoding="utf-8"
    )
    path = tmp_path / "a.csv"
    path.write_text(
        "full,Road,E,N,so_nha,xa,tinh,loai\n"
        '"5 Trần Phú, Điện Biên Phủ",Trần Phú,103.0162,21.3856,5,Phường Điện Biên Phủ,Điện Biên,school\n',
        encoding="utf-8",
    )
    load(fresh_db, path, mapping=mapping)
    assert scalar(fresh_db, "SELECT kind || recorded_text FROM address") == "office5 Trần Phú, Điện Biên Phủ"


def test_words_in_place_of_a_number_stay_where_a_code_tells_the_door(fresh_db: str, tmp_path: Path) -> None:
    """A row that its household's reference tells apart is taken, says what was not read, and keeps the words as they came."""
    _, result = load(fresh_db, tmp_path / "a.csv", [door(so_nha="12 đối diện chợ", ma_ho="H-1")])
    assert (result[0]["result_outcome"], "row.house_as_text" in result[0]["result_issues"]) == ("accepted", True)
    assert str(scalar(fresh_db, "SELECT recorded_text FROM address")).startswith("12 đối diện chợ")


def test_two_files_make_the_counts_of_the_batch_add_up(fresh_db: str, tmp_path: Path) -> None:
    """Every row of a file has exactly one outcome, and the batch knows their number."""
    rows = [door(so_nha=str(number % 7), kinh_do="" if number % 5 == 0 else "103.0162") for number in range(40)]
    report, result = load(fresh_db, tmp_path / "a.csv", rows)
    assert sum(report.counts.values()) == report.rows == len(result) == len(rows)
    assert scalar(fresh_db, "SELECT count(*) FROM batch_row WHERE outcome <> 'accepted' AND raw IS NULL") == 0


def test_the_file_may_use_the_names_of_the_posts_own_application(fresh_db: str, tmp_path: Path) -> None:
    """The field names of the post's app are synonyms of the canonical columns."""
    path = tmp_path / "a.csv"
    path.write_text(
        "city,ward,village,stName,hsNum,alleyLv1,Longitude,Latitude\nĐiện Biên,Phường Điện Biên Phủ,Tổ 5,Trần Phú,7,12,103.0162,21.3856\n",
        encoding="utf-8",
    )
    load(fresh_db, path)
    assert scalar(fresh_db, "SELECT house_key FROM address") == "12/7"


def test_a_rewritten_file_of_the_same_rows_is_all_same(fresh_db: str, tmp_path: Path) -> None:
    """Other bytes but the same rows: a new batch in which nothing changed."""
    load(fresh_db, tmp_path / "a.csv", [door(), door(so_nha="14", ma_ho="Z")])
    before = contents(fresh_db)
    write(tmp_path / "b.csv", [door(stt="1"), door(so_nha="14", ma_ho="Z", stt="2")])
    report, _ = load(fresh_db, tmp_path / "b.csv")
    assert report.counts["accepted_same"] == 2
    assert contents(fresh_db) == before


def test_numberless_neighbours_stay_apart_in_any_order(fresh_db: str, tmp_path: Path) -> None:
    """Houses eight metres apart along a road are as many doors; shuffled and moved by three metres they get no new code."""
    hamlet = door(so_nha="", duong="", thon_to="Bản Na Sang")
    rows = [hamlet | {"kinh_do": f"{103.0162 + at * 8 / 103_500:.6f}"} for at in range(40)]
    first, _ = load(fresh_db, tmp_path / "a.csv", rows)
    assert first.counts["accepted_new"] == 40
    codes = scalar(fresh_db, "SELECT count(*) FROM digital_address")
    moved = [row | {"vi_do": f"{float(row['vi_do']) + (3 if at % 2 else -3) / 111_320:.6f}"} for at, row in enumerate(rows)]
    Random(1).shuffle(moved)  # noqa: S311 - reproducible, not secret
    again, _ = load(fresh_db, tmp_path / "b.csv", moved)
    assert (again.counts["accepted_new"], again.counts["duplicate"]) == (0, 0)
    assert scalar(fresh_db, "SELECT count(*) FROM digital_address") == codes


def test_a_household_reference_that_comes_later_or_goes_makes_no_new_door(fresh_db: str, tmp_path: Path) -> None:
    """At the same spot a row that names a household is the door that named none, and the other way round; two references are two doors."""
    hamlet = door(so_nha="", duong="", thon_to="Bản Na Sang")
    other = hamlet | {"kinh_do": "103.0172"}
    load(fresh_db, tmp_path / "a.csv", [hamlet, other | {"ma_ho": "H2"}])
    again, _ = load(fresh_db, tmp_path / "b.csv", [hamlet | {"ma_ho": "H1"}, other])
    assert (again.counts["accepted_new"], again.counts["accepted_changed"], again.counts["accepted_same"]) == (0, 1, 1)
    apart, _ = load(fresh_db, tmp_path / "c.csv", [hamlet | {"ma_ho": "H9"}])
    assert apart.counts["accepted_new"] == 1


def test_a_sheet_of_three_hundred_long_headers_is_read(fresh_db: str, tmp_path: Path) -> None:
    """However long the header, the file is known again by a digest."""
    path = write(tmp_path / "wide.csv", [door()])
    with path.open(encoding="utf-8", newline="") as stream:
        header, cells = list(csv.reader(stream))
    wide = [f"Cột bổ sung của phòng kinh tế hạ tầng số {at}" for at in range(300)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*header, *wide], [*cells, *["x"] * 300]])
    assert load(fresh_db, path)[0].counts["accepted_new"] == 1
    assert load(fresh_db, path)[0].repeated
