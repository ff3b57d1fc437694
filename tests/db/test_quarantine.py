"""Kept rows go home, are mended, come in again, and are counted once: where they were accepted."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from loaders.quarantine import quarantined, waiting
from loaders.report import BatchReport
from loaders.resubmit import resubmit
from loaders.result import write_quarantine
from loaders.rollback import rollback_batch
from registry import db
from registry.coverage import coverage
from registry.errors import FileRefused, NotFoundError, RefusedError, UsageError
from service.reports.quarantine_xlsx import SHEET, write_quarantine_xlsx
from tests.db.handover import HEADER, contents, door, load, scalar, write

# Two good rows, four that wait: no point, no point, unknown kind of commune, two cells too many.
ROWS = [
    door(so_nha="2"), door(so_nha="4"), door(so_nha="6", kinh_do="", stt="3"), door(so_nha="8", vi_do="", stt="4"),
    door(so_nha="10", xa="Phường Không Có", stt="5"),
]  # fmt: skip


def export(url: str, batch: int | None, path: Path) -> list[dict[str, str]]:
    """Export the kept rows of a batch as CSV; return them."""
    with db.session(url) as session:
        write_quarantine(quarantined(session, batch or 0), path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def save(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write an edited export."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def again(url: str, path: Path, **options: Any) -> BatchReport:  # noqa: ANN401 - whatever is bound
    """Hand a file in again."""
    with db.session(url) as session:
        return resubmit(session, path, **options)


def wait(url: str, **chosen: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - whatever is bound
    """Return batch and row number of every row that waits."""
    with db.session(url) as session:
        return [(row.batch_id, row.row_no) for row in waiting(session, **chosen)[0]]


def expected(url: str) -> int:
    """Return the addresses that definition (c) of coverage expects in Điện Biên."""
    with db.session(url) as session:
        return coverage(session, "11").total.expected


def mended(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Fill in the points that are missing."""
    return [row | {"kinh_do": "103.0162", "vi_do": "21.3856"} for row in rows]


def test_an_export_is_mended_and_handed_in_again(fresh_db: str, tmp_path: Path) -> None:
    """Rows that are accepted now are settled, the one still wrong goes on waiting, and coverage expects every door once."""
    first, _ = load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    rows = export(fresh_db, first.batch_id, tmp_path / "sua.csv")
    assert [(row["batch"], row["row_no"], row["so_nha"]) for row in rows] == [("1", "3", "6"), ("1", "4", "8"), ("1", "5", "10")]
    assert "Thiếu tọa độ" in rows[0]["labels"]
    before = expected(fresh_db)
    report = again(fresh_db, save(tmp_path / "sua.csv", mended(rows)))
    assert (report.file_name, report.rows, report.counts["accepted_new"], report.counts["rejected"]) == ("sua.csv", 3, 2, 1)
    assert wait(fresh_db) == [(1, 5)]
    assert wait(fresh_db, batch=report.batch_id) == [(report.batch_id, 3)]
    assert before == expected(fresh_db) == 5


def test_the_batch_of_a_resubmission_knows_the_file_as_it_was_handed_in(fresh_db: str, tmp_path: Path) -> None:
    """Name, hash and size are those of the officer's file; options and actor are there; the first batch's options hold."""
    first, _ = load(fresh_db, tmp_path / "a.csv", ROWS, province="11", profile="strict")
    path = save(tmp_path / "sua.csv", mended(export(fresh_db, first.batch_id, tmp_path / "e.csv")))
    report = again(fresh_db, path, actor="can bo")
    kept = scalar(
        fresh_db,
        "SELECT file_name || file_bytes || actor || (options ->> 'profile') || province_code || (options ->> 'resubmits')"
        " FROM batch WHERE id = :batch",
        batch=report.batch_id,
    )
    assert kept == f"sua.csv{path.stat().st_size}can bostrict11{first.batch_id}"


def test_the_same_file_again_is_known_and_a_row_handed_in_twice_is_the_same_door(fresh_db: str, tmp_path: Path) -> None:
    """The same bytes write nothing; other bytes with rows that were accepted before find their doors."""
    first, _ = load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    path = save(tmp_path / "sua.csv", mended(export(fresh_db, first.batch_id, tmp_path / "e.csv")))
    one = again(fresh_db, path)
    held = contents(fresh_db)
    two = again(fresh_db, path)
    assert (two.repeated, two.batch_id) == (True, one.batch_id)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    three = again(fresh_db, save(tmp_path / "sua2.csv", rows[:2]))
    assert (three.counts["accepted_same"], contents(fresh_db)) == (2, held)
    assert expected(fresh_db) == 5


