"""Codes: the check character catches what it promises, and a code is read however it is written."""

import csv
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import codes_detect
from registry.codes import (
    ALPHABET,
    BASE,
    CHECK_WEIGHT,
    LETTERS,
    SERIALS_PER_POSTAL_CODE,
    WEIGHTS,
    Scheme,
    build,
    check_character,
    has_valid_check,
    index_of,
    read,
    serial_of,
)
from registry.errors import CodeError

VECTORS = Path(__file__).parents[1] / "vectors" / "codes.csv"
ALL_WEIGHTS = (*WEIGHTS, CHECK_WEIGHT)
POSTAL_CODES = st.from_regex(r"[0-9]{5}", fullmatch=True)
INDEXES = st.integers(0, SERIALS_PER_POSTAL_CODE - 1)


def vectors() -> list[dict[str, str]]:
    """Return the rows of the vector file without its comment lines."""
    with VECTORS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_the_alphabet_has_31_characters_none_of_them_easily_mistaken() -> None:
    """31 is prime, I L O S U are absent, the letters are 21."""
    assert len(set(ALPHABET)) == BASE == 31
    assert len(set(LETTERS)) == 21
    assert not set("ILOSU") & set(ALPHABET)


def test_every_single_wrong_character_changes_the_sum() -> None:
    """Over all positions and all pairs of values, proven: weight * (a - b) is never 0 mod 31."""
    for weight, (a, b) in product(ALL_WEIGHTS, combinations(range(BASE), 2)):
        assert weight * (a - b) % BASE


def test_every_swap_of_two_characters_changes_the_sum() -> None:
    """Over all pairs of positions, the check character included, and all pairs of values."""
    for (first, second), (a, b) in product(combinations(ALL_WEIGHTS, 2), combinations(range(BASE), 2)):
        assert (first * a + second * b - first * b - second * a) % BASE


def test_every_doubled_character_typed_as_another_changes_the_sum() -> None:
    """`77` for `44`, the two characters standing anywhere: no two weights add up to 0 mod 31."""
    for (first, second), (a, b) in product(combinations(ALL_WEIGHTS, 2), combinations(range(BASE), 2)):
        assert (first + second) * (a - b) % BASE


def test_the_check_character_is_the_weighted_sum() -> None:
    """What an SQL twin must compute: sum(weight * value) mod 31, so that all ten weighted values sum to 0."""
    code = "32110" + "K7Q4" + check_character("32110", "K7Q4")
    assert sum(weight * ALPHABET.index(sign) for weight, sign in zip(ALL_WEIGHTS, code, strict=True)) % BASE == 0


@pytest.mark.parametrize("code", ["32110-K7Q4", "00000-A000", "99999-ZZZZ", "71009-B8ZD", "01100-V0Y1"])
def test_no_wrong_character_and_no_swap_passes_as_one_of_ours(code: str) -> None:
    """Brute force through the reader: 10 x 30 substitutions and 45 swaps a code are refused or are plainly another scheme."""
    right = build(*code.split("-")).replace("-", "")
    wrong = {right[:i] + sign + right[i + 1 :] for i in range(10) for sign in ALPHABET}
    for i, j in combinations(range(10), 2):
        signs = list(right)
        signs[i], signs[j] = signs[j], signs[i]
        wrong.add("".join(signs))
    for text in wrong - {right}:
        assert not has_valid_check(text), text
    assert has_valid_check(right)


@given(POSTAL_CODES, INDEXES)
def test_a_built_code_reads_back(postal_code: str, index: int) -> None:
    """Canonical text, any case, with or without its dash."""
    text = build(postal_code, serial_of(index))
    for written in (text, text.lower(), text.replace("-", ""), text.replace("-", " "), f"ĐCS {text}"):
        code = read(written)
        assert (code.scheme, code.text, code.postal_code) == (Scheme.DIACHISO, text, postal_code)


@given(INDEXES)
def test_serials_and_their_numbers_are_a_bijection(index: int) -> None:
    """`index_of` undoes `serial_of`."""
    assert index_of(serial_of(index)) == index


