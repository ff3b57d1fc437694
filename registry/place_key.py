"""Decides which place names inside one commune are the same place: the key of streets, hamlets, areas and buildings.

`Đường số 5` and `5` are one street, `Q.L. 6` and `Quốc lộ 6` one road, `3-2` and `Ba Tháng Hai` one day, `CMT8` and `Cách Mạng Tháng Tám`
one revolution, `Bản Na Sang` and `Na Sang` one hamlet, while `Thôn 3` and `Ấp 3` stay apart because a bare number is no name. Load and
query share these functions; `tests/vectors/same_street.csv` says line by line what is one place and what is not.
"""

import re
from functools import lru_cache
from typing import Final, Literal

from registry.number_words import NO_SYLLABLE, PLAIN_NUMBERS, roman, spoken
from registry.text import fold, has_accents, toned
from registry.vocab import AREA_WORDS, HAMLET_WORDS, ROAD_WORDS, SAME_NAMES, SAME_SOUNDS, STREET_WORDS

PlaceKind = Literal["street", "alley", "hamlet", "area", "building"]

LAST_MONTH, LAST_DAY = 12, 31
_FOLDED: Final = re.compile(r"[a-z]+(?: [a-z]+)*")
_STREET_FIRST: Final = frozenset(word.partition(" ")[0] for word in (*STREET_WORDS, *ROAD_WORDS, "so", "no", "p"))
_ROAD_FIRST: Final = frozenset(word.partition(" ")[0] for word in ROAD_WORDS)
_HAMLET_FIRST: Final = frozenset(word.partition(" ")[0] for word in HAMLET_WORDS)
_ROADS_WITH_NAMES: Final = frozenset({"xa lo", "dai lo"})
_OTHER_SOUND: Final = re.compile(rf"(?<![^ ])(?:{'|'.join(SAME_SOUNDS)})(?![^ ])")
# What a folded name may hold that is no type word and is yet written in another way in its key.
_REWRITTEN: Final = re.compile(
    rf"{_OTHER_SOUND.pattern}|^c ?m|^cach mang| th(?:ang|g)? | (?:{'|'.join(NO_SYLLABLE)})$|^(?:{'|'.join(SAME_NAMES)})$"
)
_REVOLUTION: Final = re.compile(r"(?:cach mang|c ?mang|c ?m) ?(?:thang|th|t) ?(\d+|[a-z]+(?: [a-z]+)?)")
_DATE: Final = re.compile(r"(?:ngay )?(?:mung |mong )?([0-9a-z ]+?)(?: ?/ ?| th(?:ang|g)? )([0-9a-z ]+)")
_DASHED_DATE: Final = re.compile(r"(.*?)(\d{1,2})\s*[-.\u2010-\u2015\u2212]\s*(\d{1,2})[\s.,;]*")
_DASHED: Final = re.compile(r"\d\s*[-.\u2010-\u2015\u2212]\s*\d")
_DIGIT: Final = re.compile(r"\d")
_BEFORE_DATE: Final = frozenset({"", "ngay", *STREET_WORDS})
_NUMBERED: Final = re.compile(r"(?:\d+[a-z]?|[a-z]\d*|\d+/\d+)(?: \d+| [a-z])?")
_NUMBER_WORD: Final = re.compile(r"^(?:so|no) (?=\d|[a-z] ?\d*$)")
_SO: Final = re.compile(r"^(?:so|thu) ")
_ZEROS: Final = re.compile(r"(?<![^ ])([a-z]?|[b-df-hj-np-tv-xz]{2})0+(?=\d)")
_LETTER_BEHIND: Final = re.compile(r"(?<![^ ])(\d+) ([a-z])$")
_LETTER_BEFORE: Final = re.compile(r"([a-z]|[b-df-hj-np-tv-xz]{2}) (\d+[a-z]?)")
_GLUED: Final = re.compile(r"([a-z]+)(\d+[a-z]?(?:/\d+)?)")
_WORDS: Final = re.compile(r"[^\W\d_]+")
_ROAD_NUMBER: Final = re.compile(r"[a-z]?\d")
# With which another spelling of a name may begin than its key does.
OTHER_HEADS: Final = frozenset({*SAME_SOUNDS, *PLAIN_NUMBERS, "duong", "pho", "ngay", "mung", "mong", "cach", "c", "cm", "cmt"})
_HAMLET_CELL: Final = re.compile(r"(?:ấp|thôn|xóm|tổ dân phố|tổ|khu phố|khóm|buôn|bản|thon|xom|to dan pho|khu pho|khom)\s", re.IGNORECASE)
_AREA_CELL: Final = re.compile(r"(?:cư xá|chung cư|c/c|khu tập thể|ktt|khu đô thị|kđt|kdc|khu dân cư)\s", re.IGNORECASE)


