"""Here is decided which parts of a free text are codes, and which only look like one (phones, tax numbers, house numbers)."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from registry.codes import LETTERS, PLUS_CODE_ALPHABET, Code, Scheme, read
from registry.errors import CodeError

_FREE_BEFORE: Final = r"(?<![\w/+.,-])"
_FREE_AFTER: Final = r"(?![\w/+]|[.,\-]\w)"
# Word processors make en dashes (U+2013) and em dashes of the dash that people type.
_GAP: Final = r"[ \-\u2013\u2014.]?"
_OLC: Final = f"[{PLUS_CODE_ALPHABET}]"
_PLUS_CODE: Final = re.compile(rf"{_FREE_BEFORE}{_OLC}{{8}}\+{_OLC}{{2,4}}{_FREE_AFTER}", re.IGNORECASE)
_VPOSTCODE: Final = re.compile(rf"{_FREE_BEFORE}[0-9]{{5}}{_GAP}({_OLC}{{4}}\+?{_OLC}{{3}}){_FREE_AFTER}", re.IGNORECASE)
_OURS: Final = re.compile(
    rf"{_FREE_BEFORE}[0-9OoIiLlSs]{{5}}({_GAP})([A-Za-z][0-9A-Za-z]{{3}}{_GAP}[0-9A-Za-z]){_FREE_AFTER}",
)
_NDAS: Final = re.compile(rf"{_FREE_BEFORE}[0-9]{{5}}({_GAP})[0-9]{{5}}{_FREE_AFTER}")
_LOCATION_ID: Final = re.compile(rf"{_FREE_BEFORE}[0-9]{{12}}{_FREE_AFTER}")
# Every code has five digits (or letters typed for them) in a row, or a plus sign.
_MAY_HOLD: Final = re.compile(r"[0-9OoIiLlSs]{5}|\+")
_CUED: Final = re.compile(rf"{_FREE_BEFORE}[0-9]{{6,14}}{_FREE_AFTER}")

# A cue counts only when nothing but signs stands between it and the number.
_CODE_CUE: Final = re.compile(
    r"(?<!\w)(?:ndas|[đd]cs|m[ãa]\s+[đd][ịi]a\s+ch[ỉi](?:\s+s[ốo])?|[đd][ịi]a\s+ch[ỉi]\s+s[ốo])(?:\s+l[àa])?\W*$",
)
_STRONG_CUE: Final = re.compile(r"(?<!\w)(?:ndas|m[ãa]\s+[đd][ịi]a\s+ch[ỉi]\s+s[ốo])(?:\s+l[àa])?\W*$")
_OTHER_CUE: Final = re.compile(
    r"(?:\+84|(?<!\w)(?:s[đd]t|[đd]t|[đd]t[dđ][dđ]|tel|phone|mobile|zalo|hotline|g[ọo]i|li[êe]n\s+h[ệe]|[đd]i[ệe]n\s+tho[ạa]i"
    r"|s[ốo]\s+m[áa]y|mst|m[ãa]\s+s[ốo]\s+thu[ếe]|stk|t[àa]i\s+kho[ảa]n|cmnd|cccd|c[ăa]n\s+c[ướu]+c|m[ãa]\s+[đd][ơo]n))\W*$",
)
_CUE_REACH: Final = 30
_PHONE_OR_CODE: Final = ("03", "05", "07", "08")
_PHONE: Final = "09"
_FEWEST_LETTERS: Final = 2


@dataclass(frozen=True)
class FoundCode:
    """One code in a text: `raw` is `text[start:end]`; `certain` when nothing else is likely; else see `problem`."""

    code: Code | None
    start: int
    end: int
    raw: str
    scheme: Scheme
    certain: bool
    problem: CodeError | None = None


def find(text: str) -> list[FoundCode]:
    """Return the codes in a free text in the order they stand; never a phone, a bare postal code or a house number."""
    taken: list[FoundCode] = []
    if not _MAY_HOLD.search(text):
        return taken
    for finder in FINDERS:
        for found in finder(text):
            if all(found.end <= other.start or found.start >= other.end for other in taken):
                taken.append(found)
    return sorted(taken, key=lambda found: found.start)


def _plus_codes(text: str) -> Iterator[FoundCode]:
    for match in _PLUS_CODE.finditer(text):
        yield _found(match, Scheme.PLUS_CODE, certain=True)


def _vpostcodes(text: str) -> Iterator[FoundCode]:
    for match in _VPOSTCODE.finditer(text):
        tail = match[1]
        if any(sign.isdigit() for sign in tail) and any(sign.isalpha() for sign in tail):
            yield _found(match, Scheme.VPOSTCODE, certain=True)


def _ours(text: str) -> Iterator[FoundCode]:
    for match in _OURS.finditer(text):
        gap, tail = match[1], match[2]
        digits, letters = sum(map(str.isdigit, tail)), sum(map(str.isalpha, tail))
        # A postal code before a word of five letters (`10000 hanoi`) has the shape by chance.
        shaped = bool(_CODE_CUE.search(_before(text, match))) or (
            letters >= _FEWEST_LETTERS and digits > 0 if gap == " " else digits > 0 or tail.isupper()
        )
        try:
            code = read(match[0])
        except CodeError as problem:
            if shaped:
                yield FoundCode(None, match.start(), match.end(), match[0], Scheme.DIACHISO, certain=False, problem=problem)
            continue
        if code.scheme is Scheme.DIACHISO and tail[0].upper() in LETTERS:
            yield FoundCode(code, match.start(), match.end(), match[0], code.scheme, certain=shaped)


def _ndas(text: str) -> Iterator[FoundCode]:
    for match in _NDAS.finditer(text):
        before, ambiguous = _before(text, match), match[0].startswith(_PHONE_OR_CODE)
        if _CODE_CUE.search(before):
            yield _found(match, Scheme.NDAS, certain=True)
        elif match[0].startswith(_PHONE) or _OTHER_CUE.search(before) or (ambiguous and match[1]):
            continue
        else:
            yield _found(match, Scheme.NDAS, certain=not ambiguous and match[1] != " ")


def _location_ids(text: str) -> Iterator[FoundCode]:
    for match in _LOCATION_ID.finditer(text):
        before = _before(text, match)
        # Twelve digits are as often a citizen's identity number, so they are certain only when the writer says so.
        if not _OTHER_CUE.search(before):
            yield _found(match, Scheme.LOCATION_ID, certain=bool(_CODE_CUE.search(before)))


def _misshapen(text: str) -> Iterator[FoundCode]:
    for match in _CUED.finditer(text):
        if _STRONG_CUE.search(_before(text, match)):
            try:
                read(f"NDAS {match[0]}")
            except CodeError as problem:
                yield FoundCode(None, match.start(), match.end(), match[0], Scheme.NDAS, certain=False, problem=problem)


def _found(match: re.Match[str], scheme: Scheme, *, certain: bool) -> FoundCode:
    return FoundCode(read(match[0]), match.start(), match.end(), match[0], scheme, certain)


def _before(text: str, match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", text[max(0, match.start() - _CUE_REACH) : match.start()]).lower()


# The surer shapes come first: what they take, later ones leave alone.
FINDERS: Final[tuple[Callable[[str], Iterator[FoundCode]], ...]] = (
    _plus_codes,
    _vpostcodes,
    _ours,
    _ndas,
    _location_ids,
    _misshapen,
)