def test_all_serials_differ() -> None:
    """625,611 serials, every one begins with a letter, none beyond the ends."""
    assert len({serial_of(index) for index in range(SERIALS_PER_POSTAL_CODE)}) == SERIALS_PER_POSTAL_CODE == 625_611
    assert (serial_of(0), serial_of(SERIALS_PER_POSTAL_CODE - 1)) == ("A000", "ZZZZ")
    for index in (-1, SERIALS_PER_POSTAL_CODE):
        with pytest.raises(ValueError, match="outside"):
            serial_of(index)


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["text"] or "empty")
def test_codes_read_as_the_vectors_say(row: dict[str, str]) -> None:
    """Every scheme, every tolerated spelling, every refusal with its own reason."""
    if row["scheme"] == "error":
        with pytest.raises(CodeError, match=row["reason"]) as refusal:
            read(row["text"])
        assert refusal.value.vi
        return
    code = read(row["text"])
    assert (code.scheme, code.text, code.postal_code or "") == (row["scheme"], row["canonical"], row["postal_code"])


@given(st.text(max_size=100))
def test_any_text_is_a_code_or_a_refusal(text: str) -> None:
    """No other exception, and a canonical text reads as itself."""
    try:
        code = read(text)
    except CodeError:
        return
    assert read(f"vpostcode {code.text}" if code.scheme is Scheme.VPOSTCODE else code.text) == code


@pytest.mark.parametrize(("postal_code", "serial"), [("3211", "K7Q4"), ("32110", "77Q4"), ("32110", "KUQ4"), ("3211A", "K7Q4")])
def test_a_misshapen_part_is_refused(postal_code: str, serial: str) -> None:
    """`check_character` and `build` compute nothing for parts that cannot be in a code."""
    with pytest.raises(CodeError):
        build(postal_code, serial)


OURS = build("32110", "K7Q4")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"giao về {OURS}, gọi trước", [(OURS, True)]),
        (f"giao về {OURS.lower()}", [(OURS, True)]),
        (f"{OURS.replace('-', ' ')}, xã Mường Phăng", [(OURS, True)]),
        ("NDAS:7100901241 chợ Bến Thành", [("7100901241", True)]),
        ("7100901241", [("7100901241", True)]),
        ("NDAS:7203508756 D3-7", [("7203508756", True)]),
        ("0387654321", [("0387654321", False)]),
        ("NDAS: 0387654321", [("0387654321", True)]),
        ("mã địa chỉ số 0787654321", [("0787654321", True)]),
        ("ĐCS 0587654321, sđt 0987654321", [("0587654321", True)]),
        ("sđt 0387654321", []),
        ("12 Lý Thường Kiệt 0987654321", []),
        ("0987.654.321", []),
        ("038 765 4321", []),
        ("+84 387654321", []),
        ("+84387654321", []),
        ("+84 0387654321", []),
        ("MST 0101234567", []),
        ("xã Mường Phăng 32110", []),
        ("1806/127/2A Huỳnh Tấn Phát", []),
        ("12345/67890", []),
        ("10000 hanoi", []),
        ("71009 A1012 chung cư", []),
        ("chợ 71009QMCXQ7X", [("71009QMCXQ7X", True)]),
        ("71009-QMCX+Q7X", [("71009QMCXQ7X", True)]),
        ("7P28QMCX+Q7X", [("7P28QMCX+Q7X", True)]),
        ("71009 2345678", []),
        ("001234567890", [("001234567890", False)]),
        ("😀 nhà màu xanh", []),
    ],
)
def test_codes_are_found_in_free_text_and_phones_are_not(text: str, found: list[tuple[str, bool]]) -> None:
    """Which texts hold a code, and whether it is certain."""
    seen = codes_detect.find(text)
    assert [(code.code.text if code.code else code.raw, code.certain) for code in seen] == found
    assert all(code.raw == text[code.start : code.end] for code in seen)


@pytest.mark.parametrize("text", ["mã 32101-K7Q4A nhé", "32110-U7Q4M", "NDAS 710090124", "32110K7Q4A"])
def test_a_damaged_code_in_a_text_is_reported_not_dropped(text: str) -> None:
    """What looks like a code but fails its check is found with its problem."""
    (found,) = codes_detect.find(text)
    assert found.code is None
    assert found.problem is not None
    assert not found.certain
