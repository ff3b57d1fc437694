"""Here is decided what a cell of text is worth: damage is repaired, formulas stay text, and nobody's name or number goes on."""

import re
from itertools import pairwise
from typing import Any, Final, NamedTuple

from registry.old_text import Scheme, repaired
from registry.personal import EMAIL, IDENTITY, MASK, PATTERN, scrub
from registry.recipients import is_known, is_title, is_titled, mask_full_names, mask_recipients
from registry.text import clean, fold, has_accents

NOTES: Final = frozenset({"ghi_chu"})
# What is told when something of a person was taken out of an address cell.
PERSONAL: Final = frozenset({f"row.{kind}_in_address" for kind in ("phone", "name", "id_number", "email")})
_KEYBOARDS_AND_FONTS: Final = frozenset({Scheme.TCVN3, Scheme.VNI, Scheme.VIQR, Scheme.VNI_KEYS})
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
# What Excel writes so that a number stays text (="12-3"), and an apostrophe for the same purpose.
_WRAPPED: Final = re.compile(r'="([^"]*)"')
_ESCAPED: Final = re.compile(r"'(?=\s*[=+@＝＋＠－\d-])")
_FORMULA: Final = re.compile(r"=\s*[^\s=]|[+@-].*(?:\||[A-Za-z_]\w*\()", re.DOTALL)
_FORMULA_ERROR: Final = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|#{2,})\s*", re.IGNORECASE)
_LOST_LETTER: Final = re.compile("\ufffd|[^\\W\\d_][?]{1,2}[^\\W\\d_]|(?<![\\w?])[?]{1,3}[^\\W\\d_]")
_LOST_LAST: Final = re.compile("[^\\W\\d_][?]")
# Only a cell with one of these can name or reach a person; the sure test is made behind it.
_CUE_WORDS: Final = """
ông bà anh chị cô chú bác cụ mr mrs ms ong ba chi co chu bac cu tên ten nhận nhan gửi gui diện dien khách khach kh liên lien lh gặp gap
giao ship kính kinh attn recipient receiver hộ ho đình
"""
_CUES: Final = frozenset(_CUE_WORDS.split())
_REACHES: Final = re.compile(r"@|\*\*\*|\d(?:[ .-]?\d){7}|\([+]?[08]\d+\)")
_CUED: Final = re.compile(rf"\b(?:{'|'.join(_CUES)})\b", re.IGNORECASE)
_MORE_THAN_WORDS: Final = re.compile("[^0-9A-Za-zÀ-ỹ ]")
_NAME_IN_FRONT: Final = re.compile(
    r"\s*(?:[^\W\d_]+\s+){1,3}[^\W\d_]+\s*[,;|-]\s*(?:\d|#|(?:số|so|sn|ngõ|ngo|ngách|hẻm|hem|kiệt|kiet)\b)", re.IGNORECASE
)
_NO_NAME: Final = re.compile(r"(?<!\w)(?:tên lửa|anh hùng)(?!\w)", re.IGNORECASE)
_LABEL_WORDS: Final = (
    r"(?:số\s+)?(?:sđt|sdt|đt|dt|đtdđ|điện\s+thoại|dien\s+thoai|tel|phone|mobile|zalo|hotline|email|e-mail|cccd|cmnd|căn\s+cước)"
    r"|nhà|nha|của|cua|(?:tên\s+)?(?:người|nguoi)\s+(?:nhận|nhan|gửi|gui|đại\s+diện|dai\s+dien)|họ\s+(?:và\s+)?tên|ho\s+(?:va\s+)?ten"
    r"|(?:tên\s+)?(?:khách\s+hàng|khach\s+hang|khách|kh)|chủ\s+hộ|chu\s+ho|chủ\s+nhà|chu\s+nha|liên\s+hệ|lien\s+he|lh|tên|gặp|gap|gọi|goi"
    r"|(?:gửi|gui|giao|ship|chuyển)(?:\s+cho)?|cho|kính\s+gửi|attn|recipient|receiver|ông|bà|anh|chị|cô|chú|bác|cụ|mr|mrs|ms"
)
_AHEAD: Final = rf"(?:(?<!\w)(?:{_LABEL_WORDS})[\s.:]{{0,4}}){{0,5}}"
_MASKED: Final = re.compile(
    rf"[\s,;(\-–]{{0,8}}{_AHEAD}{re.escape(MASK)}(?:[\s,;:–-]{{0,8}}{_AHEAD}{re.escape(MASK)})*\s?[)]?", re.IGNORECASE
)
_LABELLED: Final = re.compile(rf"{_AHEAD}(?:{PATTERN})", re.IGNORECASE)
# No address is longer; in more than that names are looked for only behind a form of address, which takes linear time.
_LONGEST_ADDRESS: Final = 300
_PLACES: Final = frozenset({"duong", "thon_to", "toa_nha", "ngo", "ngach"})
_UNITS: Final = frozenset({"xa", "huyen", "tinh"})
# A building may bear a foreign name; streets, hamlets and units do not.
_SPELT: Final = _UNITS | _PLACES - {"toa_nha"}
# A spreadsheet takes the zero of a phone number; no count or coordinate has nine digits in front of its point.
_SHORT_NUMBERS: Final = frozenset({"so_ho", "kinh_do", "vi_do", "toa_do"})
_LONG_NUMBER: Final = re.compile(r"(?<![\d.,])\d{9,}(?![\d.,])")
# A phone or identity number as a spreadsheet leaves it.
_LOST_ZERO: Final = re.compile(r"[35789]\d{8}|\d{11}")
_SHORTEST_NAME: Final = 8
_NAME_WORD: Final = r"[A-ZÀ-ỸĐ][^\W\d_]*"
_TITLED_PLACE: Final = re.compile(rf"({_NAME_WORD}(?: sĩ)?(?: {_NAME_WORD}){{1,2}})(?:\s*[,;]\s*(?:phường|xã|thị trấn|p\.|x\.)[^*@()]*)?")
_TITLED_FULL: Final = re.compile(
    r"(?<!\w)((?:ông|bà|anh|chị|cô|chú|bác|cụ|mr|mrs|ms|hộ gia đình|gia đình|hộ)\.?\s+)([^\W\d_].*)", re.IGNORECASE
)
_IN_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_BEHIND_NUMBER: Final = re.compile(r"(\d[\w/.-]*[\s,;(–-]+)([^\W\d_][^\d,;()]*)")
_A_PHONE: Final = "0900000000"


