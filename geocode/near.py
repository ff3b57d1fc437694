"""Decides which words nearly name a unit: misspelt, cut short, or with letters that Vietnamese does not have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from geocode.gazetteer import Gazetteer, GazUnit, compact
from geocode.mentions import FIRST_WORDS, Mention, announced_at, mention_at
from geocode.normalise import Text
from registry.vocab import AREA_WORDS, HAMLET_WORDS, HOUSE_WORDS, ROAD_WORDS, STREET_WORDS

# Letters that Vietnamese does not have, as young people write them: `fú đô`, `kwảng fú`.
_FOREIGN = re.compile("kw|f|w|j|z")
_SOUNDS = {"kw": "qu", "f": "ph", "w": "u", "j": "gi", "z": "d"}
FUZZY_CUTOFF = 82
# The fifteen communes of a district are told apart by fewer letters than the hundreds of a province.
CUTOFF_IN_DISTRICT = 70
LONGEST_NEAR_NAME = 5
SHORTEST_NEAR_KEY = 3
LONGEST_NUMBER = 2


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
        announced = announced_at(text, start)
        for name_start, options in announced[:1]:
            ends = dict.fromkeys((_segment_end(text, name_start, taken), _whole_end(text, name_start)))
            for level in dict.fromkeys(level for level, _ in options):
                kinds = tuple(kind for lv, kind in options if lv == level)
                for end in ends:
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
    if not mention.kinds or after >= len(taken) or taken[after] or text.tokens[after].gap:
        return False
    return not text.tokens[after].numeric and not text.noise[after] and not _is_place(text, after)


def is_type_word(text: Text, place: int) -> bool:
    """Tell whether a word that may announce a unit surely does: it is more than a letter, or a letter with a dot (`x.vinh tuong`)."""
    token = text.tokens[place]
    return len(token.key) > 1 or text.original[token.end : token.end + 1] == "."


def typed_left(text: Text, taken: list[bool]) -> bool:
    """Tell whether words announce a commune or district that nothing has read yet."""
    return any(
        not taken[name_start] and is_type_word(text, start) and options[0][0] != "province" and not _is_room(text, name_start)
        for start, word in enumerate(text.words)
        if word in FIRST_WORDS and not taken[start]
        for name_start, options in announced_at(text, start)
    )


def _is_room(text: Text, name_start: int) -> bool:
    """Tell whether a number has more digits than any unit that bears one: `P.704` is a flat."""
    word = text.words[name_start]
    return len(word) > LONGEST_NUMBER and word.isdigit()


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


def _whole_end(text: Text, start: int) -> int:
    """Return where the words stop that may be one long name: also behind a word that is a name by itself, and behind a lone dash."""
    end = start + 1
    while (
        end < len(text.tokens)
        and end - start < LONGEST_NEAR_NAME
        and (not text.tokens[end].gap or text.tokens[end].dash)
        and not announced_at(text, end)
    ):
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
        found = process.extract(
            written, district_pool(gazetteer, scope.districts), scorer=fuzz.ratio, score_cutoff=CUTOFF_IN_DISTRICT, limit=3
        )
        inside = [(name, score, _of_districts(gazetteer, name, scope.districts)) for name, score, _ in found]
    else:
        inside = []
    if not inside and (level != "commune" or kinds or scope.provinces):
        pool = gazetteer_pool(gazetteer, level, scope.provinces)
        found = process.extract(written, pool, scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF, limit=3)
        inside = [
            (
                name,
                score,
                [unit for unit in gazetteer.units[name] if unit.level == level and in_provinces(gazetteer, unit, scope.provinces)],
            )
            for name, score, _ in found
        ]
    for _name, score, units in inside:
        if units:
            mention = mention_at(text, start, name_start, end, level, kinds, tuple(units))
            yield mention._replace(fuzzy=True, nearness=score)


def district_pool(gazetteer: Gazetteer, districts: frozenset[str]) -> tuple[str, ...]:
    """Return the names of the communes of those districts of the old world."""
    return _pooled(gazetteer, [("inside", code) for code in sorted(districts)])


def gazetteer_pool(gazetteer: Gazetteer, level: str, provinces: frozenset[str]) -> tuple[str, ...]:
    """Return the names of a level in those provinces of today; in all when none is given."""
    return _pooled(gazetteer, [(level, code) for code in sorted(provinces)] or [(level, "")])


def _pooled(gazetteer: Gazetteer, wanted: list[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of several pools, each once."""
    if len(wanted) == 1:
        return gazetteer.pools.get(wanted[0], ())
    return tuple(dict.fromkeys(name for each in wanted for name in gazetteer.pools.get(each, ())))


def _of_districts(gazetteer: Gazetteer, name: str, districts: frozenset[str]) -> list[GazUnit]:
    """Return the communes of a name in those districts of the old world."""
    return [unit for unit in gazetteer.units[name] if unit.level == "commune" and unit.district in districts]


def in_provinces(gazetteer: Gazetteer, unit: GazUnit, provinces: frozenset[str]) -> bool:
    """Tell whether a unit of any world lies in one of today's provinces; no province given means anywhere."""
    if not provinces:
        return True
    if unit.world == "new":
        return unit.province in provinces
    return bool(gazetteer.province_today.get(("old", unit.province), frozenset()) & provinces)