@lru_cache(maxsize=1 << 17)
def place_key(kind: PlaceKind, name: str) -> str:
    """Return the key of a place name, type word included or not; empty when nothing but a type word is left."""
    if kind == "street":
        return street_key(name)
    if kind == "hamlet":
        return hamlet_key(name)
    words, rest = split_type(_respelt(fold(name)), AREA_WORDS)
    rest = _tidy(rest)
    return f"{words} {rest}".strip() if _NUMBERED.fullmatch(rest) or not rest else rest


@lru_cache(maxsize=1 << 17)
def other_key(kind: PlaceKind, name: str) -> str:
    """Return the key of another place that the name may mean where the commune has none of the first; empty when there is no doubt.

    `Ap Nam` without marks is Ấp Nam, the southern one, or else Ấp Năm, which is Ấp 5; `Thon Vi` is Thôn VI or else a Thôn Vĩ.
    """
    if kind != "hamlet":
        return ""
    word, rest = split_type(_respelt(fold(name)), HAMLET_WORDS)
    rest = _SO.sub("", rest)
    if not word or not rest.replace(" ", "").isalpha():
        return ""
    if rest in NO_SYLLABLE or (roman(rest) and len(rest) == 1):
        return ""
    number = roman(rest) if not has_accents(_last_word(name)) else ""
    if not number and not has_accents(name):
        number = spoken(rest, marked=False)
    numbered = f"{word} {number}" if number else ""
    return rest if numbered == hamlet_key(name) and numbered else numbered


def kind_in_street_cell(name: str) -> PlaceKind:
    """Tell what a street cell really names: officers write `Ấp 4` or `Cư xá Lữ Gia` there too.

    A hamlet or area word counts with its marks, or without them before a number (`Ap 4`), because `Bàn Cờ` is a street and `Bản Cờ` is not;
    those that no street begins with (`XOM AO CA`) count without marks as well.
    """
    if _AREA_CELL.match(name):
        return "area"
    if _HAMLET_CELL.match(name):
        return "hamlet"
    word, rest = split_type(_unglue(fold(name), HAMLET_WORDS), HAMLET_WORDS)
    return "hamlet" if word and rest[0].isdigit() else "street"


@lru_cache(maxsize=1 << 17)
def street_key(name: str) -> str:
    """Return the key of a street: no `đường`, no `số` before a number, roads with their full type, dates as d/m."""
    return name if _is_bare(name, _STREET_FIRST) else _street_key(name)


@lru_cache(maxsize=1 << 17)
def hamlet_key(name: str) -> str:
    """Return the key of a hamlet or group: the bare name, or canonical type word and number where it is numbered."""
    return name if _is_bare(name, _HAMLET_FIRST) else _hamlet_key(name)


def _is_bare(name: str, first_words: frozenset[str]) -> bool:
    """Tell whether a name is folded words without any number or type word, so that it is its own key."""
    return _FOLDED.fullmatch(name) is not None and name.partition(" ")[0] not in first_words and _REWRITTEN.search(name) is None


def _street_key(name: str) -> str:
    """Return the key of a street, rule by rule."""
    key = _respelt(fold(_with_slash(name)))
    if road := _road(key):
        return road
    key = _without_street_words(key)
    if road := _road(key):
        return road
    if key.startswith("so ") and (number := spoken(key.removeprefix("so "), marked=False)):
        return number
    key = _tidy(_revolution(_date_key(_NUMBER_WORD.sub("", key))))
    return SAME_NAMES.get(key, key)


def _hamlet_key(name: str) -> str:
    """Return the key of a hamlet, rule by rule."""
    word, rest = split_type(_unglue(_respelt(fold(name)), HAMLET_WORDS), HAMLET_WORDS)
    bare = _SO.sub("", rest)
    if word and (number := _numeral(name, bare)):
        return f"{word} {number}"
    rest = _tidy(bare if word and bare[0].isdigit() else rest)
    head, _, last = rest.rpartition(" ")
    if head and last in NO_SYLLABLE:
        rest = f"{head} {roman(last)}"
    return f"{word} {rest}" if word and _NUMBERED.fullmatch(rest) else rest


def split_type(key: str, words: dict[str, str]) -> tuple[str, str]:
    """Split a folded name into the canonical type word and the rest; the longest announcing words win."""
    parts = key.split(" ")
    for length in (3, 2, 1):
        head = " ".join(parts[:length])
        if head in words and len(parts) > length:
            return words[head], " ".join(parts[length:])
    return "", key