class Found(NamedTuple):
    """One issue of a reading: its code, what a human needs to mend it, and whether the row may pass all the same."""

    code: str
    details: dict[str, Any]
    mild: bool = False


class Cell(NamedTuple):
    """A cell as it is read, and what was wrong with it."""

    text: str
    issues: tuple[Found, ...] = ()


def cell(column: str, raw: str) -> Cell:
    """Return the text of a cell, repaired and without personal data; `column` is the canonical name of its column."""
    if not raw:
        return Cell("")
    issues: list[Found] = []
    text = raw
    if text[0] in "=+-@#'":
        text = _calculated(column, text, issues)
    # Fonts of old used signs that are invisible today, so damage is looked for before anything is taken out.
    text = clean(_visible(column, _undamaged(column, text, issues), issues))
    if not _is_place(column, text):
        if _may_be_personal(column, text):
            text = _impersonal(column, text, issues)
        text = _anonymous(column, text, issues)
    return Cell(text, tuple(issues))


def masked(column: str, raw: str) -> str:
    """Return what may be kept of a cell as it came: phones, identity numbers, e-mail and names of recipients are masked."""
    if (column == "so_nha" and is_person(raw)) or raw == MASK:
        return MASK
    if column in _SHORT_NUMBERS and _LONG_NUMBER.search(raw):
        return MASK
    if _is_place(column, clean(raw)):
        return raw
    if len(raw) > _LONGEST_ADDRESS or column in NOTES:
        raw = scrub(raw)
    if _may_be_personal(column, raw):
        raw = _without_names(_LABELLED.sub(MASK, raw) if len(raw) <= _LONGEST_ADDRESS else raw)
    return _without_full_names(column, raw)


