"""Short cuts of the hot path: whatever they skip, the answer is that of the long way."""

import csv
import re
import sys
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import registry
from geocode.score import calibrated
from registry import codes_detect, house_path, place_key, text
from registry.codes import LETTERS, PLUS_CODE_ALPHABET, Scheme, build, serial_of
from registry.vocab import HAMLET_WORDS, HOUSE_WORDS, ROAD_WORDS, STREET_WORDS

REFERENCE = Path(registry.__file__).parent / "reference"
NOTHING = re.compile(r"(?!)")
GLUED_WORDS = re.compile("s[ốo]nh[àa]", re.IGNORECASE)
WORDS = st.sampled_from(
    [
        *STREET_WORDS,
        *ROAD_WORDS,
        *HAMLET_WORDS,
        *HOUSE_WORDS,
        "no",
        "ii",
        "xa",
        "lê lợi",
        "Nguyễn",
        "bàn cờ",
        "5",
        "05",
        "3/2",
        "30-4",
        "6a",
    ]
)


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Return every name of the reference tables as it is written and folded: units, streets, hamlets."""
    found: set[str] = set()
    for path, column in (("place_names.csv", "name"), ("units.csv", "full_name"), ("units.csv", "name")):
        with (REFERENCE / path).open(encoding="utf-8", newline="") as file:
            found |= {row[column] for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    return frozenset(found | {text.fold(name) for name in found})


def test_every_known_name_has_the_key_that_the_rules_give() -> None:
    """A bare name is its own key only where rule by rule nothing would change: streets and hamlets alike."""
    assert len(names()) > 10_000
    assert [name for name in names() if place_key.street_key(name) != place_key._street_key(name)] == []
    assert [name for name in names() if place_key.hamlet_key(name) != place_key._hamlet_key(name)] == []


@given(st.lists(WORDS, min_size=1, max_size=4).map(" ".join))
def test_any_words_in_a_row_have_the_key_that_the_rules_give(name: str) -> None:
    """Type words in front, inside and doubled, numbers and dates: the short cut never skips a rule."""
    for written in (name, text.fold(name), name.upper()):
        assert place_key.street_key(written) == place_key._street_key(written)
        assert place_key.hamlet_key(written) == place_key._hamlet_key(written)


@settings(max_examples=1000, deadline=None)
@given(number=st.from_regex(house_path._PLAIN, fullmatch=True).filter(lambda number: not GLUED_WORDS.match(number)))
def test_a_plain_house_number_reads_as_the_long_way_reads_it(number: str) -> None:
    """Numbers with slashes, leading zeros, letters and `số nhà` in front: one reading, the same."""
    short = house_path.readings(number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house_path, "_PLAIN", NOTHING)
        assert house_path.readings(number) == short


def test_capitals_glued_to_each_other_are_read_as_the_long_way_reads_them() -> None:
    """What no rule reads as a house number, the short cut does not read either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house_path, "_PLAIN", NOTHING)
        long = house_path.readings("SỐNHÀ 12")
    assert house_path.readings("SỐNHÀ 12") == long


def test_every_number_of_four_digits_is_a_door_of_itself() -> None:
    """With zeros in front and a letter behind, the key is the number without zeros."""
    for number in range(10_000):
        assert [path.key for path in house_path.readings(f"{number:04}b")] == [f"{number}b"]


def test_cleaning_takes_out_exactly_what_nobody_sees() -> None:
    """Over all code points: control and format characters and the two separators of lines and paragraphs, no other."""
    for point in range(sys.maxunicode + 1):
        sign = chr(point)
        category = unicodedata.category(sign)
        # What this Python's Unicode does not know yet, a newer one may call a format character.
        if category != "Cn":
            assert bool(text._INVISIBLE.fullmatch(sign)) is (category in {"Cc", "Cf", "Zl", "Zp"}), hex(point)


