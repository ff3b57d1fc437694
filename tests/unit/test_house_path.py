"""House numbers: every notation of one door becomes one path, and what is no house number becomes none."""

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.house_path import HousePath, alley_name, alley_of, flat_key, from_columns, north, readings, slashes, south

VECTORS = Path(__file__).parents[1] / "vectors" / "house_paths.csv"
NUMBERS = st.integers(1, 9999).map(str)
PARTS = st.one_of(
    NUMBERS,
    st.builds(str.__add__, NUMBERS, st.sampled_from(["A", "B", "C", "D", "BIS", "TER", "KEP", "D2"])),
    st.builds(str.__add__, st.sampled_from(["A", "B", "E", "L"]), NUMBERS),
)
HOUSES = st.one_of(PARTS, st.builds(lambda low, more: f"{low}-{low + more}", st.integers(1, 900), st.integers(1, 9)))
PATHS = st.builds(lambda alley, house: HousePath((*alley, house)), st.lists(PARTS, max_size=5), HOUSES)


def vectors() -> list[dict[str, str]]:
    """Return the rows of the vector file without its comment lines."""
    with VECTORS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines.read().split("separated by a bar.\n")[1].splitlines()))


def texts(text: str) -> list[str]:
    """Return the readings as they are shown."""
    return [path.text for path in readings(text)]


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["text"] or "empty")
def test_house_numbers_read_as_the_vectors_say(row: dict[str, str]) -> None:
    """The best reading and the others, in order."""
    assert texts(row["text"]) == [path for path in [row["path"], *row["others"].split("|")] if path]


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["text"] or "empty")
def test_decomposed_letters_and_capitals_read_the_same(row: dict[str, str]) -> None:
    """NFD and upper case change nothing."""
    assert texts(unicodedata.normalize("NFD", row["text"])) == texts(row["text"]) == texts(row["text"].upper())


@given(PATHS)
def test_every_style_reads_back_as_the_path(path: HousePath) -> None:
    """Slashes, north and south: the first reading is the path that was written."""
    for style in (slashes, north, south):
        assert readings(style(path))[0] == path, style(path)
        assert readings(style(path).upper())[0] == path, style(path)


@given(PATHS)
def test_the_stored_key_reads_back_as_the_path(path: HousePath) -> None:
    """The key has lower case and no spaces, and loses nothing."""
    assert path.key == path.key.lower().replace(" ", "")
    assert readings(path.key)[0] == path


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Whatever is typed, the answer is a list of paths of at most 12 parts of at most 12 characters."""
    for path in readings(text):
        assert 0 < len(path.parts) <= 12
        assert all(0 < len(part) <= 12 for part in path.parts)
        assert readings(path.key)[0] == path
    alley_name(text)
    alley_of(text)


def test_a_path_knows_its_house_its_alleys_and_where_to_fall_back() -> None:
    """The enclosing alleys come from the inner one to the outer one."""
    path = HousePath(("1806", "127", "2A"))
    assert (path.text, path.key, path.house, path.alley) == ("1806/127/2A", "1806/127/2a", "2A", ("1806", "127"))
    assert path.prefixes() == ("1806/127", "1806")
    assert HousePath(("12",)).prefixes() == ()


def test_the_styles_look_as_people_write_them() -> None:
    """One to four levels in the north; house outward in the south; deeper paths keep slashes inside."""
    path = HousePath(("1806", "127", "2", "6"))
    assert north(path) == "số 6 hẻm 2 ngách 127 ngõ 1806"
    assert north(HousePath(("1806", "127", "2A"))) == "số 2A ngách 127 ngõ 1806"
    assert north(HousePath(("127", "2A"))) == "số 2A ngõ 127"
    assert north(HousePath(("1806", "127", "2", "6", "15"))) == "số 6/15 hẻm 2 ngách 127 ngõ 1806"
    assert south(HousePath(("1806", "127", "2A"))) == "2A hẻm 127/1806"
    assert slashes(path) == "1806/127/2/6"


@pytest.mark.parametrize(
    ("so_nha", "ngo", "ngach", "key"),
    [
        ("2A", "1806", "127", "1806/127/2a"),
        ("Số 2A", "Ngõ 1806", "Ngách 127", "1806/127/2a"),
        ("2A", "1806", "1806/127", "1806/127/2a"),
        ("1806/2A", "1806", "", "1806/2a"),
        ("1806/127/2A", "1806", "127", "1806/127/2a"),
        ("127/2A", "1806", "127", "1806/127/2a"),
        ("1806", "1806", "", "1806/1806"),
        ("số 2A ngách 127 ngõ 1806", "", "", "1806/127/2a"),
        ("số 2A ngách 127 ngõ 1806", "1806", "127", "1806/127/2a"),
        ("123/45/6", "", "", "123/45/6"),
        ("No.5", "hẻm 12/5", "", "12/5/5"),
        ("5", "ngõ Trại Cá", "", "5"),
        ("5", "Trại Cá", "Ngách 3", "3/5"),
        ("SN 012 bis", "kiệt 05", "", "5/12bis"),
        ("12.0", "", "", "12"),
        ("12-14", "", "", "12-14"),
        ("", "1806", "", None),
        ("", "", "", None),
        ("Nhà ông giáo", "", "", None),
    ],
)
def test_hand_over_columns_become_one_path(so_nha: str, ngo: str, ngach: str, key: str | None) -> None:
    """Words, paths in a cell, doubled alleys; an alley without a house is no door."""
    path = from_columns(so_nha, ngo, ngach)
    assert (path.key if path else None) == key


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ngõ Trại Cá", "Trại Cá"),
        ("Nhà số 25/77 ngõ Trại Cá", "Trại Cá"),
        ("ngõ Trại Cá số 5", "Trại Cá"),
        ("ngõ Trại Cá, phường 5", "Trại Cá"),
        ("Trại Cá", "Trại Cá"),
        ("hẻm Tổ 5", "Tổ 5"),
        ("ngõ 12", None),
        ("12", None),
        ("hẻm số 12", None),
        ("", None),
    ],
)
def test_an_alley_with_a_name_gives_its_name(text: str, name: str | None) -> None:
    """Names are places, numbers are paths."""
    assert alley_name(text) == name


@pytest.mark.parametrize(
    ("text", "key"),
    [("ngõ 1806", "1806"), ("2A hẻm 127/1806", "1806/127"), ("hẻm 12/5", "12/5"), ("ngõ Trại Cá", None), ("12/5", None)],
)
def test_a_numbered_alley_is_known_without_a_house(text: str, key: str | None) -> None:
    """Where a door is missing, the matcher falls back to the mouth of this alley."""
    alley = alley_of(text)
    assert (alley.key if alley else None) == key


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        (("CC Green Bay", "T5", "P.502"), "green bay|5|502"),
        (("C/C Green Bay", "Tầng 05", "502"), "green bay|5|502"),
        (("CC6B", "5", "502"), "cc6b|5|502"),
        (("", "", ""), ""),
        (("Tòa A", "Tầng 5", "P.502"), "a|5|502"),
        (("CT1", "", ""), "ct1||"),
        (("A", "12", "1203"), "a|12|1203"),
        (("", "", "25 – 06"), "|25|6"),
        (("", "25", "25-06"), "|25|6"),
        (("", "12A", "Căn hộ 05"), "|12a|5"),
    ],
)
def test_flats_have_one_key(cells: tuple[str, str, str], key: str) -> None:
    """Type words, zeros and dashes do not make another flat."""
    assert flat_key(*cells) == key
