"""Decides how a typed text is cut into tokens: what separates, what belongs together, what is glued and must be parted."""

import re
from functools import lru_cache
from typing import NamedTuple

from registry.text import clean, fold, has_accents, toned

MAX_CHARS = 500
MAX_TOKENS = 64

# A token is a run of letters and digits; inside it `/` always joins, `.`, `-` and `+` only where a digit stands beside them.
_TOKEN = re.compile(r"[^\W_]+(?:['’‘`´ʼ][^\W_]+)*(?:(?:/|(?<=\d)[.+-](?=\d)|(?<=[A-Za-z])-(?=\d))[^\W_]+)*", re.UNICODE)
# A slash between two words is a separator (`…/phường Mỹ Đình 2/quận …`); beside a number or a single letter it is none.
_WORD_SLASH = re.compile(r"(?<=[^\W\d_][^\W\d_])/(?=[^\W\d_][^\W\d_])")
# What every one of the forms below has somewhere; one look spares most texts six.
_SPECIAL = re.compile(r"\d\s?[(|_∕⁄]|\d\s?[-./]\s?[^\W\d_]|\d[A-ZĐ][a-zà-ỹ]|[A-Za-z]/[^\W\d_]")
_LINES = re.compile(r"[\n\r]+")
_LIST_MARK = re.compile(r"^\W*\d{1,2}[.)]\s+(?=\d)")
# How a suffix, a path and a word stand beside a number: `72(A)`, `12-A`, `12.bis`, `64|3`, `30A/ngõ 85`, `15ĐườngBùi`.
_NUMBER_FORMS = (
    (re.compile(r"(?<=\d)\s?\(\s?([A-Za-z])\s?\)"), r"\1"),
    (re.compile(r"(?<=\d)\s?[(/.-]\s?(bis|ter)\b\)?", re.IGNORECASE), r" \1"),
    (re.compile(r"(?<=\d)[-._]([A-Za-z])(?![^\W_])"), r"\1"),
    (re.compile(r"(?<=\d)[|_∕⁄](?=\d)"), "/"),
    (re.compile(r"(?<=[0-9A-Za-z])/(?=(?:ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet|số|thôn|thon|xóm|xom|tổ|ấp)\b)", re.IGNORECASE), " "),
    (re.compile(r"(?<=\d)(?=[A-ZĐ][a-zà-ỹ])"), " "),
)
_GAP = re.compile(r"[,;|\n()\[\]{}:]")
_DASH = re.compile(r"\s[-–—]\s|–|—")
# Short forms that people glue to a number: P15, Q8, KP1, TDP5, QL6; never letters that start a house number (A10, D2).
_GLUED = re.compile(
    r"(p|f|ph|phuong|q|quan|kp|khupho|tdp|to|ap|thon|xom|khom|ban|ql|tl|hl|duong|hem|ngo|ngach|kiet|sn|so|pho|nha|lau|tang|phong)\.?(\d[0-9a-z]*(?:/[0-9a-z]+)*)"
)
_ENGLISH = re.compile(r"\b(?:ward|district|city|province|commune|street|st|road|rd)\b", re.IGNORECASE)
_ENGLISH_HINTS = ("ward", "dist", "city", "prov", "comm", " st", "road", " rd")
_UNIT_LAST = re.compile(r"^\s*(\S.*?)\s+(ward|district|city|province|commune)\.?\s*$", re.IGNORECASE)
_STREET_LAST = re.compile(
    r"^(\s*\S*\d\S*\s+(?:(?:bis|ter)\s+)?)(?!(?:street|st|road|rd)\b)(\S.*?)\s+(street|st|road|rd)\.?\s*$", re.IGNORECASE
)
_DASHED = re.compile(r"\d-|-\d")
_SIGNS = re.compile(r"([.+/-])")
SUFFIXES = frozenset({"bis", "ter", "kep"})
_UPPER = "".join(sign for sign in map(chr, range(0x41, 0x1EFA)) if sign.isupper() and sign.isalpha())
_LOWER = "".join(sign for sign in map(chr, range(0x61, 0x1EFA)) if sign.islower() and sign.isalpha())
_CAMEL = re.compile(f"[{_UPPER}{_LOWER}][{_UPPER}][{_LOWER}]")
_GLUED_INITIALS = frozenset({"X", "P", "H", "T", "Q", "TT", "TX", "TP"})


class Token(NamedTuple):
    """One word or number: its key form, evidence form and place in the text; `gap` says that a separator stands before it.

    `dash` says that the separator is only a dash, which may also stand inside a name (Phường Lâm Viên - Đà Lạt).
    """

    key: str
    tone: str
    raw: str
    start: int
    end: int
    gap: bool
    dash: bool = False

    def read_as(self, key: str) -> "Token":
        """Return the token with other letters than were typed; its tones are no evidence then."""
        return self._replace(key=key, tone=key)

    @property
    def numbered(self) -> bool:
        """Tell whether the token holds a digit or continues a number (`2 bis`), as house numbers do: A1/2T, C80bis, 12."""
        return not self.key.isalpha() or self.key in SUFFIXES

    @property
    def numeric(self) -> bool:
        """Tell whether the token starts like a number."""
        return self.key[:1].isdigit()