def test_a_row_mended_in_two_steps_settles_every_try(fresh_db: str, tmp_path: Path) -> None:
    """An export of the second batch leads back to the first: once accepted, nothing waits and the door counts once."""
    load(fresh_db, tmp_path / "a.csv", [door(so_nha="6", kinh_do="", xa="Phường Không Có")], province="11")
    half = again(fresh_db, save(tmp_path / "b.csv", mended(export(fresh_db, 1, tmp_path / "e.csv"))))
    assert wait(fresh_db) == [(1, 1)]
    assert expected(fresh_db) == 1
    rows = export(fresh_db, half.batch_id, tmp_path / "f.csv")
    again(fresh_db, save(tmp_path / "c.csv", [row | {"xa": "Phường Điện Biên Phủ"} for row in rows]))
    assert wait(fresh_db) == wait(fresh_db, batch=half.batch_id) == []
    assert expected(fresh_db) == 1


def test_rolling_the_new_batch_back_makes_the_rows_wait_again(fresh_db: str, tmp_path: Path) -> None:
    """What a resubmission settled is unsettled with it, and coverage expects what it did before."""
    first, _ = load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    path = save(tmp_path / "sua.csv", mended(export(fresh_db, first.batch_id, tmp_path / "e.csv")))
    before, waited = expected(fresh_db), wait(fresh_db)
    report = again(fresh_db, path)
    with db.session(fresh_db) as session:
        rollback_batch(session, report.batch_id or 0)
    assert (expected(fresh_db), wait(fresh_db)) == (before, waited)
    assert again(fresh_db, path).counts["accepted_new"] == 2


def test_a_row_that_proves_to_be_a_door_already_there_is_settled(fresh_db: str, tmp_path: Path) -> None:
    """Two kept rows of one door: one is accepted, the other a duplicate; neither is expected any longer on its own."""
    load(fresh_db, tmp_path / "a.csv", [door(kinh_do=""), door(kinh_do="", stt="2")], province="11")
    assert expected(fresh_db) == 2
    report = again(fresh_db, save(tmp_path / "b.csv", mended(export(fresh_db, 1, tmp_path / "e.csv"))))
    assert (report.counts["accepted_new"], report.counts["duplicate"]) == (1, 1)
    assert wait(fresh_db, batch=1) == []
    assert expected(fresh_db) == 1


def test_a_dry_run_settles_nothing(fresh_db: str, tmp_path: Path) -> None:
    """A dry run tells what would be accepted and leaves every row waiting."""
    load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    report = again(fresh_db, save(tmp_path / "b.csv", mended(export(fresh_db, 1, tmp_path / "e.csv"))), dry_run=True)
    assert (report.counts["accepted_new"], len(wait(fresh_db)), scalar(fresh_db, "SELECT count(*) FROM batch")) == (2, 3, 1)


def test_cells_that_do_not_fit_the_header_stay_wrong_until_somebody_mends_them(fresh_db: str, tmp_path: Path) -> None:
    """A row with too few or too many cells that is handed in untouched is not read shifted; mended, it is accepted."""
    path = tmp_path / "a.csv"
    path.write_text("so_nha,duong,xa,tinh,kinh_do,vi_do,ghi_chu\n"
                    "5,Trần Phú,Phường Điện Biên Phủ,Điện Biên,103.0162,21.3856,có, dấu phẩy\n"
                    "7,Trần Phú,Phường Điện Biên Phủ,Điện Biên,103.0162,21.3856\n", encoding="utf-8")  # fmt: skip
    first, _ = load(fresh_db, path)
    rows = export(fresh_db, first.batch_id, tmp_path / "e.csv")
    assert again(fresh_db, tmp_path / "e.csv").counts["rejected"] == 2
    mend = [rows[0] | {"ghi_chu": "có, dấu phẩy", "_extra": ""}, rows[1] | {"ghi_chu": "đủ cột"}]
    assert again(fresh_db, save(tmp_path / "b.csv", mend)).counts["accepted_new"] == 2
    assert scalar(fresh_db, "SELECT string_agg(note, '|' ORDER BY house_key) FROM address") == "có, dấu phẩy|đủ cột"


