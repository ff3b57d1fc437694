"""Decides which place names inside one commune are the same place: the key of streets, hamlets, areas and buildings.

`Đường số 5` and `5` are one street, `QL6` and `Quốc lộ 6` one road, `Bản Na Sang` and `Na Sang` one hamlet, while `Thôn 3` and
`Ấp 3` stay apart because a bare number is no name. Load and query share these functions.
"""

import re
from functools import lru_cache
from typing import Literal

from registry.text import fold
from registry.vocab import AREA_WORDS, HAMLET_WORDS, ROAD_WORDS, ROMAN, STREET_WORDS

PlaceKind = Literal["street", "alley", "hamlet", "area", "building"]

_FOLDED = re.compile(r"[a-z]+(?: [a-z]+)*")
_STREET_FIRST = frozenset(word.partition(" ")[0] for word in (*STREET_WORDS, *ROAD_WORDS, "so", "no"))
_HAMLET_FIRST = frozenset(word.partition(" ")[0] for word in HAMLET_WORDS)
_DATE = re.compile(r"(\d{1,2})(?:/| thang )(\d{1,2})")
_WRITTEN_DATE = re.compile(r"(\d{1,2})\s*[-.]\s*(\d{1,2})")
_NUMBERED = re.compile(r"(?:\d+[a-z]?|[ivx]+[a-z]?|[a-z]\d*|\d+/\d+)(?: \d+| [a-z])?")
_NUMBER_WORD = re.compile(r"^(?:so|no) (?=\d|[a-z]\d*$)")
_SO = re.compile(r"^(?:so|thu) (?=\d)")
_ZEROS = re.compile(r"^0+(?=\d)")
_GLUED = re.compile(r"([a-z]+)(\d+[a-z]?(?:/\d+)?)")
_HAMLET_CELL = re.compile(r"(?:ấp|thôn|xóm|tổ dân phố|tổ|khu phố|khóm|buôn|bản)\s", re.IGNORECASE)
_AREA_CELL = re.compile(r"(?:cư xá|chung cư|c/c|khu tập thể|ktt|khu đô thị|kđt|kdc|khu dân cư)\s", re.IGNORECASE)
LAST_MONTH, LAST_DAY = 12, 31


@lru_cache(maxsize=1 << 17)
def place_key(kind: PlaceKind, name: str) -> str:
    """Return the key of a place name, type word included or not; empty when nothing but a type word is left."""
    if kind == "street":
        return street_key(name)
    if kind == "hamlet":
        return hamlet_key(name)
    words, rest = split_type(fold(name), AREA_WORDS)
    return f"{words} {rest}".strip() if _NUMBERED.fullmatch(rest) or not rest else rest


def kind_in_street_cell(name: str) -> PlaceKind:
    """Tell what a street cell really names: officers write `Ấp 4` or `Cư xá Lữ Gia` there too.

    A hamlet or area word counts with its marks, or without them before a number (`Ap 4`), because `Bàn Cờ` is a street and `Bản Cờ` is not.
    """
    if _AREA_CELL.match(name):
        return "area"
    if _HAMLET_CELL.match(name):
        return "hamlet"
    word, rest = split_type(_unglue(fold(name), HAMLET_WORDS), HAMLET_WORDS)
    return "hamlet" if word and rest[0].isdigit() else "street"


def street_key(name: str) -> str:
    """Return the key of a street: no `đường`, no `số` before a number, roads with their full type, dates as d/m."""
    return name if _is_bare(name, _STREET_FIRST) else _street_key(name)


def _is_bare(name: str, first_words: frozenset[str]) -> bool:
    """Tell whether a name is folded words without any number or type word, so that it is its own key."""
    return _FOLDED.fullmatch(name) is not None and name.partition(" ")[0] not in first_words


@lru_cache(maxsize=1 << 17)
def _street_key(name: str) -> str:
    """Return the key of a street, rule by rule."""
    dated = _WRITTEN_DATE.fullmatch(name.strip())
    key = fold(f"{dated[1]}/{dated[2]}" if dated else name)
    key = _unglue(key, ROAD_WORDS)
    for word in STREET_WORDS:
        if key.startswith(word + " "):
            key = key.removeprefix(word + " ")
            break
    road, rest = split_type(key, ROAD_WORDS)
    if road and rest and (rest[0].isdigit() or road in {"xa lo", "dai lo"}):
        return f"{road} {rest}"
    return _date_key(_NUMBER_WORD.sub("", key))


def hamlet_key(name: str) -> str:
    """Return the key of a hamlet or group: the bare name, or canonical type word and number where it is numbered."""
    return name if _is_bare(name, _HAMLET_FIRST) else _hamlet_key(name)


@lru_cache(maxsize=1 << 17)
def _hamlet_key(name: str) -> str:
    """Return the key of a hamlet, rule by rule."""
    key = _unglue(fold(name), HAMLET_WORDS)
    word, rest = split_type(key, HAMLET_WORDS)
    rest = _SO.sub("", rest)
    if not word or not rest:
        return key
    if _NUMBERED.fullmatch(rest):
        return f"{word} {ROMAN.get(rest, _no_zeros(rest))}"
    return rest


def split_type(key: str, words: dict[str, str]) -> tuple[str, str]:
    """Split a folded name into the canonical type word and the rest; the longest announcing words win."""
    parts = key.split(" ")
    for length in (3, 2, 1):
        head = " ".join(parts[:length])
        if head in words and len(parts) > length:
            return words[head], " ".join(parts[length:])
    return "", key


def _unglue(key: str, words: dict[str, str]) -> str:
    """Separate a short form glued to its number: `ql6`, `kp3`, `tdp5`."""
    head, _, tail = key.partition(" ")
    match = _GLUED.fullmatch(head)
    if match is None or match[1] not in words:
        return key
    return f"{match[1]} {match[2]} {tail}".strip()


def _date_key(key: str) -> str:
    """Write a date street as day/month without leading zeros."""
    match = _DATE.fullmatch(key)
    if match and 0 < int(match[1]) <= LAST_DAY and 0 < int(match[2]) <= LAST_MONTH:
        return f"{int(match[1])}/{int(match[2])}"
    return _no_zeros(key)


def _no_zeros(key: str) -> str:
    """Drop leading zeros of a number: `05` and `5` are the same street."""
    return _ZEROS.sub("", key) if key[:1] == "0" else key
