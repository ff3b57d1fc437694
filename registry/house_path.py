"""Here is decided which house numbers are the same door: every notation becomes one path of numbers from the street inward.

`1806/127/2A`, `số 2A ngách 127 ngõ 1806` and `2A hẻm 127/1806` are one path: house 2A in alley 127 of alley 1806.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from registry.house_path_read import LONGEST_PART, LONGEST_TEXT, MOST_PARTS, Role, Segment, segments
from registry.text import fold

Parts = tuple[str, ...]

_PLAIN: Final = re.compile(r"(?:(?:[sS][ốo]|SỐ|SO)(?: (?:[nN]h[àa]|NHÀ|NHA))? |SN |sn )?([0-9]{1,4}[A-Za-z]?(?:/[0-9]{1,3}[A-Za-z]?){0,5})")
_WORDED_SUFFIX: Final = re.compile(r"(?<=[0-9A-Z])(BIS|TER|KEP|QUATER)(?=[A-Z]?(?:-|$))")
_RANGE: Final = re.compile(r"(?P<first>(\d+)[A-Z]*)(?:-\d+[A-Z]*)*-(\d+)[A-Z]*")
_FORMER: Final = re.compile(r"([^()]{1,100})\((?:\s*(?:số cũ|so cu|cũ|cu)(?!\w))?([^()]{0,100})\)\s*", re.IGNORECASE)
_LIST: Final = re.compile(r"\s*[,;]\s*|\s+(?:và|va)\s+", re.IGNORECASE)
_ALLEY_NUMBER: Final = re.compile(r"[KH](\d.*)")
_STREET_INITIALS: Final = re.compile(r"[A-Z]{1,3}\.([A-Z]{1,2})-(\d.*)")
_ALLEY_WORD: Final = re.compile(r"(?<!\w)(ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet)(?!\w)[\s.:]*", re.IGNORECASE)
_HOUSE_AFTER_NAME: Final = re.compile(r"\s+(?:số|so|sn|nhà|nha)\b.*\d.*", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\d\W][^,;/]*")
# North of the Hải Vân pass `ngách 12/45` is written from the street inward, also behind the house number.
_OUTSIDE_IN_WORDS: Final = frozenset({"ngach"})
_NORTH_WORDS: Final = ("ngõ", "ngách", "hẻm")


@dataclass(frozen=True)
class HousePath:
    """The parts from the street inward, canonical: capitals, no spaces; the last is the house, those before are alleys."""

    parts: Parts

    @property
    def text(self) -> str:
        """The path as it is shown: `1806/127/2A`, `12 bis`."""
        return "/".join(_WORDED_SUFFIX.sub(lambda suffix: " " + _shown(suffix[0]), part) for part in self.parts)

    @property
    def key(self) -> str:
        """The path as it is stored and looked up: lower case, no spaces."""
        return "/".join(self.parts).lower()

    @property
    def house(self) -> str:
        """The last part: the house itself."""
        return self.parts[-1]

    @property
    def alley(self) -> Parts:
        """The parts before the house, from the street inward; empty for a house on the street."""
        return self.parts[:-1]

    def prefixes(self) -> Parts:
        """Return the keys of the enclosing alleys, the inner one first: where to look when the door is not known."""
        return tuple("/".join(self.parts[:length]).lower() for length in range(len(self.parts) - 1, 0, -1))


def readings(text: str) -> list[HousePath]:
    """Return every plausible reading of the house part of an address, best first; empty when it is no house number.

    A number in brackets is the former one (`125 (số cũ 255)`) and is read last; of a list (`189, 191`) every door is a reading.
    """
    if plain := _PLAIN.fullmatch(text):
        # Nine in ten: nothing but numbers, with nothing to be read in two ways.
        return [HousePath(tuple([_bare_part(part) for part in plain[1].split("/")]))]
    text = unicodedata.normalize("NFC", text)
    if len(text) > LONGEST_TEXT:
        return []
    if former := _FORMER.fullmatch(text):
        found = readings(former[1])
        return list(dict.fromkeys([*found, *readings(former[2])])) if found else []
    doors = [segments(door) for door in _LIST.split(text)]
    if len(doors) > 1 and all(len(door) == 1 and door[0].role in (Role.BARE, Role.HOUSE) for door in doors):
        return _distinct([door[0].parts for door in doors])
    return _one_door(segments(text))


def _one_door(written: tuple[Segment, ...]) -> list[HousePath]:
    houses = _numbered(written, Role.BARE, Role.HOUSE)
    alleys, lots = _numbered(written, Role.ALLEY), _numbered(written, Role.LOT)
    if len(houses) > 1 or len(lots) > 1:
        return []
    if not houses and lots:
        houses, lots = lots, []
    if houses:
        found = _with_house(written, houses[0], [*lots, *alleys])
    else:
        # `hẻm 12/5` may be house 5 of alley 12; `ngõ 12` alone is no house at all, see `alley_of`.
        found = [alleys[0].parts] if len(alleys) == 1 and len(alleys[0].parts) > 1 else []
    return _distinct(found)


def alley_of(text: str) -> HousePath | None:
    """Return the path of the numbered alley that the text names, whether a house follows or not; None without one."""
    written = segments(text)
    alleys = _numbered(written, Role.ALLEY)
    if not alleys:
        return None
    doors = readings(text) if _house_first(written) else []
    parts = doors[0].alley if doors else _outside_in(alleys)
    return HousePath(parts) if _fits(parts) else None


def from_columns(so_nha: str, ngo: str = "", ngach: str = "") -> HousePath | None:
    """Return the path of the hand-over columns, outside-in `ngo`, `ngach`, `so_nha`; None when `so_nha` holds no number.

    Each cell may repeat its word or be a path itself; an alley that the house number already names is not doubled, and the
    name of an alley (see `alley_name`) is left out. An alley without a house is no door, so its number alone makes no path.
    """
    houses = readings(so_nha)
    if not houses:
        return None
    alley = _joined(_cell_parts(ngo), _cell_parts(ngach))
    parts = _joined(alley, houses[0].parts)
    return HousePath(parts) if _fits(parts) else None


def alley_name(text: str) -> str | None:
    """Return the name of an alley that bears one, without its word (`ngõ Trại Cá` gives `Trại Cá`); None for a number."""
    text = unicodedata.normalize("NFC", text).strip()
    word = _ALLEY_WORD.search(text)
    if not word and any(sign.isdigit() for sign in text):
        return None
    name = _NAME.match(text, word.end() if word else 0)
    if not name or segments(name[0]):
        return None
    return _HOUSE_AFTER_NAME.sub("", _ALLEY_WORD.split(name[0])[0]).strip(" .-") or None


def slashes(path: HousePath) -> str:
    """Write the path from the street inward: `1806/127/2A`."""
    return path.text


def north(path: HousePath) -> str:
    """Write the path as in Hà Nội, the house first: `số 2A ngách 127 ngõ 1806`; what lies deeper stays slashed."""
    alleys, house = path.parts[: len(_NORTH_WORDS)], path.parts[len(_NORTH_WORDS) :]
    if len(path.parts) <= len(_NORTH_WORDS) + 1:
        alleys, house = path.alley, path.parts[-1:]
    if _joined(alleys, house) != path.parts or not _speakable(path):
        return slashes(path)
    words = [f"{word} {HousePath((part,)).text}" for word, part in zip(_NORTH_WORDS, alleys, strict=False)]
    return " ".join([f"số {HousePath(house).text}", *reversed(words)])


def south(path: HousePath) -> str:
    """Write the path from the house outward: `2A hẻm 127/1806`."""
    if not path.alley or not _speakable(path):
        return slashes(path)
    return f"{HousePath((path.house,)).text} hẻm {HousePath(path.alley[::-1]).text}"


def flat_key(toa_nha: str, tang: str, phong: str) -> str:
    """Return the key of a flat, `building|floor|room` folded; empty when all are. `25 – 06` as a room is floor 25, room 6.

    Floor before unit with a dash: Thông tư 08/2024/TT-BXD art. 13.
    """
    # CC6B is the name of a block, CC Green Bay that of a chung cư; T5 is the fifth floor.
    building = _without_word(re.sub(r"^c/?c (?=\S)", "", fold(toa_nha)), "toa nha", "toa", "block", "nha", "chung cu")
    floor = re.sub(r"^t(?=\d)", "", _without_word(tang, "tang", "lau", "floor"))
    room = _without_word(phong, "phong so", "phong", "can ho", "can", "room", "p")
    dashed = re.fullmatch(r"(\d+[a-z]?) (\d+[a-z]?)", room)
    if dashed and floor in ("", _no_zeros(dashed[1])):
        floor, room = dashed[1], dashed[2]
    key = (building, _no_zeros(floor), _no_zeros(room))
    return "|".join(key) if any(key) else ""


def _bare_part(part: str) -> str:
    """Return a number with at most one letter in its stored form."""
    return (part.lstrip("0") or "0").upper() if part[-1].isdigit() else (part[:-1].lstrip("0") or "0") + part[-1].upper()


def _numbered(written: tuple[Segment, ...], *roles: Role) -> list[Segment]:
    return [segment for segment in written if segment.role in roles and segment.parts]


def _with_house(written: tuple[Segment, ...], house: Segment, alleys: list[Segment]) -> list[Parts]:
    orders = [_inside_out(alleys), _outside_in(alleys)] if _house_first(written) else [_outside_in(alleys)]
    found = [_joined(alley, house.parts) for alley in orders]
    found += [alley + house.parts for alley in orders]
    return found


def _house_first(written: tuple[Segment, ...]) -> bool:
    return bool(written) and written[0].role in (Role.BARE, Role.HOUSE)


def _inside_out(alleys: list[Segment]) -> Parts:
    """Order alleys written behind the house: the nearest to the house comes first, inside one slashed number as well."""
    ordered = _by_rank(alleys) or alleys[::-1]
    lone = len(alleys) == 1 and alleys[0].word not in _OUTSIDE_IN_WORDS
    return ordered[0].parts[::-1] if lone else _flatten(ordered)


def _outside_in(alleys: list[Segment]) -> Parts:
    return _flatten(_by_rank(alleys) or alleys)


def _by_rank(alleys: list[Segment]) -> list[Segment]:
    """Order alleys by their northern words (ngõ, ngách, hẻm) whatever order they stand in; empty when words do not decide."""
    ranks = [segment.rank for segment in alleys]
    return sorted(alleys, key=lambda segment: segment.rank) if len(set(ranks)) == len(ranks) else []


def _flatten(alleys: Iterable[Segment]) -> Parts:
    """Chain alleys from the street inward; `ngõ 12 ngách 12/45` names alley 12 once."""
    parts: Parts = ()
    for segment in alleys:
        parts = _joined(parts, segment.parts)
    return parts


def _joined(outer: Parts, inner: Parts) -> Parts:
    """Put an inner path into an outer one, without doubling what the inner one repeats before its own last part."""
    if outer and inner[:-1][-len(outer) :] == outer:
        return inner
    for length in range(min(len(outer), len(inner) - 1), 0, -1):
        if outer[-length:] == inner[:length]:
            return outer + inner[length:]
    return outer + inner


def _cell_parts(cell: str) -> Parts:
    alleys = alley_of(cell)
    if alleys:
        return alleys.parts
    plain = readings(cell)
    return plain[0].parts if plain else ()


def _distinct(found: list[Parts]) -> list[HousePath]:
    """Add the second thoughts behind the first ones: the first door of a range, K for kiệt, initials of the street."""
    ranges = [(parts, _RANGE.fullmatch(parts[-1])) for parts in found]
    more = [(*parts[:-1], door["first"]) for parts, door in ranges if door and int(door[2]) <= int(door[3])]
    more += [(alley[1], *parts[1:]) for parts in found if len(parts) > 1 and (alley := _ALLEY_NUMBER.fullmatch(parts[0]))]
    more += [(*parts[:-1], lot[1] + lot[2]) for parts in found if (lot := _STREET_INITIALS.fullmatch(parts[-1]))]
    return [HousePath(parts) for parts in dict.fromkeys([*found, *more]) if _fits(parts)]


def _fits(parts: Parts) -> bool:
    return 0 < len(parts) <= MOST_PARTS and all(len(part) <= LONGEST_PART for part in parts)


def _speakable(path: HousePath) -> bool:
    """Tell whether every part holds a digit: a letter alone is understood only between slashes."""
    return all(any(sign.isdigit() for sign in part) for part in path.parts)


def _shown(suffix: str) -> str:
    return "kép" if suffix == "KEP" else suffix.lower()


def _without_word(cell: str, *words: str) -> str:
    key = fold(cell)
    for word in words:
        if re.match(rf"{word}(?: |(?=\d))", key):
            return key[len(word) :].strip()
    return key


def _no_zeros(text: str) -> str:
    return re.sub(r"^0+(?=\d)", "", text)