def is_personal_reference(text: str) -> bool:
    """Tell whether a household reference is a person's number or name instead, whatever its case."""
    if re.search(PATTERN, text) is not None or _LOST_ZERO.fullmatch(text):
        return True
    spaced = re.sub(r"[_./-]+", " ", text).strip()[:_LONGEST_ADDRESS]
    words = spaced.split()
    numbered = any(sign.isdigit() for sign in spaced)
    titled = any(is_title(word) and after.isalpha() for word, after in pairwise(words))
    if titled and (has_accents(spaced) or not numbered):
        return True
    written = spaced.title()
    return is_person(written) or mask_full_names(written, streets=False) != written


def _is_place(column: str, text: str) -> bool:
    """Tell whether a place cell holds a form of address and one or two words, as streets and markets are named: Bà Chiểu, Chú Hỏa."""
    if column not in _PLACES or (found := _TITLED_PLACE.fullmatch(text)) is None:
        return False
    words = found[1].split()
    return (words[0].lower() == "bác" and words[1] == "sĩ") or (is_title(words[0]) and not is_titled(words))


def _anonymous(column: str, text: str, issues: list[Found]) -> str:
    """Take out full names where no name of a street is expected."""
    bare = _without_full_names(column, text)
    if bare == text:
        return text
    if column in NOTES:
        if not any(issue.code == "row.personal_data" for issue in issues):
            issues.append(Found("row.personal_data", {"column": column}))
        return bare
    if not any(issue.code == "row.name_in_address" for issue in issues):
        issues.append(Found("row.name_in_address", {"column": column}))
    return _tidy(_MASKED.sub(" ", bare))


def _without_full_names(column: str, text: str) -> str:
    """Mask full names; streets are named after people, so in places only in brackets or behind a form of address."""
    if len(text) < _SHORTEST_NAME or len(text) > _LONGEST_ADDRESS:
        return text
    if column == "so_nha":
        return _BEHIND_NUMBER.sub(_without_resident, text) if text[:1].isdigit() else mask_full_names(text)
    if column in _PLACES or column in _UNITS:
        if "(" in text:
            text = _IN_BRACKETS.sub(lambda found: f"({mask_full_names(found[1], known=False)})", text)
        return _TITLED_FULL.sub(lambda found: found[1] + mask_full_names(found[2]), text) if _CUED.search(text) else text
    return text if column == "dia_chi" else mask_full_names(text, streets=column in {"", *NOTES}, known=column not in NOTES)


def _without_resident(found: re.Match[str]) -> str:
    """Mask who lives at a number; a known street behind it stays."""
    words = found[2].split()
    if is_title(words[0].rstrip(".")) and len(words) > 1 and not is_known(found[2]) and words[1][0].isupper():
        return f"{found[1]}{MASK}"
    return found[1] + mask_full_names(found[2])


def is_person(text: str) -> bool:
    """Tell whether nothing but a person's full name stands there: it would be the recipient's beside a phone number."""
    if " " not in text or len(text) > _LONGEST_ADDRESS or any(sign.isdigit() for sign in text) or is_known(text):
        return False
    return mask_recipients(f"{text}, {_A_PHONE}").startswith(MASK)


def _may_be_personal(column: str, text: str) -> bool:
    if column == "dia_chi" and _NAME_IN_FRONT.match(text):
        return True
    if _MORE_THAN_WORDS.search(text) is None:
        return not _CUES.isdisjoint(text.lower().split()) or _REACHES.search(text) is not None
    return _CUED.search(text) is not None or _REACHES.search(text) is not None


