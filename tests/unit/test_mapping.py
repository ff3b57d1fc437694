"""Columns of foreign files: known headers, slips that are only proposed, cells with a whole point, and the mapping file."""

from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from loaders.by_name import by_name
from loaders.by_value import by_value
from loaders.fields import COLUMNS, Columns, identify, is_known_header, near_words, sight
from loaders.headers import known, near
from loaders.mapping import Mapping, read_mapping, written
from loaders.point_cell import point_cell
from loaders.suggest import as_toml, propose
from registry.errors import FileRefused, UsageError
from registry.text import clean
from service.cli import mapping as mapping_command

NAMES = tuple(COLUMNS)
POST = {
    "ndasCode": "ma_dia_chi_so", "smartCode": "vpostcode", "type": "loai", "hsNum": "so_nha", "alleyLv1": "ngo", "alleyLv2": "ngach",
    "stName": "duong", "subVillage": "thon_to", "village": "thon_to", "nameBuilding": "toa_nha", "numberFloorBulding": "tang",
    "numberRoomBulding": "phong", "ward": "xa", "district": "huyen", "city": "tinh", "Longitude": "kinh_do", "Latitude": "vi_do",
    "verify": "trang_thai", "info": "ghi_chu", "FullAddress": "dia_chi", "FormattedAddress": "dia_chi",
}  # fmt: skip
VIETNAMESE = {
    "Số nhà/ngõ/ngách": "so_nha", "Xã/Phường/Đặc khu": "xa", "Vĩ độ (Lat)": "vi_do", "Tọa độ X": "kinh_do", "TOA DO Y (m)": "vi_do",
    "1. Số nhà": "so_nha", "(3) Tên đường": "duong", "Cột 5: Mã hộ": "ma_ho", "Số nhà (*)": "so_nha", "tenDuong": "duong", "ma_xa": "ma_xa",
    "Phường, xã, thị trấn": "xa", "Tổ dân phố/thôn": "thon_to", "QUẬN HUYỆN": "huyen", "Tỉnh/TP": "tinh", "Kinh độ\nLongitude": "kinh_do",
    "Street / Tên đường": "duong", "kinhDoWgs84": "kinh_do", "Kinh độ (độ thập phân)": "kinh_do", "Tọa độ": "toa_do", "lat,long": "toa_do",
    "Số nhà (bắt buộc)": "so_nha", "X (Bắc)": "vi_do", "Y (Đông)": "kinh_do", "Địa chỉ đầy đủ": "dia_chi",
    "Họ và tên chủ hộ": "personal", "SĐT": "personal", "Số CCCD": "personal",
}  # fmt: skip


@pytest.mark.parametrize(("header", "canonical"), [*POST.items(), *VIETNAMESE.items()])
def test_headers_of_every_vocabulary_are_known(header: str, canonical: str) -> None:
    """The post's field names, officers' headers with units, numbering and brackets, two languages in one."""
    found = known(header)
    assert found is not None
    assert found.canonical == canonical
    assert is_known_header(header)


@pytest.mark.parametrize("header", ["Số tầng của trường", "nguồn", "Hướng nhà", "Diện tích", "Đường/phố/ngõ", "", "12", "Trần Phú"])
def test_other_words_are_no_headers(header: str) -> None:
    """What stands for nothing, or for two things, is unknown."""
    assert known(header) is None
    assert near(header) is None


@pytest.mark.parametrize(
    ("header", "canonical"), [("Kimh độ", "kinh_do"), ("Phuong/xaa", "xa"), ("Sô nhaà", "so_nha"), ("Ghi chus", "ghi_chu")]
)
def test_a_slip_is_proposed_and_not_read(header: str, canonical: str) -> None:
    """A near header is listed with the line of a mapping that settles it."""
    found = sight([header], Mapping(), "a.csv")
    assert not found.position
    assert found.near == ((0, canonical),)
    assert f'{canonical} = "{header}"' in near_words(found)