def test_a_mark_is_seen_on_every_letter_that_vietnamese_has() -> None:
    """Composed and decomposed, small and capital; plain letters, digits and signs of other languages are no Vietnamese mark."""
    for letter in "aăâeêioôơuưyđ":
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"):
            sign = unicodedata.normalize("NFC", letter + tone)
            for form in (sign, sign.upper(), unicodedata.normalize("NFD", sign)):
                assert text.has_accents(form) is (not form.isascii()), form
    assert not text.has_accents("12/5 Tran Phu – “Ha Noi” № 5 ñ ç ß 漢")


SHAPES = st.one_of(
    st.from_regex(r"[0-9]{10}", fullmatch=True),
    st.from_regex(r"[0-9]{5}[ .-][0-9]{5}", fullmatch=True),
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.from_regex(rf"[0-9]{{5}}[ .-]?[{PLUS_CODE_ALPHABET}]{{4}}\+?[{PLUS_CODE_ALPHABET}]{{3}}", fullmatch=True),
    st.from_regex(rf"[{PLUS_CODE_ALPHABET}]{{8}}\+[{PLUS_CODE_ALPHABET}]{{2,4}}", fullmatch=True),
    st.builds(build, st.from_regex(r"[0-9]{5}", fullmatch=True), st.integers(0, 625_610).map(serial_of)),
    st.from_regex(rf"[0-9]{{5}}[{LETTERS}]{{5}}", fullmatch=True).map(lambda code: code.translate(str.maketrans("015", "OlS"))),
)  # fmt: skip
AROUND = st.sampled_from(["", "NDAS: ", "mã địa chỉ số ", "giao tới ", "12 Trần Phú, ", "ĐCS ", "(", "mã ", "😀 "])


@settings(max_examples=1000, deadline=None)
@given(before=AROUND, code=SHAPES, after=st.sampled_from(["", ", Hà Nội", ")", " nhé", " 0912345678"]), small=st.booleans())
def test_no_code_is_turned_away_unread(before: str, code: str, after: str, small: bool) -> None:  # noqa: FBT001 - drawn
    """Codes of every scheme, in capitals and small, among words: the first look keeps all that the closer look finds."""
    written = before + (code.lower() if small else code) + after
    quick = codes_detect.find(written)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes_detect, "_MAY_HOLD", re.compile(""))
        assert [_said(found) for found in codes_detect.find(written)] == [_said(found) for found in quick]


@pytest.mark.parametrize("scheme", Scheme)
def test_each_scheme_is_found_among_words(scheme: Scheme) -> None:
    """One code of each scheme passes the first look and is read."""
    code = {
        Scheme.DIACHISO: "32110-K7Q4M", Scheme.NDAS: "7100901241", Scheme.VPOSTCODE: "32120C26WX3G",
        Scheme.LOCATION_ID: "123456789012", Scheme.PLUS_CODE: "7PH57VCR+8Q",
    }[scheme]  # fmt: skip
    assert [found.scheme for found in codes_detect.find(f"giao tới {code}, Điện Biên")] == [scheme]


def _said(found: codes_detect.FoundCode) -> tuple[object, ...]:
    """Return what is said of a code found, its problem in words."""
    return (found.code, found.start, found.end, found.raw, found.scheme, found.certain, str(found.problem))


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_a_better_score_never_has_a_lower_confidence(one: float, other: float, door: bool) -> None:  # noqa: FBT001 - drawn
    """Confidence rises with the score and stays a share, at doors and above."""
    low, high = calibrated(min(one, other), door=door), calibrated(max(one, other), door=door)
    assert 0 <= low <= high <= 1


def test_confidence_is_a_share_at_the_ends_and_at_every_joint() -> None:
    """No step between two pieces of the line: a thousandth more score is never a leap of more than two hundredths."""
    for door in (True, False):
        line = [calibrated(step / 1000, door=door) for step in range(1001)]
        assert line == sorted(line)
        assert line[0] == 0
        assert line[-1] <= 1
        assert max(high - low for low, high in pairwise(line)) < 0.02
