"""Here is decided what a well-formed code is: how ours is built and checked, and which scheme a text belongs to.

Four generations are told apart by shape alone (design: "The code"): ten digits are NDAS, twelve digits the drafted
location identifier, five digits and seven plus-code characters a Vpostcode, ten characters with a letter in the sixth
place one of ours. NDAS has no check character, so one of our codes whose letters are all mistyped as digits reads as NDAS.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.errors import CodeError

DIGITS: Final = "0123456789"
# I, L, O and S are left out because they are taken for 1, 0 and 5; U because it is taken for V. 31 is prime.
LETTERS: Final = "ABCDEFGHJKMNPQRTVWXYZ"
ALPHABET: Final = DIGITS + LETTERS
BASE: Final = len(ALPHABET)
SERIALS_PER_POSTAL_CODE: Final = len(LETTERS) * BASE**3

# The check character makes sum(weight * value) - check = 0 (mod 31), so its own weight is 30. All ten weights are distinct
# and non-zero: one wrong character or two swapped ones always change the sum. No two of them add up to 31 either, so a
# doubled character typed as another doubled one (77 for 44) is caught as well. Of the runs that do all this, this one makes
# the example that all documents print, 32110-K7Q4M, a valid code.
WEIGHTS: Final[tuple[int, ...]] = (19, 20, 21, 22, 23, 24, 25, 26, 27)
CHECK_WEIGHT: Final = BASE - 1

PLUS_CODE_ALPHABET: Final = "23456789CFGHJMPQRVWX"
LOOK_ALIKES: Final = str.maketrans("OILS", "0115")

_LONGEST_INPUT: Final = 80
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015\u2212._:]+")
_PREFIX: Final = re.compile(
    r"^\W*(?:(?:m[ãa]\s+)?(?:(?P<ndas>ndas)|[đd]cs|[đd][ịi]a\s+ch[ỉi](?:\s+s[ốo])?"
    r"|(?P<vpostcode>vpost\s?code|smart\s?code)|plus\s?code)|m[ãa])(?![a-z])\W*",
)
_OURS: Final = re.compile(rf"[0-9]{{5}}[{LETTERS}][{ALPHABET}]{{4}}")
_NDAS: Final = re.compile(r"[0-9]{10}")
_LOCATION_ID: Final = re.compile(r"[0-9]{12}")
_VPOSTCODE: Final = re.compile(rf"([0-9]{{5}})([{PLUS_CODE_ALPHABET}]{{4}})\+?([{PLUS_CODE_ALPHABET}]{{3}})")
_PLUS_CODE: Final = re.compile(rf"[{PLUS_CODE_ALPHABET}]{{8}}\+[{PLUS_CODE_ALPHABET}]{{2,4}}")
_POSTAL_CODE: Final = re.compile(r"[0-9]{5}")
_SERIAL: Final = re.compile(rf"[{LETTERS}][{ALPHABET}]{{3}}")
_OUR_LENGTH: Final = 10


class Scheme(StrEnum):
    """Whose code it is; the value is what the database and the interfaces say."""

    DIACHISO = "diachiso"
    NDAS = "ndas"
    VPOSTCODE = "vpostcode"
    LOCATION_ID = "location_id"
    PLUS_CODE = "plus_code"


# Codes that anybody may look up, given in full: the ones on plates. The others follow from the map, so that looking them up square by
# square would be asking for every door.
PUBLIC_SCHEMES: Final = frozenset({Scheme.DIACHISO, Scheme.NDAS})


@dataclass(frozen=True)
class Code:
    """A well-formed code: its scheme, its one canonical text, and the five digits of its postal code where it has one."""

    scheme: Scheme
    text: str
    postal_code: str | None


def check_character(postal_code: str, serial: str) -> str:
    """Return the check character of a 5-digit postal code and a 4-character serial; CodeError when either is misshapen."""
    if not _POSTAL_CODE.fullmatch(postal_code) or not _SERIAL.fullmatch(serial):
        raise CodeError(
            "Mã bưu chính phải có 5 chữ số; phần số hiệu phải là 1 chữ cái và 3 ký tự.",
            "The postal code must be five digits and the serial one letter and three characters.",
        )
    return _check(postal_code + serial)


def serial_of(index: int) -> str:
    """Return the serial with that number, 0 to 625610; ValueError outside (a fault of the caller, never of a user)."""
    if not 0 <= index < SERIALS_PER_POSTAL_CODE:
        message = f"serial index {index} is outside 0..{SERIALS_PER_POSTAL_CODE - 1}"
        raise ValueError(message)
    tail = ""
    for _ in range(3):
        index, value = divmod(index, BASE)
        tail = ALPHABET[value] + tail
    return LETTERS[index] + tail


def index_of(serial: str) -> int:
    """Return the number of a serial: the inverse of `serial_of`; CodeError when it is misshapen."""
    check_character("00000", serial)
    index = LETTERS.index(serial[0])
    for character in serial[1:]:
        index = index * BASE + ALPHABET.index(character)
    return index


def build(postal_code: str, serial: str) -> str:
    """Return the canonical text `32110-K7Q4M` of one of our codes; CodeError when a part is misshapen."""
    return f"{postal_code}-{serial}{check_character(postal_code, serial)}"


def has_valid_check(text: str) -> bool:
    """Say whether the text, read tolerantly, is one of our codes with the right check character."""
    try:
        return read(text).scheme is Scheme.DIACHISO
    except CodeError:
        return False


def is_code(text: str) -> bool:
    """Tell whether a text is a well-formed code and nothing else."""
    try:
        read(text)
    except CodeError:
        return False
    return True


def read(text: str) -> Code:
    """Read a code of any scheme as people write it; CodeError says which of shape, character or check is wrong.

    Case, spaces, dashes, dots and a leading `NDAS:`, `ĐCS` or `mã địa chỉ số` do not matter; O is read as 0, I and L as 1,
    S as 5. The issued digits are facts and stay as they are: no postal code is looked up, no leading zero is lost.
    """
    if len(text) > _LONGEST_INPUT:
        raise _wrong_shape(len(text))
    lowered = unicodedata.normalize("NFKC", text).lower()
    prefix = _PREFIX.match(lowered)
    bare = _SEPARATORS.sub("", lowered[prefix.end() :] if prefix else lowered).upper()
    as_vpostcode = "+" in bare or bool(prefix and prefix["vpostcode"])
    compact = bare.translate(LOOK_ALIKES)
    return _read_compact(compact, as_vpostcode=as_vpostcode, as_ndas=bool(prefix and prefix["ndas"]))


def _read_compact(compact: str, *, as_vpostcode: bool, as_ndas: bool) -> Code:
    if as_ndas and not _NDAS.fullmatch(compact):
        raise _wrong_ndas(compact)
    if _NDAS.fullmatch(compact):
        return Code(Scheme.NDAS, compact, compact[:5])
    if _PLUS_CODE.fullmatch(compact):
        return Code(Scheme.PLUS_CODE, compact, None)
    if _LOCATION_ID.fullmatch(compact) and not as_vpostcode:
        return Code(Scheme.LOCATION_ID, compact, None)
    if vpostcode := _VPOSTCODE.fullmatch(compact):
        return Code(Scheme.VPOSTCODE, "".join(vpostcode.groups()), vpostcode[1])
    return _read_ours(compact)


def _read_ours(compact: str) -> Code:
    if len(compact) != _OUR_LENGTH:
        raise _wrong_shape(len(compact))
    strange = sorted({character for character in compact if character not in ALPHABET})
    if strange:
        raise _wrong_character(strange)
    if not _OURS.fullmatch(compact):
        raise _wrong_place()
    body, check = compact[:-1], compact[-1]
    if _check(body) != check:
        raise _wrong_check(compact)
    return Code(Scheme.DIACHISO, f"{body[:5]}-{body[5:]}{check}", body[:5])


def _check(body: str) -> str:
    total = sum(weight * ALPHABET.index(character) for weight, character in zip(WEIGHTS, body, strict=True))
    return ALPHABET[total % BASE]


def _wrong_shape(length: int) -> CodeError:
    lost_zero = length == _OUR_LENGTH - 1
    return CodeError(
        f"Đây không phải mã địa chỉ: có {length} ký tự, mã phải có 10 hoặc 12 ký tự.",
        f"Not a code: it has {length} characters, a code has 10 or 12.",
        hint="Bảng tính có thể đã bỏ mất số 0 ở đầu mã; hãy định dạng cột là văn bản."
        if lost_zero
        else "Ví dụ: 7100901241 (NDAS) hoặc 32110-K7Q4M.",
    )


def _wrong_ndas(compact: str) -> CodeError:
    return CodeError(
        f"Mã NDAS phải có đúng 10 chữ số, ở đây có {len(compact)} ký tự.",
        f"An NDAS code is exactly ten digits; this has {len(compact)} characters.",
        hint="Kiểm tra xem có thiếu, thừa chữ số hoặc lẫn chữ cái không.",
    )


def _wrong_character(strange: list[str]) -> CodeError:
    shown = ", ".join(strange)
    return CodeError(
        f"Mã có ký tự không dùng được: {shown}.",
        f"The code has a character that no code uses: {shown}.",
        hint="Mã chỉ gồm chữ số và chữ cái in hoa, không có I, L, O, S, U và không có dấu.",
    )


def _wrong_place() -> CodeError:
    return CodeError(
        "Chữ cái và chữ số không đúng chỗ: mã gồm 5 chữ số bưu chính rồi đến một chữ cái và 4 ký tự.",
        "Letters and digits are in the wrong places: a code is five digits, then a letter, then four characters.",
        hint="Ví dụ: 32110-K7Q4M. Ký tự thứ sáu luôn là chữ cái.",
    )


def _wrong_check(compact: str) -> CodeError:
    return CodeError(
        f"Mã {compact[:5]}-{compact[5:]} sai ký tự kiểm tra: có một ký tự sai hoặc hai ký tự bị đổi chỗ.",
        f"Code {compact[:5]}-{compact[5:]} fails its check: one character is wrong or two are swapped.",
        hint="So lại từng ký tự với biển địa chỉ số, nhất là các cặp dễ nhầm: 8/B, 2/Z, 0/D/Q, V/Y.",
    )