GOOD = ["so_nha", "duong", "xa", "tinh", "kinh_do", "vi_do"]


def test_a_slip_that_may_hold_a_part_of_the_address_refuses_the_file() -> None:
    """Without its hamlets every door of the file would be another one; a mapping decides either way."""
    header = [*GOOD, "Ngachs"]
    with pytest.raises(FileRefused, match="misspelt ngach") as refusal:
        identify(header, Mapping(), "a.csv", province_given=False)
    assert 'ngach = "Ngachs"' in refusal.value.hint
    assert identify(header, Mapping({"ngach": "Ngachs"}), "a.csv", province_given=False).has("ngach")
    assert not identify(header, Mapping(ignore=("Ngachs",)), "a.csv", province_given=False).has("ngach")


def test_a_slip_in_a_column_that_tells_no_door_is_only_noted() -> None:
    """A note with a slip in its header loses nothing that identifies a door."""
    found = identify([*GOOD, "Ghi chus"], Mapping(), "a.csv", province_given=False)
    assert found.near == ((6, "ghi_chu"),)


def test_a_missing_column_is_told_with_the_slip_that_may_be_it() -> None:
    """The hint names the line to write."""
    with pytest.raises(FileRefused, match="lacks a needed column: longitude") as refusal:
        identify(["so_nha", "duong", "xa", "tinh", "Kimh độ", "vi_do"], Mapping(), "a.csv", province_given=False)
    assert 'kinh_do = "Kimh độ"' in refusal.value.hint


def test_whole_addresses_and_whole_points_stand_in_for_their_parts() -> None:
    """`dia_chi` replaces street, commune and province where texts are read; `toa_do` replaces both coordinates."""
    assert identify(["Địa chỉ", "Tọa độ"], Mapping(), "a.csv", province_given=False, free_text=True).has("toa_do")
    with pytest.raises(FileRefused, match="street or hamlet"):
        identify(["Địa chỉ", "Tọa độ"], Mapping(), "a.csv", province_given=False)


def test_the_header_of_a_mapping_may_be_written_in_another_unicode_form() -> None:
    """Decomposed letters and stray spaces in the file are no other column."""
    header = [*GOOD, "Ngo\u0303  số"]
    assert identify(header, Mapping({"ngo": "Ngõ số"}), "a.csv", province_given=False).position["ngo"] == len(GOOD)


@pytest.mark.parametrize(
    ("cell", "point"),
    [
        ("21.03, 105.85", (105.85, 21.03)),
        ("105.85 21.03", (105.85, 21.03)),
        ("21.03,105.85", (105.85, 21.03)),
        ("21,03; 105,85", (105.85, 21.03)),
        ("21,03, 105,85", (105.85, 21.03)),
        ("(21.03 | 105.85)", (105.85, 21.03)),
        ("POINT(105.85 21.03)", (105.85, 21.03)),
        ("SRID=4326;POINT Z (105.85 21.03 5)", (105.85, 21.03)),
        ('{"type": "Point", "coordinates": [105.85, 21.03]}', (105.85, 21.03)),
        ("2365200.5 501660", (2365200.5, 501660.0)),
        ("21°01'48\"N 105°51'00\"E", (105.85, 21.03)),
        ("105°51'00\"Đ, 21°01'48\"B", (105.85, 21.03)),
        ("21°1.8'N, 105°51'E", (105.85, 21.03)),
        ("21.03", None),
        ("1,2,3", None),
        ("Hà Nội", None),
        ("", None),
        ("{}", None),
        ('{"type": "Polygon", "coordinates": [1, 2]}', None),
    ],
)
def test_one_cell_with_a_whole_point_is_split(cell: str, point: tuple[float, float] | None) -> None:
    """Longitude first, however it was written; what is no point is none."""
    found = point_cell(cell)
    assert found == (pytest.approx(point) if point else None)


