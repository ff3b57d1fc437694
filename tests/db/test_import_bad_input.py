"""Bad input gets a clear answer and loses nothing: files are refused as a whole, rows are kept with their reason."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from loaders.issues import ISSUES
from loaders.quarantine import quarantined
from loaders.result import write_quarantine
from registry import db
from registry.errors import FileRefused, NotFoundError, UnavailableError, UsageError
from registry.personal import scrub
from tests.conftest import Answer, _name
from tests.db.handover import HEADER, contents, door, fate, load, scalar, write
from tests.run import database

GOOD = "so_nha,duong,xa,tinh,kinh_do,vi_do\n12,Trần Phú,Phường Điện Biên Phủ,Điện Biên,103.0162,21.3856\n"

FILES = [
    (b"", "is empty"),
    (b"\xef\xbb\xbf", "no header"),
    (GOOD.split("\n", maxsplit=1)[0].encode(), "no rows"),
    (GOOD.replace("kinh_do", "abc").encode(), "lacks a needed column: longitude"),
    (GOOD.replace("duong", "abc").encode(), "lacks a needed column: street or hamlet"),
    (GOOD.replace("Trần Phú", "Café").encode("utf-8").replace("Café".encode(), "Café".encode("latin-1")), "not UTF-8: byte 4[0-9], line 2"),
    (b"PK\x03\x04....", "Excel"),
    (GOOD.encode() + b"1,\x00,a,b,1,2\n", "NUL byte on line 3"),
    (GOOD.replace("so_nha", "duong").encode(), "both stand for duong"),
    (
        GOOD.encode() + b'13,"Tran Phu,a,b,1,2\n' + GOOD.split("\n")[1].encode() + b"\n" + GOOD.split("\n")[1].encode(),
        "quote is not closed",
    ),
]


@pytest.mark.parametrize(("content", "words"), FILES)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(fresh_template: str, tmp_path: Path, content: bytes, words: str) -> None:
    """The refusal names the file and the byte, line or column; nothing is written."""
    path = tmp_path / "ban_giao.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=words) as refused:
        load(fresh_template, path)
    assert "ban_giao.csv" in refused.value.vi
    assert scalar(fresh_template, "SELECT count(*) FROM batch WHERE state = 'committed'") == 0


@pytest.fixture(scope="module")
def fresh_template(server: str, template_db: str) -> object:
    """Give one clone for all tests of this file that must leave nothing behind."""
    with database(server, _name("bad_input"), template_db) as url:
        yield url
        db.engine(url).dispose()


def test_a_missing_file_and_an_old_province_code_are_refused(fresh_template: str, tmp_path: Path) -> None:
    """The refusal of an old code says what the province is now."""
    with pytest.raises(FileRefused, match="Cannot open"):
        load(fresh_template, tmp_path / "none.csv")
    with pytest.raises(NotFoundError) as refused:
        load(fresh_template, tmp_path / "a.csv", [door()], province="35")
    assert "Ninh Bình" in refused.value.hint


ROWS = [
    ({"kinh_do": ""}, "incomplete", "row.point_missing"),
    ({"kinh_do": "0", "vi_do": "0"}, "incomplete", "row.point_zero"),
    ({"kinh_do": "abc"}, "rejected", "row.point_not_number"),
    ({"kinh_do": "nan"}, "incomplete", "row.point_missing"),
    ({"kinh_do": "103,0162"}, "accepted", "row.point_comma"),
    ({"kinh_do": "21.3856", "vi_do": "103.0162"}, "rejected", "row.point_swapped"),
    ({"kinh_do": "501660", "vi_do": "2365200"}, "rejected", "row.point_projected"),
    ({"kinh_do": "113.2644", "vi_do": "23.1291"}, "rejected", "row.point_outside"),
    ({"kinh_do": "2.35", "vi_do": "48.85"}, "rejected", "row.point_outside"),
    ({"kinh_do": "106.70", "vi_do": "10.77"}, "rejected", "row.point_outside_commune"),
    ({"duong": ""}, "incomplete", "row.place_missing"),
    ({"xa": ""}, "incomplete", "row.commune_missing"),
    ({"xa": "Phường Không Có Thật"}, "rejected", "row.unit_unknown"),
    ({"xa": "Mường Chà"}, "incomplete", "row.unit_ambiguous"),
    ({"xa": "", "ma_xa": "99999"}, "rejected", "row.unit_unknown"),
    ({"ma_xa": "03166"}, "rejected", "row.unit_code_conflict"),
    ({"so_nha": "2021-10-01 00:00:00"}, "incomplete", "row.house_date"),
    ({"so_nha": "12-Mar"}, "incomplete", "row.house_date"),
    ({"so_nha": "Đối diện số 9"}, "incomplete", "row.house_unclear"),
    ({"so_nha": ""}, "accepted", "row.house_missing"),
    ({"ma_dia_chi_so": "32110-K7Q4A"}, "rejected", "row.code_check"),
    ({"ma_dia_chi_so": "710090124"}, "rejected", "row.code_lost_zero"),
    ({"ma_dia_chi_so": "'3210000771"}, "accepted", ""),
    ({"ma_dia_chi_so": "3210000772.0"}, "accepted", ""),
    ({"vpostcode": "xyz"}, "accepted", "row.vpostcode_shape"),
    ({"so_ho": "-1"}, "rejected", "row.households_invalid"),
    ({"so_ho": "1e9"}, "rejected", "row.households_invalid"),
    ({"loai": "chùa"}, "accepted", "row.kind_unknown"),
    ({"trang_thai": "xong"}, "accepted", "row.status_unknown"),
    ({"ngay_thu_thap": "31/02/2024"}, "accepted", "row.date_invalid"),
    ({"ghi_chu": "gọi 0912 345 678"}, "accepted", "row.personal_data"),
    ({"duong": "x" * 10_001}, "rejected", "row.cell_too_long"),
]


def test_every_bad_row_ends_with_its_reason(fresh_db: str, tmp_path: Path) -> None:
    """One file with all faults of a row: each has its outcome and its issue, and the good row among them is accepted."""
    rows = [door(so_nha=str(100 + at)) | cells for at, (cells, _, _) in enumerate(ROWS)]
    _, result = load(fresh_db, tmp_path / "a.csv", [*rows, door()])
    assert fate(result) == [*((outcome, issue) for _, outcome, issue in ROWS), ("accepted", "")]
    assert scalar(fresh_db, "SELECT count(*) FROM address WHERE note LIKE '%0912%'") == 0
    suggested = scalar(
        fresh_db, "SELECT details->'row.point_swapped'->'suggestion'->>'kinh_do' FROM batch_row WHERE 'row.point_swapped' = ANY (issues)"
    )
    assert suggested == "103.0162"


def test_rows_that_contradict_one_another_are_told_apart(fresh_db: str, tmp_path: Path) -> None:
    """The first of two rows is accepted; the second says which row it collides with."""
    rows = [
        door(ma_dia_chi_so="3210000001", ma_ho="A"),
        door(ma_dia_chi_so="3210000001", so_nha="99"),
        door(ma_ho="A", so_nha="98"),
        door(so_nha="Số 12"),
    ]
    _, result = load(fresh_db, tmp_path / "a.csv", rows)
    assert fate(result) == [
        ("accepted", ""), ("rejected", "row.code_repeated"), ("rejected", "row.household_repeated"), ("duplicate", "row.same_door_in_file"),
    ]  # fmt: skip
    assert scalar(fresh_db, "SELECT details->'row.same_door_in_file'->>'row' FROM batch_row WHERE row_no = 4") == "1"


def test_what_another_door_holds_is_not_taken(fresh_db: str, tmp_path: Path) -> None:
    """A registered code or household stays with its door; the same door far away is held back."""
    load(fresh_db, tmp_path / "a.csv", [door(ma_dia_chi_so="3210000001", ma_ho="A")])
    before = contents(fresh_db)
    rows = [
        door(ma_dia_chi_so="3210000001", so_nha="50", kinh_do="103.0200"),
        door(ma_ho="A", so_nha="51"),
        door(kinh_do="103.0262"),
    ]
    _, result = load(fresh_db, tmp_path / "b.csv", rows)
    assert fate(result) == [("rejected", "row.code_taken"), ("rejected", "row.household_elsewhere"), ("duplicate", "row.same_door_far")]
    assert contents(fresh_db) == before


def test_odd_rows_are_kept_with_all_their_cells(fresh_db: str, tmp_path: Path) -> None:
    """A row of 40 cells and ten megabytes in one cell are rejected, kept in full, and stop nothing."""
    path = write(tmp_path / "a.csv", [door()])
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["x"] * 40, ["y"], ["z" * 10_000_000, *[""] * (len(HEADER) - 1)]])
    _, result = load(fresh_db, path)
    assert fate(result)[1:] == [("rejected", "row.columns"), ("rejected", "row.columns"), ("rejected", "row.cell_too_long")]
    assert scalar(fresh_db, "SELECT jsonb_array_length(raw->'_extra') FROM batch_row WHERE row_no = 2") == 40 - len(HEADER)
    assert scalar(fresh_db, "SELECT length(raw->>'stt') FROM batch_row WHERE row_no = 4") == 10_000_000


@pytest.mark.parametrize("cell", ["x" * 2_000_000, "a@" * 1_000_000, "1" * 2_000_000, "bà" + " " * 1_999_998])
def test_two_megabytes_of_anything_in_one_cell_end_as_a_rejected_row(fresh_template: str, tmp_path: Path, cell: str) -> None:
    """Looking for personal data takes linear time: a note without spaces, of signs of an address or of digits stops nothing."""
    _, result = load(fresh_template, tmp_path / "a.csv", [door(ghi_chu=cell)], dry_run=True)
    assert fate(result) == [("rejected", "row.cell_too_long")]
    assert result[0]["ghi_chu"] == cell


def test_an_email_with_a_long_name_is_masked() -> None:
    """No length of the part before the sign hides an address."""
    assert scrub(f"gọi {'x' * 300}@example.vn nhé") == "gọi *** nhé"


def test_surplus_cells_go_home_with_the_row_and_columns_keep_the_order_of_the_file(fresh_db: str, tmp_path: Path) -> None:
    """The result joins surplus cells into the last one; the quarantine has the file's own header order and the surplus behind."""
    path = write(tmp_path / "a.csv", [door(kinh_do="")])
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow([*["x"] * len(HEADER), "y", "z"])
    report, result = load(fresh_db, path)
    assert result[1]["ghi_chu"] == "x,y,z"
    assert fate(result)[1] == ("rejected", "row.columns")
    with db.session(fresh_db) as session:
        write_quarantine(quarantined(session, report.batch_id or 0), tmp_path / "q.csv")
    with (tmp_path / "q.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][6:] == [*HEADER, "_extra"]
    assert rows[2][-1] == '["y", "z"]'


@pytest.mark.parametrize("encoding", ["xx", "hex", "rot13", "undefined"])
def test_an_unknown_encoding_is_wrong_usage(fresh_template: str, tmp_path: Path, encoding: str) -> None:
    """What is no character set is refused with examples of those that are."""
    with pytest.raises(UsageError, match="Unknown encoding") as refused:
        load(fresh_template, tmp_path / "a.csv", [door()], encoding=encoding)
    assert "windows-1258" in refused.value.hint


def test_a_command_line_with_a_wrong_part_says_which(command: Callable[..., Answer], tmp_path: Path) -> None:
    """No file and a strange encoding are wrong usage; a province that is none today and a missing mapping are refused."""
    path = str(write(tmp_path / "a.csv", [door()]))
    answers = [
        command("import"), command("import", path, "--encoding", "xx"), command("import", path, "--province", "99"),
        command("import", path, "--province", "35"), command("import", path, "--mapping", "nope.toml"),
    ]  # fmt: skip
    assert [answer.code for answer in answers] == [2, 2, 1, 1, 1]
    assert "diachiso import" in answers[0].err
    assert "Ninh Bình" in answers[3].err
    assert "Không mở được tệp ánh xạ nope.toml" in answers[4].err
    assert not any("Errno" in answer.err for answer in answers)
    assert command("coverage", "--province", "35").err == answers[3].err


def test_personal_data_is_not_even_kept_in_quarantine(fresh_db: str, tmp_path: Path) -> None:
    """Columns of names and phones are masked in kept rows; a phone in a note as well."""
    path = tmp_path / "a.csv"
    path.write_text(
        "duong,so_nha,xa,tinh,kinh_do,vi_do,so_dien_thoai,ghi_chu\n"
        "Trần Phú,5,Phường Điện Biên Phủ,Điện Biên,,,0912345678,gọi 0987.654.321\n",
        encoding="utf-8",
    )
    report, _ = load(fresh_db, path)
    kept = scalar(fresh_db, "SELECT raw\\:\\:text FROM batch_row")
    assert "0912345678" not in kept
    assert "654" not in kept
    assert ("file.personal_columns", "so_dien_thoai") in report.notes


def test_another_provinces_row_is_rejected_in_a_provinces_batch(fresh_db: str, tmp_path: Path) -> None:
    """With a province given, rows of others do not enter."""
    rows = [door(), door(xa="Phường Phủ Lý", tinh="Ninh Bình", kinh_do="105.92", vi_do="20.54")]
    _, result = load(fresh_db, tmp_path / "a.csv", rows, province="11")
    assert fate(result) == [("accepted", ""), ("rejected", "row.outside_province")]


def test_a_read_only_database_is_a_sentence_and_nothing_is_left(fresh_db: str, tmp_path: Path) -> None:
    """A server that refuses to write gives UnavailableError."""
    path = write(tmp_path / "a.csv", [door()])
    name = make_url(fresh_db).database
    with db.session(fresh_db) as session:
        session.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        session.commit()
    db.engine(fresh_db).dispose()
    with pytest.raises(UnavailableError, match="read-only"):
        load(fresh_db, path)
    assert scalar(fresh_db, "SELECT count(*) FROM batch WHERE state = 'committed'") == 0


def test_ctrl_c_in_the_middle_leaves_nothing(fresh_db: str, tmp_path: Path) -> None:
    """An interrupted import leaves no batch and no address, says so, and the file can be imported afterwards."""
    path = write(tmp_path / "a.csv", [door(so_nha=str(number)) for number in range(1, 4000)])
    script = (
        "import os, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import loaders.batch as batch\n"
        "wanted = batch.settle\n"
        "def settle(*args):\n    wanted(*args)\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "    args[0].connection().exec_driver_sql('SELECT pg_sleep(600)')\n"
        "batch.settle = settle\n"
        "from service.cli.main import run\nrun()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, "import", str(path)],
        env=os.environ | {"DIACHISO_DATABASE_URL": fresh_db}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 128 + signal.SIGINT
    assert "nothing" in ended.stderr
    assert scalar(fresh_db, "SELECT string_agg(state, ' ') FROM batch") == "rejected"
    assert scalar(fresh_db, "SELECT count(*) FROM address") == 0
    report, _ = load(fresh_db, path)
    assert report.counts["accepted_new"] == 3999


def test_every_issue_is_worded_in_both_languages() -> None:
    """An issue has a Vietnamese and an English label."""
    for code, issue in ISSUES.items():
        assert issue.vi, code
        assert issue.en, code
