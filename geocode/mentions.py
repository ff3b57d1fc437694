"""Decides which words of a text may name a unit: every span that matches a name, with what stands around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from geocode.gazetteer import Gazetteer, GazUnit, compact
from geocode.normalise import Text
from registry.text import toned
from registry.vocab import AREA_WORDS, HAMLET_WORDS, HOUSE_WORDS, ROAD_WORDS, ROMAN, STREET_WORDS, UNIT_WORDS

_BEFORE_STREET = frozenset(STREET_WORDS) | frozenset(ROAD_WORDS) | {"so"}
# `Phường Từ…` written with its marks announces a ward; it is not Phương Tú.
_TYPE_TONES = frozenset(toned(word) for word in ("phường", "xã", "quận", "huyện", "tỉnh"))
# Letters that Vietnamese does not have, as young people write them: `fú đô`, `kwảng fú`.
_FOREIGN = re.compile("kw|f|w|j|z")
_SOUNDS = {"kw": "qu", "f": "ph", "w": "u", "j": "gi", "z": "d"}
FUZZY_CUTOFF = 82
# The fifteen communes of a district are told apart by fewer letters than the hundreds of a province.
CUTOFF_IN_DISTRICT = 70
LONGEST_NEAR_NAME = 5
SHORTEST_NEAR_KEY = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A span `[start, end)` that may name these units of one level; the name begins at `name_start`, behind a type word."""

    start: int
    end: int
    name_start: int
    level: str
    kinds: tuple[str, ...]
    units: tuple[GazUnit, ...]
    tone: str
    street_like: bool
    after_number: bool
    segment: bool
    last: bool
    fuzzy: bool = False
    nearness: float = 100.0

    def overlaps(self, other: "Mention") -> bool:
        """Tell whether two spans share a token."""
        return self.start < other.end and other.start < self.end


def find_mentions(text: Text, gazetteer: Gazetteer) -> list[Mention]:
    """Return every span that names a unit exactly (folded), typed or bare; longer bare names hide shorter ones at their start."""
    found: list[Mention] = []
    announced: dict[int, int] = {}
    for start in range(len(text.tokens)):
        for name_start, options in _announced(text, start):
            for end, level, units in _names(text, name_start, gazetteer, options):
                found.append(_mention(text, start, name_start, end, level, tuple(kind for lv, kind in options if lv == level), units))
                announced[name_start] = max(announced.get(name_start, 0), end)
        found.extend(mention for mention in _bare(text, start, gazetteer) if mention.end > announced.get(start, 0))
    return [mention for mention in found if not any(_hides(text, longer, mention) for longer in found)]


def _hides(text: Text, longer: Mention, mention: Mention) -> bool:
    """Tell whether a longer name holds a shorter one, so that the shorter is only a part of it: no Xã Chí Minh in TP. Hồ Chí Minh.

    A longer name that runs into the type word of the next unit (`Phú Mỹ` in `Phú Mỹ Thành phố …`) hides nothing.
    """
    if mention.level == "province" and longer.level == "district" and _is_city(longer, mention):
        return True
    inside = longer.name_start <= mention.name_start and mention.end <= longer.end
    if longer.level != mention.level and not mention.kinds and (longer.kinds or longer.segment):
        return inside and longer.end - longer.name_start > mention.end - mention.name_start
    if longer.level != mention.level or longer.end - longer.name_start <= mention.end - mention.name_start:
        return False
    if mention.kinds and longer.name_start != mention.name_start:
        return False
    return inside and not any(options for _, options in _announced(text, mention.end))


def _is_city(city: Mention, province: Mention) -> bool:
    """Tell whether `Thành phố Trà Vinh` names the former city, because no province of that name is a city."""
    return (
        bool(province.kinds)
        and (city.start, city.end) == (province.start, province.end)
        and any(unit.kind in city.kinds for unit in city.units)
        and not any(unit.kind in province.kinds for unit in province.units)
    )


def _bare(text: Text, start: int, gazetteer: Gazetteer) -> Iterator[Mention]:
    """Yield the longest names that begin here without a type word."""
    longest = 0
    for end, level, units in sorted(_names(text, start, gazetteer, None), key=lambda item: -item[0]):
        if end < longest:
            return
        longest = end
        if text.accents and text.tokens[start].gap and text.tokens[start].tone in _TYPE_TONES:
            units = tuple(unit for unit in units if unit.tone.startswith(text.tokens[start].tone))
        if units and not (end == start + 1 and text.tokens[start].numeric):
            yield _mention(text, start, start, end, level, (), units)