@given(st.text())
def test_no_cell_breaks_the_splitting(cell: str) -> None:
    """Any text gives a pair of numbers or nothing."""
    found = point_cell(cell)
    assert found is None or len(found) == 2


HEADERS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(lambda text: clean(text) == text)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TABLES = st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=5)
MAPPINGS = st.builds(
    Mapping,
    columns=st.lists(HEADERS, max_size=6, unique=True).map(lambda headers: dict(zip(NAMES, headers, strict=False))),
    values=st.dictionaries(st.sampled_from(NAMES), st.dictionaries(WORDS, WORDS, min_size=1, max_size=3), max_size=3),
    defaults=TABLES,
    crs=st.sampled_from([None, "EPSG:9209", "vn2000:105-45", "utm48"]),
    sheet=st.none() | WORDS,
    delimiter=st.none() | st.sampled_from([";", "\t", "tab"]),
    encoding=st.none() | WORDS,
    profile=st.none() | WORDS,
    source=st.none() | WORDS,
    ignore=st.lists(HEADERS, max_size=3).map(tuple),
)


@given(MAPPINGS)
def test_a_mapping_that_was_written_is_read_back_the_same(tmp_path_factory: pytest.TempPathFactory, mapping: Mapping) -> None:
    """Whatever signs headers and values hold."""
    path = tmp_path_factory.mktemp("mapping") / "m.toml"
    path.write_text(written(mapping, dict.fromkeys(NAMES, "vì sao\n# why"), "đầu\nhead", "cuối\ntail"), encoding="utf-8", newline="\n")
    assert read_mapping(path, NAMES) == mapping


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('cột = "a"', "no well-formed TOML"),
        ('kinh_do = "Lon"', "unknown keys: kinh_do"),
        ('[columns]\nkinhdo = "Lon"', "unknown column names: kinhdo"),
        ('columns = "x"', "unknown column names: columns"),
        ('[values]\nloai = "x"', "wrong kind at values.loai"),
        ('[columns]\nxa = ["a", "b"]', "wrong kind at columns.xa"),
        ("crs = 9205", "wrong kind at crs"),
        ('ignore = "a"', "wrong kind at ignore"),
        ('crs = "EPSG:3857"', "Unknown coordinate system"),
        ('[columns]\nxa = "A"\nhuyen = "A"', "more than one canonical column"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    """A misspelt key must not be ignored: the file would be read in another way than its writer meant."""
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused, match=said):
        read_mapping(path, NAMES)


def test_every_sample_mapping_can_be_read() -> None:
    """The files that the messages point to are right."""
    samples = sorted((Path(__file__).parents[2] / "sample_data" / "mappings").glob("*.toml"))
    assert len(samples) == 2
    assert all(read_mapping(path, NAMES).columns for path in samples)


def test_only_what_is_said_is_kept_with_a_batch() -> None:
    """The options of batches from before the newer keys stay comparable."""
    assert set(Mapping().to_dict()) == {"columns", "values", "defaults", "crs"}
    assert Mapping(sheet="A", ignore=("x",)).to_dict()["ignore"] == ["x"]


