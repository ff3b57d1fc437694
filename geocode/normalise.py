"""Decides how a typed text is cut into tokens: what separates, what belongs together, what is glued and must be parted."""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import is_normalized

from geocode.tuples import maker
from registry.text import clean, fold, has_accents, toned
from registry.vocab import AREA_WORDS, HAMLET_WORDS, UNIT_WORDS

MAX_CHARS = 500
MAX_TOKENS = 64

# A token is a run of letters and digits; inside it `/` always joins, `.`, `-` and `+` only where a digit stands beside them.
_TOKEN = re.compile(r"([^\W_]+(?:['’‘`´ʼ][^\W_]+)*(?:(?:/|(?<=\d)[.+-](?=\d)|(?<=[A-Za-z])-(?=\d))[^\W_]+)*)", re.UNICODE)
# A slash between two words is a separator (`…/phường Mỹ Đình 2/quận …`); beside a number or a single letter it is none.
_WORD_SLASH = re.compile(r"(?<=[^\W\d_][^\W\d_])/(?=[^\W\d_][^\W\d_])")
# What every one of the forms below has somewhere, sought where a digit or a slash stands; two quick looks spare most texts six.
_SPECIAL = re.compile(r"\d(?:\s?[(|_∕⁄]|\s?[-./]\s?[^\W\d_]|[A-ZĐ][a-zà-ỹ])")
_LETTER_SLASH = re.compile(r"/(?<=[A-Za-z]/)[^\W\d_]")
# A number alone in front of the next part, as tables join their cells: `52, Hồ Xuân Hương, Ninh Bình` is the door of that street.
_LONE_NUMBER = re.compile(r"^((?:số|so|sn)?\s*\d{1,4}[A-Za-zĐđ]?(?:/\d{1,4}[A-Za-zĐđ]?)*)\s*,\s*([^\W\d_]+)(?=\s[^,\d]*,)", re.IGNORECASE)
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
_NO_STREET = frozenset(word for words in (*UNIT_WORDS, *HAMLET_WORDS, *AREA_WORDS) for word in words.split()[:1])
SUFFIXES = frozenset({"bis", "ter", "kep"})
_UPPER = "".join(sign for sign in map(chr, range(0x41, 0x1EFA)) if sign.isupper() and sign.isalpha())
_LOWER = "".join(sign for sign in map(chr, range(0x61, 0x1EFA)) if sign.islower() and sign.isalpha())
_CAMEL = re.compile(f"[{_UPPER}{_LOWER}][{_UPPER}][{_LOWER}]")
_GLUED_INITIALS = frozenset({"X", "P", "H", "T", "Q", "TT", "TX", "TP"})


class Token(NamedTuple):
    """One word or number: its key form, evidence form and place in the text; `gap` says that a separator stands before it.

    `dash` says that the separator is only a dash, which may also stand inside a name (Phường Lâm Viên - Đà Lạt). `numeric` tells whether
    the token starts like a number, `numbered` whether it holds a digit or continues a number (`2 bis`), as house numbers do: A1/2T, C80bis.
    """

    key: str
    tone: str
    raw: str
    start: int
    end: int
    gap: bool
    dash: bool
    numeric: bool
    numbered: bool

    def read_as(self, key: str) -> "Token":
        """Return the token with other letters than were typed; its tones are no evidence then."""
        return self._replace(key=key, tone=key, numeric=_is_numeric(key), numbered=_is_numbered(key))


_token = maker(Token)


class Text(NamedTuple):
    """A question cut into tokens, whose keys are its `words`; `accents` says whether the writer used any mark: then tones are evidence.

    `noise` marks the tokens that say nothing about the address; empty until they were looked for.
    """

    original: str
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    accents: bool
    too_long: bool
    noise: tuple[bool, ...] = ()

    def with_tokens(self, tokens: tuple[Token, ...], *, accents: bool) -> "Text":
        """Return the text with other tokens than were typed."""
        return Text(self.original, tokens, tuple([token.key for token in tokens]), accents, self.too_long, self.noise)

    def with_noise(self, noise: tuple[bool, ...]) -> "Text":
        """Return the text with its noise marked."""
        return _text((self.original, self.tokens, self.words, self.accents, self.too_long, noise))

    def raw(self, start: int, end: int) -> str:
        """Return what was written between two token positions."""
        if start >= end:
            return ""
        return self.original[self.tokens[start].start : self.tokens[end - 1].end]