def _announced(text: Text, start: int) -> Iterator[tuple[int, tuple[tuple[str, str], ...]]]:
    """Yield where a name would start behind type words that begin here, and what they announce."""
    tokens = text.tokens
    for length in (2, 1):
        stop = start + length
        if stop >= len(tokens) or any(token.gap for token in tokens[start + 1 : stop + 1]):
            continue
        words = " ".join(token.key for token in tokens[start:stop])
        if words in UNIT_WORDS:
            yield stop, UNIT_WORDS[words]


def _names(
    text: Text, start: int, gazetteer: Gazetteer, options: tuple[tuple[str, str], ...] | None
) -> Iterator[tuple[int, str, tuple[GazUnit, ...]]]:
    """Yield the ends of unit names that begin at a token, by level."""
    tokens = text.tokens
    levels = {level for level, _ in options} if options else {"province", "district", "commune"}
    key, dashed = "", False
    for end in range(start + 1, min(start + gazetteer.longest, len(tokens)) + 1):
        token = tokens[end - 1]
        if token.gap and end > start + 1:
            if not token.dash or (not tokens[start].gap and not options):
                return
            dashed = True
        key += token.key.lstrip("0") if key and token.key[0] == "0" else token.key
        if key not in gazetteer.beginnings and not key.isdigit() and key not in ROMAN:
            return
        name = key.lstrip("0") or key if key.isdigit() else key
        if dashed and end < len(tokens) and not tokens[end].gap:
            continue
        if options and end == start + 1 and name in ROMAN and name not in gazetteer.units:
            name = ROMAN[name]
        held = gazetteer.units.get(name, ())
        if name in gazetteer.abbreviations:
            held = [
                *held,
                *(unit for level, full in gazetteer.abbreviations[name] for unit in gazetteer.units.get(full, ()) if unit.level == level),
            ]
        for level in levels:
            units = tuple(unit for unit in held if unit.level == level)
            if units:
                yield end, level, units


