"""The national ledger says what its sources say, province by province, and leaves blank what they do not say."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from loaders.ledger import show
from loaders.ledger_file import COLUMNS, load
from registry import db
from registry.errors import FileRefused, NotFoundError
from tests.db.handover import door
from tests.db.handover import load as import_rows

SAMPLE = Path(__file__).parents[2] / "sample_data" / "ledger_2023_06.csv"
HEAD = ",".join(COLUMNS)


def said(path: Path, *lines: str) -> Path:
    """Write a ledger file."""
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


def test_the_figures_of_june_2023_are_those_of_the_conference(session: Session) -> None:
    """21 provinces complete, 2 in part, 40 not named; 7,100,992 of 23,302,330; no province has a number of its own."""
    assert load(session, SAMPLE).added == 24
    report = show(session)
    assert (report.as_of, len(report.lines)) == (date(2023, 6, 27), 63)
    assert (report.total.expected, report.total.handed_over) == (23_302_330, 7_100_992)
    assert round(report.total.share or 0, 6) == 0.304733
    assert report.total.states == {"complete": 21, "partial": 2, "": 40}
    assert {line.name for line in report.lines if line.state == "partial"} == {"Tỉnh Quảng Ninh", "Tỉnh Thái Bình"}
    assert all(line.expected is None and line.handed_over is None and line.share is None for line in report.lines)
    assert any("63 of 63 provinces have none" in en for _, en in report.notes)


def test_todays_map_gathers_the_provinces_without_guessing(session: Session) -> None:
    """34 lines; where one of the old provinces is not named the state is unknown, and all members are there."""
    load(session, SAMPLE)
    lines = {line.code: line for line in show(session, today_map=True).lines}
    assert len(lines) == 34
    assert (lines["24"].state, lines["33"].state, lines["37"].state) == ("complete", "partial", None)
    assert lines["37"].states == {"complete": 2, "": 1}
    assert lines["37"].members == ("Tỉnh Hà Nam", "Tỉnh Nam Định", "Tỉnh Ninh Bình")
    assert sum(sum(line.states.values()) for line in lines.values()) == 63


def test_numbers_add_up_where_all_are_known_and_only_there(session: Session, tmp_path: Path) -> None:
    """Two of today's one province have numbers: their sum is today's; with one unknown there is no sum."""
    lines = ("2024-01-01,24,Bắc Giang,1.000,900,,a", "2024-01-01,27,Bắc Ninh,500,500,complete,b", "2024-01-01,35,Hà Nam,300,0,none,c")
    load(session, said(tmp_path / "l.csv", *lines))
    merged = {line.code: line for line in show(session, today_map=True).lines}
    assert (merged["24"].expected, merged["24"].handed_over, merged["24"].source) == (1500, 1400, "a; b")
    assert (merged["37"].expected, merged["37"].handed_over) == (None, None)
    assert show(session).total.expected is None


def test_a_total_that_its_provinces_exceed_is_pointed_out(session: Session, tmp_path: Path) -> None:
    """The country's own figure stands, with a note that the known lines are already more; more than expected is named."""
    load(session, said(tmp_path / "l.csv", "2024-01-01,,Cả nước,100,90,,a", "2024-01-01,11,Điện Biên,80,95,,a"))
    report = show(session)
    words = " ".join(en for _, en in report.notes)
    assert report.total.handed_over == 90
    assert "add up to 95" in words
    assert "More handed over than expected: Tỉnh Điện Biên" in words


def test_a_line_loaded_again_is_changed_or_the_same_and_an_earlier_day_stays(session: Session, tmp_path: Path) -> None:
    """One line a day and province; the day asked for chooses the latest source before it."""
    load(session, SAMPLE)
    again = load(session, SAMPLE)
    assert (again.added, again.changed, again.same) == (0, 0, 24)
    done = load(session, said(tmp_path / "l.csv", "2023-06-27,11,Điện Biên,5,5,complete,x", "2023-12-31,11,Điện Biên,6,6,complete,x"))
    assert (done.added, done.changed) == (1, 1)
    assert [show(session, day).as_of for day in (date(2023, 7, 1), None)] == [date(2023, 6, 27), date(2023, 12, 31)]
    with pytest.raises(NotFoundError):
        show(session, date(2020, 1, 1))


def test_a_ledger_of_today_takes_todays_codes(session: Session, tmp_path: Path) -> None:
    """24 was Bắc Giang and is Bắc Ninh now: the day decides."""
    load(session, said(tmp_path / "l.csv", "2025-08-01,24,Bắc Ninh,5,,,x"))
    assert len(show(session).lines) == 34
    with pytest.raises(FileRefused, match="24 is Tỉnh Bắc Giang"):
        load(session, said(tmp_path / "l.csv", "2024-08-01,24,Bắc Ninh,5,,,x"))