@pytest.mark.parametrize(
    ("cells", "canonical"),
    [
        (["103.0162", "103.0171", "103.02"], None),
        (["103.0162", "103.0171", "103.0211"], "kinh_do"),
        (["21.3856", "21.3866", "21.3876"], "vi_do"),
        (["501660", "501661.5", "501662"], "kinh_do"),
        (["2365200", "2365201", "2365207"], "vi_do"),
        (["21.38, 103.01", "21.39, 103.02", "21.38, 103.05"], "toa_do"),
        (["3211900001", "3211900007", "3211900003"], "ma_dia_chi_so"),
        (["0912345678", "0987654321", "0351234567"], "personal"),
        (["03127", "03133", "03166"], "ma_xa"),
        (["Phường Điện Biên Phủ", "Xã Mường Phăng", "Phường Mường Thanh"], "xa"),
        (["Quận 1", "Huyện Củ Chi", "Thành phố Thủ Đức"], "huyen"),
        (["Tỉnh Điện Biên", "TP.HCM", "Tp. Hà Nội", "Hà Nam"], "tinh"),
        (["P. Châu Cầu", "P.1", "X. Phước Vinh"], "xa"),
        (["Điện Biên", "TP.HCM", "Hà Nam"], None),
        (["Hùng Vương", "Nguyễn Trãi", "Điện Biên Phủ"], None),
        (["5", "5", "5", "5"], None),
        (["hộ gia đình", "cơ quan", "doanh nghiệp"], "loai"),
        (["12", "14A", "16/2"], "so_nha"),
        (["1", "2", "3"], "stt"),
        (["12", "7", "90"], None),
        (["Thôn 3", "Bản Na Sang", "Tổ dân phố 5"], "thon_to"),
        (["12/03/2024", "13/03/2024", "2024-03-14"], "ngay_thu_thap"),
        (["12 Trần Phú, P. Phủ Lý, Ninh Bình", "5 Lê Lợi, P. Phủ Lý, Ninh Bình", "7 Lê Lợi, P. Phủ Lý, Hà Nam"], "dia_chi"),
        (["a", "b", "c"], None),
        (["03127"], None),
    ],
)
def test_values_propose_a_column(cells: list[str], canonical: str | None) -> None:
    """Four of five values must agree, and three must be there."""
    assert by_value(cells) == canonical


@pytest.mark.parametrize(
    ("header", "cells", "canonical"),
    [
        ("C", ["Hùng Vương", "Nguyễn Trãi", "Trần Phú"], "duong"),
        ("Tuyến phố/ngõ", ["Hùng Vương", "Nguyễn Trãi", "Tô Hiệu"], "duong"),
        ("C", ["Điện Biên", "TP.HCM", "Hà Nam"], "tinh"),
        ("Thành phố", ["Điện Biên", "TP.HCM", "Hà Nam"], "tinh"),
        ("C", ["Mường Phăng", "Lưu Nghiệp Anh", "Nà Tấu"], "xa"),
        ("Kinh phí", ["5", "5", "5"], None),
        ("Tuyến", ["1", "2", "2"], None),
        ("C", ["A", "B", "C"], None),
        ("C", ["Hùng Vương"], None),
    ],
)
def test_bare_names_propose_a_column(header: str, cells: list[str], canonical: str | None) -> None:
    """Streets before communes of the same name; a bare number is no district."""
    assert by_name(header, cells) == canonical


def test_columns_without_headers_are_told_apart_by_their_names() -> None:
    """Streets that are communes too do not take the place of the communes with their type words."""
    streets, communes = (
        ["Hùng Vương", "Nguyễn Trãi", "Trần Phú", "Lê Lợi"],
        ["Xã Lưu Nghiệp Anh", "Xã Long Hữu", "Xã Đôn Châu", "Phường Trà Vinh"],
    )
    rows = [[f"{at}", f"{at}A", streets[at % 4], "5", communes[at % 4], "Tỉnh Vĩnh Long"] for at in range(1, 9)]
    assert [each.canonical for each in propose(list("ABCDEF"), rows, Mapping()).sightings] == ["stt", "so_nha", "duong", "", "xa", "tinh"]
    header = ["STT", "Nhà", "Tuyến phố/ngõ", "Kinh phí", "Đơn vị cấp xã", "Đơn vị cấp tỉnh"]
    assert [each.canonical for each in propose(header, rows, Mapping()).sightings] == ["stt", "so_nha", "duong", "", "xa", "tinh"]


