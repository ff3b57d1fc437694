"""Texts that old encodings damaged are read again; sound ones stay as they are."""

import csv
import unicodedata
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.old_text import Repaired, Scheme, decoded, encoded, font_of, repaired
from registry.settings import PROJECT
from registry.syllable import is_syllable
from registry.text import fold, toned
from tests.vectors.reader import rows

# The share of unit names that come back from each scheme by themselves, measured, rounded down. The rest lost what told them
# apart (`Hoà` of VNI is also a sound word), or are names of minorities that are no Vietnamese syllables.
FLOORS = {
    Scheme.MOJIBAKE: 0.99,
    Scheme.TCVN3: 0.99,
    Scheme.VNI: 0.99,
    Scheme.VIQR: 0.94,
    Scheme.VNI_KEYS: 0.96,
    Scheme.QUESTION_MARKS: 0.98,
}
SOUND = """Café|Hôtel|Résidence|Saint-Étienne|Müller Straße|Citroën|A10|P15|KP1|Q8|D2|QL6|C80bis|K32|TDP5|Tổ 3|DH15|T18|Xom1|A+B|12+3
Km 5+300|XÃ TÂN AN|XÃ–PHƯỜNG 3|Lo2A Khu3|To3A, Ap2|Tang3 Phong5|To63, Khu2|NI4A|DI5A|Nguyễn Trãi © 2024|35m²|Nhà (cũ)|Nha(cu) a(b
Số nhà ở đâu?|32110-K7Q4M|32110-TA6N5|Ph??ng V?nh Ph??c|Hoà Bình, Thuỷ Nguyên|Ea M’Droh|«Quán Lá»|12–14 Lê Lợi"""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return every name of units, old units and places, once."""
    tables = {"units.csv": ("name", "full_name"), "former_units.csv": ("full_name", "district", "province"), "place_names.csv": ("name",)}
    found: dict[str, None] = {}
    for table, columns in tables.items():
        with (PROJECT / "registry" / "reference" / table).open(encoding="utf-8", newline="") as file:
            found.update((unicodedata.normalize("NFC", row[column]), None) for row in csv.DictReader(file) for column in columns)
    return tuple(found)


@lru_cache(maxsize=1)
def marked_units() -> tuple[str, ...]:
    """Return the full names of units with at least two marked letters."""
    with (PROJECT / "registry" / "reference" / "units.csv").open(encoding="utf-8", newline="") as file:
        full = dict.fromkeys(unicodedata.normalize("NFC", row["full_name"]) for row in csv.DictReader(file))
    return tuple(name for name in full if sum(not letter.isascii() for letter in name) > 1)


@pytest.mark.parametrize("row", rows("old_text.csv"), ids=lambda row: row["repaired"])
def test_vectors_are_repaired(row: dict[str, str]) -> None:
    """Each damaged text of the vectors is read as what it was, and the scheme is named."""
    assert repaired(row["damaged"]) == Repaired(row["repaired"], Scheme(row["scheme"]))


def test_no_name_that_the_project_carries_is_changed() -> None:
    """Names of units and places stay, in both Unicode forms and in every case."""
    for name in names():
        for form in (name, name.upper(), name.lower(), unicodedata.normalize("NFD", name)):
            assert repaired(form) is None, form


@pytest.mark.parametrize("text", SOUND.replace("\n", "|").split("|"))
def test_sound_texts_stay(text: str) -> None:
    """Foreign words, house numbers, short forms and true question marks are no damage."""
    assert repaired(text) is None


@pytest.mark.parametrize("scheme", Scheme)
def test_unit_names_come_back(scheme: Scheme) -> None:
    """Nearly every name of a unit is recognised and repaired by itself, up to the place of its tone mark."""
    key = fold if scheme is Scheme.QUESTION_MARKS else toned
    right = sum(key(made.text if (made := repaired(encoded(name, scheme))) else "") == key(name) for name in marked_units())
    assert right / len(marked_units()) >= FLOORS[scheme]


@pytest.mark.parametrize("scheme", Scheme)
def test_a_repaired_name_needs_no_second_repair(scheme: Scheme) -> None:
    """What was repaired once stays."""
    for name in marked_units()[::7]:
        once = repaired(encoded(name, scheme))
        assert once is None or (again := repaired(once.text)) is None or again.text == once.text, name


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.text(alphabet="aAeoudD19675?^+(~.' ÃáÄÆ»º°�\xa0\xad§µ¸êùøïXTng"))
def test_nothing_raises_and_all_is_nfc(text: str) -> None:
    """Any text is judged without an error, and every repaired one is in NFC."""
    for made in (repaired(text), *(decoded(text, scheme) for scheme in Scheme)):
        out = made.text if isinstance(made, Repaired) else made
        assert out is None or unicodedata.is_normalized("NFC", out)
    for scheme in Scheme:
        encoded(text, scheme)


@pytest.mark.parametrize("scheme", [Scheme.MOJIBAKE, Scheme.TCVN3, Scheme.VNI, Scheme.VIQR, Scheme.VNI_KEYS])
def test_a_column_has_one_scheme(scheme: Scheme) -> None:
    """The scheme of a column is that of its telling cells, and a sound column has none."""
    assert font_of(encoded(name, scheme) for name in marked_units()[:200]) is scheme
    assert font_of(marked_units()[:200]) is None


def test_short_cells_follow_their_column() -> None:
    """A cell that tells nothing by itself is read in the scheme of its column."""
    assert repaired("Hoà Chí Minh") is None
    assert decoded("Hoà Chí Minh", Scheme.VNI) == "Hồ Chí Minh"
    assert decoded("Sè 5", Scheme.TCVN3) == "Số 5"


@pytest.mark.parametrize("word", ["nghiêng", "quỳnh", "giếng", "gì", "Đắk", "Hòa", "Hoà", "khuya", "thuở", "quá", "già", "chuyển"])
def test_syllables(word: str) -> None:
    """Onset, rhyme and tone make a syllable."""
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["xaõ", "tuù", "bạck", "hàt", "Traàn", "phuong", "xyz", "đường1"])
def test_no_syllables(word: str) -> None:
    """Fonts and foreign words make none."""
    assert not is_syllable(word)