_text = maker(Text)


def normalise(text: str) -> Text:
    """Cut a text into at most `MAX_TOKENS` tokens; a longer text than `MAX_CHARS` is marked, not read."""
    if len(text) > MAX_CHARS:
        return Text(clean(text[:MAX_CHARS]), (), (), accents=False, too_long=True)
    kept = text if _is_clean(text) else clean(_LINES.sub(", ", text))
    kept = _LONE_NUMBER.sub(_beside_street, _LIST_MARK.sub("", kept))
    if _SPECIAL.search(kept) or _LETTER_SLASH.search(kept):
        for pattern, meant in _NUMBER_FORMS:
            kept = pattern.sub(meant, kept)
    kept = _english_order(_part_camels(_WORD_SLASH.sub(", ", kept) if "/" in kept else kept))
    tokens = tuple(_cut(kept))
    return Text(kept, tokens, tuple([token.key for token in tokens]), accents=has_accents(kept), too_long=False)


def _beside_street(found: re.Match[str]) -> str:
    """Take the comma behind a number away, unless a unit or hamlet follows, whose number it need not be."""
    return found[0] if fold(found[2]) in _NO_STREET else f"{found[1]} {found[2]}"


def _is_clean(text: str) -> bool:
    """Tell whether cleaning would change nothing, as for most texts: composed letters, no strange sign, no space too many."""
    return text.isprintable() and "  " not in text and text == text.strip() and is_normalized("NFC", text)


def _cut(kept: str) -> list[Token]:
    """Cut a cleaned text into tokens."""
    tokens: list[Token] = []
    # Splitting gives all words and what stands between them at once; a match object for each word cost twice as much.
    parts = _TOKEN.split(kept)
    end = 0
    for between, raw in zip(parts[::2], parts[1::2], strict=False):
        hard, dash = (False, False) if between == " " else _separates(between)
        if not tokens:
            hard, dash = True, False
        start = end + len(between)
        end = start + len(raw)
        key, tone, numeric, numbered = _forms(raw)
        if numeric or not numbered:
            tokens.append(_token((key, tone, raw, start, end, hard or dash, dash, numeric, numbered)))
        elif key:
            tokens += _tokens(raw, (key, tone), start, gap=hard or dash, dash=dash)
        if len(tokens) >= MAX_TOKENS:
            break
    return tokens


@lru_cache(maxsize=1 << 10)
def _separates(between: str) -> tuple[bool, bool]:
    """Tell whether the signs between two words separate them, and whether only a dash does."""
    hard = bool(_GAP.search(between))
    return hard, not hard and bool(_DASH.search(between))


def _english_order(text: str) -> str:
    """Put English type words in front, where Vietnamese ones stand: `Phu Khuong Ward` becomes `Ward Phu Khuong`."""
    lower = text.lower()
    if not any(map(lower.__contains__, _ENGLISH_HINTS)) or not _ENGLISH.search(text):
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
        return (Token(key, tone, raw, start, end, gap, dash, _is_numeric(key), _is_numbered(key)),)
    cut = len(key) - len(glued[2])
    middle = start + cut
    head, word, number = raw[:cut], glued[1], glued[2]
    return (
        Token(word, toned(head), head, start, middle, gap, dash, numeric=False, numbered=_is_numbered(word)),
        Token(number, number, raw[cut:], middle, end, gap=False, dash=False, numeric=True, numbered=True),
    )


@lru_cache(maxsize=1 << 16)
def _forms(raw: str) -> tuple[str, str, bool, bool]:
    """Return the key form and the evidence form of a word, and whether it is numeric and numbered."""
    plain = raw.isascii() and raw.isalnum()
    key = raw.lower() if plain else _key(raw)
    return key, key if plain else toned(raw), _is_numeric(key), _is_numbered(key)


def _is_numeric(key: str) -> bool:
    """Tell whether a word starts like a number."""
    return key[:1].isdigit()


def _is_numbered(key: str) -> bool:
    """Tell whether a word holds a digit or continues a number."""
    return not key.isalpha() or key in SUFFIXES


def _key(raw: str) -> str:
    """Fold one token but keep the signs inside a number (12-14, 30.4, 5+300)."""
    if raw[:1].isdigit() or _DASHED.search(raw):
        return "".join(fold(part) or part for part in _SIGNS.split(raw))
    return fold(raw).replace(" ", "")