def test_what_was_masked_in_an_address_is_no_part_of_it_when_it_comes_back(fresh_db: str, tmp_path: Path) -> None:
    """A resident beside the street and one in its place went home masked: no place is named after the mask, the number still waits."""
    slips = [{"duong": "Đường số 7, nhà ông Lê Văn Mẫu"}, {"duong": "ông Lê Văn Mẫu", "thon_to": "Thôn 3"}]
    load(fresh_db, tmp_path / "a.csv", [door(so_nha=str(at), kinh_do="") | slip for at, slip in enumerate(slips, 6)], province="11")
    rows = mended(export(fresh_db, 1, tmp_path / "e.csv"))
    assert [row["duong"] for row in rows] == ["Đường số 7, nhà ông ***", "ông ***"]
    report = again(fresh_db, save(tmp_path / "b.csv", rows))
    assert (report.counts["accepted_new"], report.counts["incomplete"]) == (1, 1)
    assert scalar(fresh_db, "SELECT string_agg(p.name, '|') FROM address AS a JOIN place AS p ON p.id = a.place_id") == "Đường số 7"
    assert again(fresh_db, save(tmp_path / "c.csv", [rows[1] | {"duong": ""}])).counts["accepted_new"] == 1


def test_formulas_go_out_harmless_and_come_back_as_they_were(fresh_db: str, tmp_path: Path) -> None:
    """A cell that a spreadsheet would run gets an apostrophe, which is taken off again."""
    load(fresh_db, tmp_path / "a.csv", [door(kinh_do="", ghi_chu="=1+1", so_nha="6")], province="11")
    rows = export(fresh_db, 1, tmp_path / "e.csv")
    assert rows[0]["ghi_chu"] == "'=1+1"
    again(fresh_db, save(tmp_path / "b.csv", mended(rows)))
    assert scalar(fresh_db, "SELECT note FROM address") == "=1+1"


def test_columns_may_change_places_rows_may_go_and_rows_may_be_added(fresh_db: str, tmp_path: Path) -> None:
    """Cells are known by their headers; a row left out goes on waiting; a new row without number stands for itself."""
    load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    rows = mended(export(fresh_db, 1, tmp_path / "e.csv"))
    new = rows[1] | {"row_no": "", "so_nha": "88"}
    turned = [dict(reversed(row.items())) for row in (rows[1], new)]
    report = again(fresh_db, save(tmp_path / "b.csv", turned))
    assert report.counts["accepted_new"] == 2
    assert wait(fresh_db) == [(1, 3), (1, 5)]


def test_a_mapping_and_a_crs_hold_for_the_mended_rows(fresh_db: str, tmp_path: Path) -> None:
    """The new batch reads columns, values and metres as the first one did."""
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[columns]\nduong = "Road \\"x\\""\n[values.loai]\n"school" = "co_quan"\n[defaults]\ntinh = "Điện Biên"\n', encoding="utf-8"
    )
    path = tmp_path / "a.csv"
    path.write_text('"Road ""x""",so_nha,xa,loai,kinh_do,vi_do\nTrần Phú,5,Phường Điện Biên Phủ,school,,2365200\n', encoding="utf-8")
    load(fresh_db, path, mapping=mapping, crs="EPSG:9205")
    rows = export(fresh_db, 1, tmp_path / "e.csv")
    assert again(fresh_db, save(tmp_path / "b.csv", [rows[0] | {"kinh_do": "501660"}])).counts["accepted_new"] == 1
    assert scalar(fresh_db, "SELECT kind || original_crs FROM address") == "officeEPSG:9205"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"row_no": "99"}, FileRefused, "not among the kept rows"),
        ({"row_no": "1"}, FileRefused, "not among the kept rows"),
        ({"batch": "77"}, NotFoundError, "no batch 77"),
        ({"batch": ""}, FileRefused, "exactly one batch"),
        ({"batch": "lô 1"}, FileRefused, "data row 1: the column batch says “lô 1”, which is no number"),
        ({"row_no": "9" * 5000}, FileRefused, "not among the kept rows"),
    ],
)
def test_an_export_that_was_spoilt_is_refused(
    fresh_db: str, tmp_path: Path, change: dict[str, str], error: type[Exception], words: str
) -> None:
    """Row numbers that were never kept, and a batch that is none or unknown, refuse the file; nothing is written."""
    load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    rows = [row | change for row in export(fresh_db, 1, tmp_path / "e.csv")[:1]]
    with pytest.raises(error, match=words):
        again(fresh_db, save(tmp_path / "b.csv", rows))
    assert scalar(fresh_db, "SELECT count(*) FROM batch") == 1


def test_files_that_are_no_export_and_batches_that_were_undone_are_refused(fresh_db: str, tmp_path: Path) -> None:
    """A hand-over file is not an export; a column of the first file may not be missing; a batch rolled back waits for nothing."""
    first, _ = load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    with pytest.raises(FileRefused, match="no export"):
        again(fresh_db, tmp_path / "a.csv")
    rows = export(fresh_db, 1, tmp_path / "e.csv")
    short = [{name: cell for name, cell in row.items() if name != "duong"} for row in rows]
    with pytest.raises(FileRefused, match="lacks columns of the first file: duong"):
        again(fresh_db, save(tmp_path / "b.csv", short))
    with db.session(fresh_db) as session:
        rollback_batch(session, first.batch_id or 0)
    with pytest.raises(RefusedError, match="rolled back"):
        again(fresh_db, tmp_path / "e.csv")