HEADER = ["TT", "Cột 1", "Họ tên", "Kimh độ", "Vĩ độ", "Số nhà", "Tên đường", "Cột 2", "TP", "Loại", "Ghi chú"]
ROWS = [
    [str(number), f"321190000{number}", "Nguyễn Văn A", f"103.01{number}2", f"21.38{number}6", f"{number}A", "Trần Phú",
     "Phường Điện Biên Phủ", "Điện Biên", "chùa", "gọi 0912345678"]
    for number in range(1, 6)
]  # fmt: skip


def test_a_suggestion_says_of_each_column_what_it_is_and_why(tmp_path: Path) -> None:
    """Exact, synonym, near, by value; personal values are never shown; the file that is written reads the file it was made for."""
    found = propose(HEADER, ROWS, Mapping())
    assert [(each.canonical, each.why) for each in found.sightings] == [
        ("stt", "synonym"), ("ma_dia_chi_so", "value"), ("personal", "personal"), ("kinh_do", "near"), ("vi_do", "exact"),
        ("so_nha", "exact"), ("duong", "synonym"), ("xa", "value"), ("tinh", "synonym"), ("loai", "exact"), ("ghi_chu", "exact"),
    ]  # fmt: skip
    shown = " ".join(sample for each in found.sightings for sample in each.samples)
    assert "Nguyễn" not in shown
    assert "0912345678" not in shown
    assert found.unknown_words == {"loai": ("chùa",)}
    assert not found.lacking
    path = tmp_path / "m.toml"
    path.write_text(as_toml(found, "a.csv"), encoding="utf-8")
    mapping = read_mapping(path, NAMES)
    assert mapping == found.mapping
    columns: Columns = identify(HEADER, mapping, "a.csv", province_given=False)
    assert columns.position["kinh_do"] == 3
    assert columns.position["xa"] == 7


def test_a_suggestion_names_the_zones_of_the_province_for_metres() -> None:
    """A merged province has several; none is taken in silence."""
    rows = [["12", "Trần Phú", "Phường Phủ Lý", "Ninh Bình", f"227{number}00.5", f"59{number}100.2"] for number in range(1, 6)]
    found = propose(["so_nha", "duong", "xa", "tinh", "X", "Y"], rows, Mapping())
    assert found.metres
    assert found.zones == ("EPSG:5897 (105°00′)", "EPSG:9209 (105°30′)")
    assert '# crs = "EPSG:5897"' in as_toml(found, "a.csv")
    assert found.mapping.crs is None


def test_several_columns_for_one_stay_with_the_synonyms() -> None:
    """A mapping can name one column only, so that it names none where several are read; two coordinates are a question."""
    rows = [["Làng A", "Tổ 5", "1", "2", "3"]] * 3
    found = propose(["village", "subVillage", "x", "Longitude", "y"], rows, Mapping())
    assert "thon_to" not in found.mapping.columns
    assert [each.why for each in found.sightings] == ["synonym", "synonym", "synonym", "twice", "synonym"]
    assert found.mapping.columns["kinh_do"] == "x"


def test_the_command_shows_the_columns_and_writes_the_mapping(tmp_path: Path) -> None:
    """The file it writes is not overwritten without being asked to."""
    app = typer.Typer()
    mapping_command.register(app)
    app.command()(lambda: None)
    file, output = tmp_path / "a.csv", tmp_path / "a.toml"
    file.write_text("\n".join(";".join(cells) for cells in (HEADER, *ROWS)), encoding="utf-8")
    arguments = ["mapping", "suggest", str(file), "--output", str(output), "--source", "Bưu điện huyện"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "ma_dia_chi_so?" in done.output
    assert "Nguyễn" not in done.output
    assert read_mapping(output, NAMES).source == "Bưu điện huyện"
    assert isinstance(CliRunner().invoke(app, arguments).exception, UsageError)
    shown = CliRunner().invoke(app, ["mapping", "show", str(output)])
    assert "Bưu điện huyện" in shown.output
    assert "Kimh độ" in shown.output