def _visible(column: str, raw: str, issues: list[Found]) -> str:
    if _INVISIBLE.search(raw) is None:
        return raw
    issues.append(Found("row.cell_control_chars", {"column": column}))
    return _INVISIBLE.sub("", raw)


def _calculated(column: str, text: str, issues: list[Found]) -> str:
    """A formula is kept as the text that it is; what a spreadsheet could not calculate says nothing."""
    text = _ESCAPED.sub("", text, count=1) if text[0] == "'" else text
    if wrapped := _WRAPPED.fullmatch(text):
        return wrapped[1]
    if _FORMULA_ERROR.fullmatch(text):
        issues.append(Found("row.formula_error", {"column": column, "cell": text.strip()}, column in NOTES))
        return ""
    if _FORMULA.match(text):
        issues.append(Found("row.formula_cell", {"column": column}, column in NOTES))
    return text


def _undamaged(column: str, text: str, issues: list[Found]) -> str:
    found = repaired(text)
    if found is not None:
        code = "row.old_font" if found.scheme in _KEYBOARDS_AND_FONTS else "row.text_damaged"
        shown = masked(column, found.text)
        issues.append(Found(code, {"column": column, "read_as": shown, "suggestion": {column: shown}}, mild=True))
        return clean(found.text)
    lost = column not in NOTES and _LOST_LAST.search(text)
    if _LOST_LETTER.search(text) or lost or (column in _SPELT and not text.isascii() and _is_foreign(text)):
        issues.append(Found("row.text_damaged", {"column": column}, column in NOTES))
    return text


def _is_foreign(text: str) -> bool:
    """Tell whether a letter stands there that no key keeps, of another alphabet or font: without it the name would be another one."""
    return any(sign.isalpha() and not sign.isascii() and not fold(sign) for sign in text)


def _impersonal(column: str, text: str, issues: list[Found]) -> str:
    """Take out what names or reaches a person; the issue says what kind it was, never the thing itself."""
    kinds = dict.fromkeys(_kind(found[0]) for found in re.finditer(PATTERN, text))
    bare = _LABELLED.sub(MASK, text) if len(text) <= _LONGEST_ADDRESS else re.sub(PATTERN, MASK, text)
    # A street that bears a person's name stays one, whoever's phone stands behind it.
    is_street = column == "duong" and is_known(_tidy(_MASKED.sub(" ", bare)))
    named = bare if is_street else _without_names(bare)
    if named != bare or MASK in text:
        # What an export masked was somebody's, and no part of an address when it comes back.
        kinds["row.name_in_address"] = None
    if column in NOTES:
        note = scrub(text)
        return _noted(column, note if note != text else named, text, issues)
    issues += [Found(code, {"column": column}) for code in kinds]
    return _tidy(_MASKED.sub(" ", named)) if kinds else text


def _noted(column: str, note: str, text: str, issues: list[Found]) -> str:
    """A note keeps its words around what was masked."""
    if note != text:
        issues.append(Found("row.personal_data", {"column": column}))
    return note


def _kind(said: str) -> str:
    if re.fullmatch(EMAIL, said):
        return "row.email_in_address"
    return "row.id_number_in_address" if re.fullmatch(IDENTITY, said) else "row.phone_in_address"


def _without_names(text: str) -> str:
    """Mask recipients, but not where the words that look like one belong to a place (Tên Lửa, Anh Hùng)."""
    if len(text) > _LONGEST_ADDRESS:
        return scrub(text)
    if _NO_NAME.search(text):
        return re.sub(PATTERN, MASK, text)
    named = mask_recipients(text)
    return named if named.count(MASK) > text.count(MASK) else text


def _tidy(text: str) -> str:
    """Drop the signs that a removed part leaves at the ends or doubled."""
    text = re.sub(r"\(\s*\)", " ", text)
    return clean(re.sub(r"\s*([,;])(?:\s*[,;])+", r"\1", text)).strip(" ,;:-–(")