@pytest.mark.parametrize("suffix", ["", ".0"])
def test_one_kept_row_is_mended_by_one_row(fresh_db: str, tmp_path: Path, suffix: str) -> None:
    """A row number that stands twice refuses the file with both rows named; nothing is written, and an emptied copy is no second."""
    load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    rows = mended(export(fresh_db, 1, tmp_path / "e.csv"))
    copied = rows[0] | {"row_no": f"3{suffix}", "so_nha": "66"}
    with pytest.raises(FileRefused, match="row_no says 3 in two data rows, 1 and 3") as refused:
        again(fresh_db, save(tmp_path / "b.csv", [*rows[:2], copied]))
    assert ("row_no" in (refused.value.hint or ""), scalar(fresh_db, "SELECT count(*) FROM batch")) == (True, 1)
    emptied = {name: cell if name in {"batch", "row_no"} else "" for name, cell in copied.items()}
    assert again(fresh_db, save(tmp_path / "b.csv", [emptied, *rows[:2]])).counts["accepted_new"] == 2


def test_a_column_that_nobody_reads_may_be_gone_and_does_not_mend_a_row(fresh_db: str, tmp_path: Path) -> None:
    """Unread and personal columns are not asked for; a row that did not fit the header is not read shifted because they are gone."""
    path = tmp_path / "a.csv"
    path.write_text("so_nha,duong,xa,tinh,kinh_do,vi_do,mau_son,dien_thoai\n"
                    "5,Trần Phú,Phường Điện Biên Phủ,Điện Biên,,21.3856,xanh,0912345678\n"
                    "6,12,Trần Phú,Phường Điện Biên Phủ,Điện Biên,103.0162,21.3856,đỏ,0912345678\n", encoding="utf-8")  # fmt: skip
    load(fresh_db, path)
    rows = export(fresh_db, 1, tmp_path / "e.csv")
    gone = {"mau_son", "dien_thoai", "_extra"}
    left = [{name: cell for name, cell in row.items() if name not in gone} for row in rows]
    report = again(fresh_db, save(tmp_path / "b.csv", [left[0] | {"kinh_do": "103.0162"}, left[1]]))
    assert (report.counts["accepted_new"], report.counts["rejected"]) == (1, 1)
    assert scalar(fresh_db, "SELECT string_agg(house_path, ',') FROM address") == "5"
    with pytest.raises(FileRefused, match="first file: tinh\\."):
        again(fresh_db, save(tmp_path / "c.csv", [{name: cell for name, cell in row.items() if name != "tinh"} for row in left]))


def test_the_list_chooses_by_batch_province_and_issue(fresh_db: str, tmp_path: Path) -> None:
    """The province is that of the row's commune, else of its batch; an unknown issue code is wrong usage."""
    load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    elsewhere = door(xa="Phường Phủ Lý", tinh="Ninh Bình", kinh_do="")
    load(fresh_db, tmp_path / "b.csv", [elsewhere])
    assert wait(fresh_db) == [(2, 1), (1, 3), (1, 4), (1, 5)]
    assert wait(fresh_db, province="37") == [(2, 1)]
    assert wait(fresh_db, province="11", issue="row.point_missing") == [(1, 3), (1, 4)]
    assert wait(fresh_db, limit=1) == [(2, 1)]
    with db.session(fresh_db) as session, pytest.raises(UsageError):
        waiting(session, issue="row.nonsense")


def test_a_workbook_goes_out_as_text(fresh_db: str, tmp_path: Path) -> None:
    """Every cell of the workbook is text, so that codes keep their zeros and numbers do not turn into dates."""
    load(fresh_db, tmp_path / "a.csv", [door(kinh_do="", so_nha="12-3", ghi_chu="=1+1")], province="11")
    with db.session(fresh_db) as session:
        assert write_quarantine_xlsx(quarantined(session, 1), tmp_path / "e.xlsx") == 1
    head, row = openpyxl.load_workbook(tmp_path / "e.xlsx")[SHEET].iter_rows()
    assert [cell.value for cell in head][6:] == list(HEADER)
    found = {name.value: cell for name, cell in zip(head, row, strict=True)}
    assert (found["so_nha"].value, found["so_nha"].number_format, found["ghi_chu"].data_type) == ("12-3", "@", "s")


