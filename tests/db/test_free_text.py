"""Whole addresses in one text become the cells of a row, or stay empty where they are not sure."""

import csv
import json
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.orm import Session

from geocode.gazetteer import Gazetteer
from geocode.gazetteer_load import load_gazetteer
from loaders import doors
from loaders.unit_directory import directory
from registry import db
from registry.units_directory import Directory
from registry.units_match import Stated, match
from service.bench.made_up import write
from service.free_text import FreeText, parse_texts

SHARED = Path(os.environ.get("DIACHISO_SHARED", Path(__file__).parents[3] / "shared" / "data"))
ROWS = 1500


@pytest.fixture(scope="module")
def opened(shared_db: str) -> Iterator[Session]:
    """Give a session on the reference data, without any registered door."""
    with db.session(shared_db) as session:
        yield session


@pytest.fixture(scope="module")
def gazetteer(opened: Session) -> Gazetteer:
    """Give the names of the country."""
    return load_gazetteer(opened)


@pytest.fixture(scope="module")
def units(opened: Session) -> Directory:
    """Give the units as the import reads them."""
    return directory(opened)


def communes(units: Directory, cells: dict[str, str]) -> set[int]:
    """Return the communes of today that the import would take the cells for."""
    stated = Stated("", cells.get("xa", ""), cells.get("huyen", ""), cells.get("tinh", ""))
    return {today for _, today in match(units, stated).candidates} if cells.get("xa") else set()


def door(cells: dict[str, str]) -> tuple[str, ...]:
    """Return the keys by which the import would know the door."""
    get = cells.get
    house = doors.house(get("so_nha", ""), get("ngo", ""), get("ngach", "")).key
    street = doors.place("street", get("duong", "")).key
    hamlet = doors.place("hamlet", get("thon_to", "")).key
    return house, street, hamlet, doors.flat(get("toa_nha", ""), get("tang", ""), get("phong", "")).key


def plain(row: dict[str, str], *, typed: bool) -> str:
    """Write a row as people write an address, small to large."""
    number = row["so_nha"] + "".join(f" {word} {row[name]}" for name, word in (("ngach", "ngách"), ("ngo", "ngõ")) if row[name])
    street = f"đường {row['duong']}" if row["duong"] and (typed or row["duong"][0].isdigit()) else row["duong"]
    flat = f"phòng {row['phong']} tầng {row['tang']} {row['toa_nha']}, " if row["phong"] else ""
    first = f"{flat}{'số ' if typed else ''}{number} {street}".strip()
    return ", ".join(part for part in (first, row["thon_to"], row["xa"], row["huyen"], row["tinh"]) if part)


@pytest.mark.parametrize("typed", [True, False])
def test_plain_texts_of_made_up_doors_come_back_as_they_were(
    opened: Session, gazetteer: Gazetteer, units: Directory, tmp_path: Path, *, typed: bool
) -> None:
    """Commune, house path, street, hamlet and flat of at least 98 %, and never another commune."""
    path = tmp_path / "doors.csv"
    write(opened, path, 4 * ROWS, seed=11)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["so_nha"]]
    rows = Random(3).sample(rows, ROWS)  # noqa: S311 - reproducible, not secret
    found = parse_texts(gazetteer, [plain(row, typed=typed) for row in rows])
    same = [communes(units, cells) == communes(units, row) and door(cells) == door(row) for row, cells in zip(rows, found, strict=True)]
    assert sum(same) >= 0.98 * ROWS
    assert all(not cells.get("xa") or communes(units, cells) == communes(units, row) for row, cells in zip(rows, found, strict=True))


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (
            "số 47 ngách 32 ngõ 145 Trần Phú, P. Châu Cầu, TP Phủ Lý, Hà Nam",
            {"so_nha": "145/32/47", "duong": "Trần Phú", "xa": "Phường Châu Cầu", "huyen": "Thành phố Phủ Lý", "tinh": "Tỉnh Hà Nam"},
        ),
        (
            "Chị Hoa 0912 345 678, 12A đường Dương Quảng Hàm, Phường Quan Hoa, Quận Cầu Giấy, Hà Nội",
            {"so_nha": "12A", "duong": "Dương Quảng Hàm", "xa": "Phường Quan Hoa", "huyen": "Quận Cầu Giấy", "tinh": "Thành phố Hà Nội"},
        ),
        ("Ấp 4, Xã Phước Vinh, Tỉnh Tây Ninh", {"thon_to": "Ấp 4", "xa": "Xã Phước Vinh", "tinh": "Tỉnh Tây Ninh"}),
        ("123", {}),
        ("xin chào các bạn", {}),
        ("", {}),
        ("12 Trần Phú, P. Châu Cầu, Phủ Lý, Hà Nam; 5 Lê Lợi, P. Châu Cầu, Phủ Lý, Hà Nam", {}),
    ],
)
def test_a_text_gives_the_cells_that_are_sure(gazetteer: Gazetteer, text: str, cells: dict[str, str]) -> None:
    """Recipients and phones are not carried; nonsense and two addresses in a cell give nothing."""
    assert parse_texts(gazetteer, [text]) == [cells]