def _mention(text: Text, start: int, name_start: int, end: int, level: str, kinds: tuple[str, ...], units: tuple[GazUnit, ...]) -> Mention:
    """Describe a span and its surroundings."""
    tokens = text.tokens
    before = tokens[start - 1].key if start and not tokens[start].gap else ""
    return Mention(
        start=start,
        end=end,
        name_start=name_start,
        level=level,
        kinds=kinds,
        units=units,
        tone=" ".join(token.tone for token in tokens[name_start:end]),
        street_like=before in _BEFORE_STREET,
        after_number=bool(before) and before[0].isdigit(),
        segment=tokens[start].gap and (end == len(tokens) or tokens[end].gap),
        last=end == len(tokens),
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """Where near names are looked for: inside these provinces of today, and first inside these districts of the old world."""

    provinces: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()


def find_fuzzy(text: Text, gazetteer: Gazetteer, taken: list[bool], scope: Scope) -> list[Mention]:
    """Return near names for typed words, and for whole segments where a province is known, that matched nothing exactly.

    Without a province only districts and provinces are compared.
    """
    found: list[Mention] = []
    for start in range(len(text.tokens)):
        if taken[start]:
            continue
        announced = list(_announced(text, start))
        for name_start, options in announced[:1]:
            end = _segment_end(text, name_start, taken)
            for level in dict.fromkeys(level for level, _ in options):
                kinds = tuple(kind for lv, kind in options if lv == level)
                found.extend(_near(text, gazetteer, (start, name_start, end), level, kinds, scope))
        if text.tokens[start].gap or taken[start - 1]:
            found.extend(_near_segment(text, gazetteer, start, taken, scope, announced=bool(announced)))
    return found


def _near_segment(text: Text, gazetteer: Gazetteer, start: int, taken: list[bool], scope: Scope, *, announced: bool) -> Iterator[Mention]:
    """Yield near names for a whole segment without type words; in a known district also for one that seems to begin with a type word."""
    end = _segment_end(text, start, taken)
    whole = end == len(text.tokens) or text.tokens[end].gap or taken[end]
    if not whole or any(token.numeric for token in text.tokens[start:end]):
        return
    span = (start, start, end)
    if announced or _is_place(text, start):
        if scope.districts and end - start > 1:
            yield from (near for near in _near(text, gazetteer, span, "commune", (), scope) if near.nearness >= FUZZY_CUTOFF)
    elif scope.provinces or scope.districts:
        for level in ("district", "commune"):
            yield from _near(text, gazetteer, span, level, (), scope)
    elif end == len(text.tokens):
        yield from _near(text, gazetteer, span, "province", (), scope)


def find_longer(text: Text, gazetteer: Gazetteer, mention: Mention, taken: list[bool], scope: Scope) -> list[Mention]:
    """Return near names for a typed unit together with the unread words right behind it: `Phường An Phú Đôg` is not Phường An Phú."""
    end = mention.end
    while end < len(text.tokens) and not taken[end] and not text.tokens[end].gap and end - mention.name_start < LONGEST_NEAR_NAME:
        end += 1
    span = (mention.start, mention.name_start, end)
    return [near for near in _near(text, gazetteer, span, mention.level, mention.kinds, scope) if near.nearness >= FUZZY_CUTOFF]


def dangling(text: Text, mention: Mention, taken: list[bool]) -> bool:
    """Tell whether unread words stand right behind a typed unit name, which may then be a part of a longer misspelt one."""
    after = mention.end
    return (
        bool(mention.kinds)
        and after < len(text.tokens)
        and not taken[after]
        and not text.tokens[after].gap
        and not text.tokens[after].numeric
        and not text.noise[after]
        and not _is_place(text, after)
    )


def typed_left(text: Text, taken: list[bool]) -> bool:
    """Tell whether words announce a commune or district that nothing has read yet."""
    return any(
        not taken[start] and not taken[name_start] and len(text.tokens[start].key) > 1 and options[0][0] != "province"
        for start in range(len(text.tokens))
        for name_start, options in _announced(text, start)
    )


def _is_place(text: Text, start: int) -> bool:
    """Tell whether the words here announce a street or hamlet, so that they are no unit."""
    for length in (3, 2, 1):
        words = " ".join(token.key for token in text.tokens[start : start + length])
        if words in HAMLET_WORDS or words in ROAD_WORDS or words in AREA_WORDS or words in STREET_WORDS or words in HOUSE_WORDS:
            return True
    return False


def _segment_end(text: Text, start: int, taken: list[bool]) -> int:
    """Return where the run of free tokens that begins here stops."""
    end = start
    while end < len(text.tokens) and end - start < LONGEST_NEAR_NAME and not taken[end] and (end == start or not text.tokens[end].gap):
        end += 1
    return end


def _near(
    text: Text, gazetteer: Gazetteer, span: tuple[int, int, int], level: str, kinds: tuple[str, ...], scope: Scope
) -> Iterator[Mention]:
    """Yield the best near names of a level, inside the districts of the scope first, then inside its provinces of today."""
    start, name_start, end = span
    written = compact("".join(token.key for token in text.tokens[name_start:end]))
    written = _FOREIGN.sub(lambda match: _SOUNDS[match[0]], written)
    if len(written) < SHORTEST_NEAR_KEY or written.isdigit():
        return
    if level == "commune" and scope.districts:
        found = process.extract(written, district_pool(gazetteer, scope.districts), scorer=fuzz.ratio, score_cutoff=CUTOFF_IN_DISTRICT, limit=3)
        inside = [(name, score, _of_districts(gazetteer, name, scope.districts)) for name, score, _ in found]
    else:
        inside = []
    if not inside and (level != "commune" or kinds or scope.provinces):
        pool = gazetteer_pool(gazetteer, level, scope.provinces)
        found = process.extract(written, pool, scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF, limit=3)
        inside = [
            (name, score, [unit for unit in gazetteer.units[name] if unit.level == level and in_provinces(gazetteer, unit, scope.provinces)])
            for name, score, _ in found
        ]
    for _name, score, units in inside:
        if units:
            mention = _mention(text, start, name_start, end, level, kinds, tuple(units))
            yield replace(mention, fuzzy=True, nearness=score)


def district_pool(gazetteer: Gazetteer, districts: frozenset[str]) -> tuple[str, ...]:
    """Return the names of the communes of those districts of the old world, cached by the gazetteer."""
    if ("district", districts) not in gazetteer.pools:
        gazetteer.pools["district", districts] = tuple(
            name for name in gazetteer.units if not name.isdigit() and _of_districts(gazetteer, name, districts)
        )
    return gazetteer.pools["district", districts]


def _of_districts(gazetteer: Gazetteer, name: str, districts: frozenset[str]) -> list[GazUnit]:
    """Return the communes of a name in those districts of the old world."""
    return [unit for unit in gazetteer.units[name] if unit.level == "commune" and unit.district in districts]


def gazetteer_pool(gazetteer: Gazetteer, level: str, provinces: frozenset[str]) -> tuple[str, ...]:
    """Return the names of a level in those provinces of today (all provinces when none is given), cached by the gazetteer."""
    wanted = (level, provinces)
    if wanted not in gazetteer.pools:
        gazetteer.pools[wanted] = tuple(
            name
            for name, units in gazetteer.units.items()
            if any(unit.level == level and in_provinces(gazetteer, unit, provinces) for unit in units) and not name.isdigit()
        )
    return gazetteer.pools[wanted]


def in_provinces(gazetteer: Gazetteer, unit: GazUnit, provinces: frozenset[str]) -> bool:
    """Tell whether a unit of any world lies in one of today's provinces; no province given means anywhere."""
    if not provinces:
        return True
    if unit.world == "new":
        return unit.province in provinces
    return bool(gazetteer.province_today.get(("old", unit.province), frozenset()) & provinces)