class Text(NamedTuple):
    """A question cut into tokens; `accents` says whether the writer used any mark, so that tones are evidence.

    `noise` marks the tokens that say nothing about the address; empty until they were looked for.
    """

    original: str
    tokens: tuple[Token, ...]
    accents: bool
    too_long: bool
    noise: tuple[bool, ...] = ()

    def raw(self, start: int, end: int) -> str:
        """Return what was written between two token positions."""
        if start >= end:
            return ""
        return self.original[self.tokens[start].start : self.tokens[end - 1].end]


def normalise(text: str) -> Text:
    """Cut a text into at most `MAX_TOKENS` tokens; a longer text than `MAX_CHARS` is marked, not read."""
    if len(text) > MAX_CHARS:
        return Text(clean(text[:MAX_CHARS]), (), accents=False, too_long=True)
    kept = clean(_LINES.sub(", ", text))
    kept = _LIST_MARK.sub("", kept)
    if _SPECIAL.search(kept):
        for pattern, meant in _NUMBER_FORMS:
            kept = pattern.sub(meant, kept)
    kept = _english_order(_part_camels(_WORD_SLASH.sub(", ", kept) if "/" in kept else kept))
    tokens: list[Token] = []
    previous = 0
    for match in _TOKEN.finditer(kept):
        hard, dash = _separates(kept[previous : match.start()])
        if not tokens:
            hard, dash = True, False
        raw = match[0]
        start, previous = match.span()
        key, tone = _forms(raw)
        if key.isalpha():
            tokens.append(Token(key, tone, raw, start, previous, hard or dash, dash))
        elif key:
            tokens += _tokens(raw, (key, tone), start, gap=hard or dash, dash=dash)
        if len(tokens) >= MAX_TOKENS:
            break
    return Text(kept, tuple(tokens), accents=has_accents(kept), too_long=False)


@lru_cache(maxsize=1 << 10)
def _separates(between: str) -> tuple[bool, bool]:
    """Tell whether the signs between two words separate them, and whether only a dash does."""
    hard = between != " " and bool(_GAP.search(between))
    return hard, not hard and between != " " and bool(_DASH.search(between))


def _english_order(text: str) -> str:
    """Put English type words in front, where Vietnamese ones stand: `Phu Khuong Ward` becomes `Ward Phu Khuong`."""
    lower = text.lower()
    if not any(hint in lower for hint in _ENGLISH_HINTS) or not _ENGLISH.search(text):
        return text
    return ",".join(_STREET_LAST.sub(r"\1\3 \2", _UNIT_LAST.sub(r"\2 \1", part)) for part in text.split(","))


def _part_camels(text: str) -> str:
    """Part words that lost the space between them: `HuyệnMộc Châu`, `XGia Hội`, `TTĐức An`."""
    if not _CAMEL.search(text):
        return text
    parts: list[str] = []
    word = 0
    for place, sign in enumerate(text):
        if not sign.isalpha():
            word = place + 1
        elif place > word and sign.isupper() and text[place + 1 : place + 2].islower():
            before = text[word:place]
            if before[-1].islower() or before in _GLUED_INITIALS:
                parts.append(" ")
                word = place
        parts.append(sign)
    return "".join(parts)


def _tokens(raw: str, forms: tuple[str, str], start: int, *, gap: bool, dash: bool) -> tuple[Token, ...]:
    """Make one token of a word with digits, or two when a short form is glued to its number."""
    key, tone = forms
    end = start + len(raw)
    glued = _GLUED.fullmatch(key) if key[0].isalpha() and len(key) == len(raw) else None
    if glued is None:
        return (Token(key, tone, raw, start, end, gap, dash),)
    cut = len(key) - len(glued[2])
    middle = start + cut
    head = raw[:cut]
    return (Token(glued[1], toned(head), head, start, middle, gap, dash), Token(glued[2], glued[2], raw[cut:], middle, end, gap=False))


@lru_cache(maxsize=1 << 16)
def _forms(raw: str) -> tuple[str, str]:
    """Return the key form and the evidence form of a word."""
    if raw.isascii() and raw.isalnum():
        plain = raw.lower()
        return plain, plain
    return _key(raw), toned(raw)


def _key(raw: str) -> str:
    """Fold one token but keep the signs inside a number (12-14, 30.4, 5+300)."""
    if raw[:1].isdigit() or _DASHED.search(raw):
        return "".join(fold(part) or part for part in _SIGNS.split(raw))
    return fold(raw).replace(" ", "")