TAILS = (
    ", gọi chị Lan Hương 0901234567",
    " - ĐT 0901234567",
    "; gặp anh Tuấn",
    ", chị Lan Hương",
    " (SĐT: 0901234567)",
    ", LH: cô Mai 0901 234 567",
    ", người nhận: Nguyễn Văn An, sđt 0901234567",
    " liên hệ 0901234567 (gặp anh Tuấn)",
    ", gọi trước khi giao 0901234567",
    "; 0901234567 trước khi giao",
    ", 0901234567 chị Lan",
    "; gặp anh Tuấn hoặc chị Lan",
    ". Gọi 0901234567 gặp Tuấn",
)
# Without marks and without a phone beside them these names may be places: the commune waits for a human.
MAY_BE_PLACES = {", chị Lan Hương", "; gặp anh Tuấn hoặc chị Lan", ". Gọi 0901234567 gặp Tuấn"}


@pytest.mark.parametrize(
    ("tail", "marks"), [(tail, marks) for tail in TAILS for marks in (True, False) if marks or tail not in MAY_BE_PLACES]
)
def test_a_recipient_behind_the_address_takes_nothing_from_it(gazetteer: Gazetteer, tail: str, *, marks: bool) -> None:
    """Names, phones and the words that announce them are neither carried nor in the way of the commune."""
    (cells,) = parse_texts(gazetteer, ["229A Điện Biên Phủ, Xã Long Hữu, Tỉnh Vĩnh Long" + (tail if marks else bare(tail))])
    assert cells == {"so_nha": "229A", "duong": "Điện Biên Phủ", "xa": "Xã Long Hữu", "tinh": "Tỉnh Vĩnh Long"}


def bare(text: str) -> str:
    """Return a text typed without marks."""
    letters = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@pytest.mark.parametrize("tail", ["", " 0901234567", ", anh 0901234567", " - gặp anh Tuấn"])
def test_a_title_that_ends_a_name_stays(gazetteer: Gazetteer, tail: str) -> None:
    """Xã Lưu Nghiệp Anh is a commune, whatever stands behind it."""
    (cells,) = parse_texts(gazetteer, [f"12 Trần Phú, Tỉnh Vĩnh Long, Xã Lưu Nghiệp Anh{tail}"])
    assert cells["xa"] == "Xã Lưu Nghiệp Anh"


@pytest.mark.parametrize(
    "text",
    [
        "12 Trần Phú, Phường Hải Châu 1, Quận Hải Châu, Đà Nẵng",
        "280 Trần Cung, Từ Liêm, Hà Nội",
        "5 Lê Lợi, Phường Châu Câux, Hà Nam",
        "5 Lê Lợi, Hoàn Kiếm, Hà Nội",
        "8 Nguyễn Huệ, Phường 4",
        "8 Nguyễn Huệ, TP Vinh, Nghệ An",
    ],
)
def test_a_commune_in_doubt_is_left_empty(gazetteer: Gazetteer, text: str) -> None:
    """A ward of another number, a short form of an old district, a slip, a name of two levels, a ward of many towns, none at all."""
    (cells,) = parse_texts(gazetteer, [text])
    assert "xa" not in cells
    assert cells["so_nha"]


def test_the_reader_is_what_the_import_calls(opened: Session) -> None:
    """One object that holds its names; as many answers as texts, in their order."""
    assert [bool(cells) for cells in FreeText.open(opened)(["1 Trần Phú, Phường Điện Biên Phủ, Điện Biên", "…"])] == [True, False]


@pytest.mark.skipif(not (SHARED / "eval_dev.jsonl").exists(), reason="needs the shared evaluation texts")
def test_messy_texts_never_become_another_commune(gazetteer: Gazetteer, units: Directory) -> None:
    """What is not sure is left empty: no text whose commune is known comes back with only others."""
    with (SHARED / "eval_dev.jsonl").open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    known = [row for row in rows if row["expected"].get("new_commune_codes")]
    found = parse_texts(gazetteer, [row["text"] for row in known])
    right = wrong = 0
    for row, cells in zip(known, found, strict=True):
        codes = {units.units[today].code for today in communes(units, cells)}
        wrong += bool(codes) and codes.isdisjoint(row["expected"]["new_commune_codes"])
        right += bool(codes) and codes <= set(row["expected"]["new_commune_codes"])
    assert wrong == 0
    assert right >= 0.7 * len(known)