def test_what_the_registry_received_stands_beside_it_on_both_maps(fresh_db: str, tmp_path: Path) -> None:
    """A door recorded in an old ward of Hà Nam is Hà Nam's then and Ninh Bình's today; a door of today is traced back."""
    old = door(xa="Phường Châu Cầu", huyen="Thành phố Phủ Lý", tinh="Tỉnh Hà Nam", kinh_do="105.9167", vi_do="20.5410")
    today = door(xa="Phường Phủ Lý", tinh="Ninh Bình", so_nha="77", kinh_do="105.9167", vi_do="20.5410")
    _, result = import_rows(fresh_db, tmp_path / "a.csv", [old, today, door(), door(so_nha="14", kinh_do="")])
    assert [row["result_outcome"] for row in result] == ["accepted", "accepted", "accepted", "incomplete"]
    with db.session(fresh_db) as session:
        load(session, SAMPLE)
        then = {line.code: line.received for line in show(session).lines if line.received}
        now = {line.code: line.received for line in show(session, today_map=True).lines if line.received}
        assert show(session).total.received == 3
        assert show(session, date(2023, 7, 1)).total.received == 0
    assert (then, now) == ({"11": 1, "35": 2}, {"11": 1, "37": 2})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2023-06-27,99,Không Đâu,1,1,,x", "no province has the code 99"),
        ("2023-06-27,11,Lai Châu,1,1,,x", "11 is Tỉnh Điện Biên"),
        ("2023-06-27,11,Điện Biên,abc,1,,x", "“abc” is no whole number"),
        ("2023-06-27,11,Điện Biên,-5,1,,x", "is no whole number"),
        ("2023-06-27,11,Điện Biên,5,4,complete,x", "“complete” contradicts 4"),
        ("2023-06-27,11,Điện Biên,5,4,none,x", "“none” contradicts 4"),
        ("2023-06-27,11,Điện Biên,5,4,maybe,x", "unknown state"),
        ("2023-06-27,11,Điện Biên,5,4,,", "no source"),
        ("2023-06-27,11,Điện Biên,,,,x", "says nothing"),
        ("27/6/2023,11,Điện Biên,5,4,,x", "is no date"),
        ("2023-06-27,,Điện Biên,5,4,,x", "has no province code"),
        ("2023-06-27,11,Điện Biên,5,4,,x\n2023-06-27,11,Điện Biên,5,4,,x", "stands twice"),
    ],
)
def test_a_line_that_cannot_be_true_refuses_the_file(session: Session, tmp_path: Path, line: str, words: str) -> None:
    """The refusal names the line and what is wrong with it."""
    with pytest.raises(FileRefused, match=words):
        load(session, said(tmp_path / "l.csv", line))


def test_a_file_that_is_no_ledger_is_refused(session: Session, tmp_path: Path) -> None:
    """Missing, empty, other columns, not UTF-8."""
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "bytes.csv").write_bytes(HEAD.encode() + b"\n2023-06-27,11,\xd0\xff,1,1,,x\n")
    for name in ("missing.csv", "other.csv", "bytes.csv"):
        with pytest.raises(FileRefused):
            load(session, tmp_path / name)
    with pytest.raises(FileRefused, match="has no rows"):
        load(session, said(tmp_path / "l.csv"))


def test_every_form_says_the_same(command: Callable[..., Any], tmp_path: Path) -> None:
    """Table, CSV, JSON and workbook carry the country's line; `ledger` alone shows; wrong forms and days are wrong usage."""
    assert command("ledger").code == 1
    assert "Thêm 24" in command("ledger", "load", str(SAMPLE)).out
    shown = command("ledger")
    assert all(
        words in shown.out for words in ("23.302.330", "7.100.992", "30,47", "21 đủ", "Tỉnh Hoà Bình", "63/63 tỉnh không có số riêng")
    )
    rows = list(csv.DictReader(io.StringIO(command("ledger", "show", "--format", "csv").out)))
    told = json.loads(command("ledger", "--today-map", "--format", "json").out)
    assert (rows[-1]["expected"], rows[0]["expected"], len(rows)) == ("23302330", "", 64)
    assert (told["total"]["share"], told["lines"][0]["expected"], told["map"]) == (0.3047, None, "today")
    assert command("ledger", "--format", "xlsx", "--output", str(tmp_path / "l.xlsx")).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx")["Sổ bàn giao"]
    assert [cell.value for cell in sheet[sheet.max_row]][2:5] == ["Cả nước", 23302330, 7100992]
    assert command("ledger", "--output", str(tmp_path / "l.txt")).code == 0
    assert "23.302.330" in (tmp_path / "l.txt").read_text(encoding="utf-8")
    wrong = (("--format", "pdf"), ("--format", "xlsx"), ("--on", "hôm qua"))
    assert [command("ledger", "show", *arguments).code for arguments in wrong] == [2, 2, 2]