def _numeral(name: str, rest: str) -> str:
    """Return the number that a Roman numeral or words are behind the type word of a hamlet, in digits; empty for a name.

    In a text with marks `Nam` is the south and `Năm` is five, and a `Vi` that is not all in capitals is a name.
    """
    if not rest.replace(" ", "").isalpha():
        return ""
    if not has_accents(name):
        return roman(rest)
    said = toned(name).split(" ")[-1 - rest.count(" ") :]
    written = _last_word(name)
    if roman(rest) and not has_accents(written) and (len(rest) == 1 or rest in NO_SYLLABLE or not written.istitle()):
        return roman(rest)
    return spoken(" ".join(said), marked=True)


def _last_word(name: str) -> str:
    words = _WORDS.findall(name)
    return words[-1] if words else ""


def _respelt(key: str) -> str:
    """Write the syllables that have two spellings in one of them: `lí thường kiệt`, `mĩ`, `quí`."""
    return _OTHER_SOUND.sub(lambda found: SAME_SOUNDS[found[0]], key)


def _road(key: str) -> str:
    """Return the key of a road whose type is part of its name, `Đường ĐT 884` as well; empty when it is none."""
    first = key.partition(" ")[0]
    if first.isalpha() and first not in _ROAD_FIRST:
        return ""
    road, rest = split_type(_unglue(key, ROAD_WORDS), ROAD_WORDS)
    if not road:
        return ""
    again, inner = split_type(_unglue(rest, ROAD_WORDS), ROAD_WORDS)
    rest = _tidy(_SO.sub("", inner if again == road else rest))
    return f"{road} {rest}" if _ROAD_NUMBER.match(rest) or road in _ROADS_WITH_NAMES else ""


def _without_street_words(key: str) -> str:
    """Take off what only says that it is a street, doubled as well: without marks `Đường Phó Đức Chính` begins with two such words."""
    first = next((word for word in STREET_WORDS if key.startswith(word + " ")), "")
    key = key.removeprefix(first + " ") if first else key
    while key.startswith(("duong ", "pho ")):
        key = key.partition(" ")[2]
    return key[2:] if re.match(r"p [a-z]{2}", key) else key


def _with_slash(name: str) -> str:
    """Write a day of the year with a slash, `3-2` or `Đường 30.4`, where nothing but words that say so stands before it."""
    dated = _DASHED_DATE.fullmatch(name.strip()) if _DASHED.search(name) else None
    if dated is None or not _is_day(int(dated[2]), int(dated[3])) or fold(dated[1]) not in _BEFORE_DATE:
        return name
    return f"{dated[2]}/{dated[3]}"


def _is_day(day: int, month: int) -> bool:
    return 0 < day <= LAST_DAY and 0 < month <= LAST_MONTH


def _date_key(key: str) -> str:
    """Write a date street as day/month without leading zeros: `03/02`, `3 tháng 2`, `Mùng 3 tháng Hai`."""
    if ("/" in key or " th" in key) and (dated := _DATE.fullmatch(key)):
        day, month = (each if each.isdigit() else spoken(each, marked=False) for each in dated.groups())
        if day and month and _is_day(int(day), int(month)):
            return f"{int(day)}/{int(month)}"
    return key


def _revolution(key: str) -> str:
    """Write Cách Mạng Tháng Tám (or Mười) in full with its month in digits: CMT8, CM Tháng 8, C.M.T. 8."""
    found = _REVOLUTION.fullmatch(key) if key[:1] == "c" else None
    month = (found[1] if found[1].isdigit() else spoken(found[1], marked=False)) if found else ""
    return f"cach mang thang {int(month)}" if month and int(month) <= LAST_MONTH else key


def _unglue(key: str, words: dict[str, str]) -> str:
    """Separate a short form glued to its number: `ql6`, `kp3`, `tdp5`."""
    head, _, tail = key.partition(" ")
    match = _GLUED.fullmatch(head)
    if match is None or match[1] not in words:
        return key
    return f"{match[1]} {match[2]} {tail}".strip()


def _tidy(key: str) -> str:
    """Write numbers in one way: no zeros in front (`05`), letters at the number they belong to (`1 A`, `N 5`)."""
    if _DIGIT.search(key) is None:
        return key
    key = _LETTER_BEHIND.sub(r"\1\2", _ZEROS.sub(r"\1", key))
    return "".join(lettered.groups()) if (lettered := _LETTER_BEFORE.fullmatch(key)) else key