def test_a_workbook_is_handed_in_again(fresh_db: str, tmp_path: Path) -> None:
    """The edited workbook comes in like the CSV."""
    load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    path = tmp_path / "e.xlsx"
    with db.session(fresh_db) as session:
        write_quarantine_xlsx(quarantined(session, 1), path)
    book = openpyxl.load_workbook(path)
    columns = {cell.value: at for at, cell in enumerate(book[SHEET][1], start=1)}
    for line in (2, 3):
        book[SHEET].cell(line, columns["kinh_do"], 103.0162)
        book[SHEET].cell(line, columns["vi_do"], 21.3856)
    book.save(path)
    assert again(fresh_db, path).counts["accepted_new"] == 2
    assert wait(fresh_db) == [(1, 5)]


def test_the_commands_list_export_and_take_in_again(command: Callable[..., Any], tmp_path: Path) -> None:
    """From the command line: list, export, resubmit; the list ends with what to do, a strange suffix is wrong usage."""
    assert command("quarantine", "list").out.startswith("Không có dòng nào")
    command("import", str(write(tmp_path / "a.csv", ROWS)), "--province", "11")
    listed = command("quarantine", "list", "--issue", "row.point_missing")
    assert "Thiếu tọa độ" in listed.out
    assert "2 / 2" in listed.out
    assert command("quarantine", "export", "1", "--output", str(tmp_path / "e.csv")).code == 0
    with (tmp_path / "e.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    done = command("quarantine", "resubmit", str(save(tmp_path / "e.csv", mended(rows))))
    assert (done.code, "Lô 1: 2 dòng giữ lại nay đã xong, 1 dòng vẫn chờ sửa." in done.out) == (0, True)
    codes = [
        command("quarantine", "export", "1", "--output", "x.pdf").code, command("quarantine", "export", "9", "--output", "x.csv").code,
        command("quarantine", "list", "--province", "35").code, command("quarantine", "list", "--issue", "x").code,
    ]  # fmt: skip
    assert codes == [2, 1, 1, 2]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_report_of_a_dry_run_is_known_and_can_be_used_after_the_real_one(
    command: Callable[..., Any], fresh_db: str, tmp_path: Path, suffix: str
) -> None:
    """Handed in again it is refused with the way to go on; when the file was imported for good, its mended cells are taken in."""
    file, report = str(write(tmp_path / "a.csv", ROWS)), str(tmp_path / f"thu{suffix}")
    assert command("import", file, "--province", "11", "--dry-run", "--report", report).code == 0
    refused = command("quarantine", "resubmit", report)
    assert refused.code == 1
    assert all(words in refused.out + refused.err for words in ("chạy thử", "dry run", "--batch", "diachiso import"))
    assert scalar(fresh_db, "SELECT count(*) FROM address") == 0
    command("import", file, "--province", "11")
    number = scalar(fresh_db, "SELECT max(id) FROM batch WHERE state = 'committed'")
    if suffix == ".csv":
        with Path(report).open(encoding="utf-8-sig", newline="") as stream:
            save(Path(report), mended(list(csv.DictReader(stream))))
    taken = command("quarantine", "resubmit", report, "--batch", str(number))
    assert taken.code == 0, taken.err
    assert scalar(fresh_db, "SELECT count(*) FROM address") == (4 if suffix == ".csv" else 2)


def test_a_mended_row_of_a_file_with_swapped_axes_is_read_in_that_order(fresh_db: str, tmp_path: Path) -> None:
    """The first file put the northing first in all rows; the one row that comes back is too few to tell, so the batch remembers."""
    rows = [door(so_nha=str(at), kinh_do="21.3856", vi_do=f"{103.0162 + at / 1e5:.5f}") for at in range(1, 41)]
    rows[5]["duong"] = ""
    first, _ = load(fresh_db, tmp_path / "a.csv", rows)
    assert (first.counts["accepted_new"], first.counts["incomplete"]) == (39, 1)
    again, _ = load(fresh_db, tmp_path / "a.csv")
    assert again.repeated
    with db.session(fresh_db) as session:
        write_quarantine(quarantined(session, first.batch_id or 0), tmp_path / "q.csv")
    with (tmp_path / "q.csv").open(encoding="utf-8-sig", newline="") as stream:
        kept = list(csv.DictReader(stream))
    kept[0]["duong"] = "Võ Nguyên Giáp"
    with (tmp_path / "m.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(kept[0]))
        writer.writeheader()
        writer.writerows(kept)
    with db.session(fresh_db) as session:
        report = resubmit(session, tmp_path / "m.csv")
    assert report.counts["accepted_new"] == 1
