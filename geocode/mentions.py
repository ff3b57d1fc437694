"""Decides which words of a text may name a unit: every span that matches a name, with what stands around it."""

from typing import NamedTuple

from geocode.gazetteer import Gazetteer, GazUnit
from geocode.normalise import Text
from registry.text import toned
from registry.vocab import ROAD_WORDS, ROMAN, STREET_WORDS, UNIT_WORDS

Options = tuple[tuple[str, str], ...]
_BEFORE_STREET = frozenset(STREET_WORDS) | frozenset(ROAD_WORDS) | {"so"}
# `Phường Từ…` written with its marks announces a ward; it is not Phương Tú.
_TYPE_TONES = frozenset(toned(word) for word in ("phường", "xã", "quận", "huyện", "tỉnh"))
FIRST_WORDS = frozenset(words.partition(" ")[0] for words in UNIT_WORDS)
_LEVELS = ("province", "district", "commune")


class Mention(NamedTuple):
    """A span `[start, end)` that may name these units of one level; the name begins at `name_start`, behind a type word.

    `nearness` is the likeness of a near name to what was written, 100 for the name itself.
    """

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


class _Walk(NamedTuple):
    """A name of the gazetteer that begins at a token and ends before `end`; `dashed` says that a lone dash stands inside."""

    end: int
    name: str
    dashed: bool


def find_typed(text: Text, gazetteer: Gazetteer) -> list[Mention]:
    """Return the units that type words announce, and those whose bare name fills a segment: enough for most texts."""
    found: list[Mention] = []
    walks: dict[int, list[_Walk]] = {}
    count = len(text.tokens)
    for start, token in enumerate(text.tokens):
        if token.key in FIRST_WORDS:
            for name_start, options in announced_at(text, start):
                found += _typed(text, (start, name_start), options, gazetteer, _walks(text, name_start, gazetteer, walks))
        if token.gap and token.key in gazetteer.beginnings and not token.numeric:
            whole = [walk for walk in _walks(text, start, gazetteer, walks) if walk.end == count or text.tokens[walk.end].gap]
            found += _bare(text, start, gazetteer, whole)
    return [mention for mention in found if not _hidden(text, mention, found)]


def find_mentions(text: Text, gazetteer: Gazetteer) -> list[Mention]:
    """Return every span that names a unit exactly (folded), typed or bare; longer bare names hide shorter ones at their start."""
    found: list[Mention] = []
    announced: dict[int, int] = {}
    walks: dict[int, list[_Walk]] = {}
    for start, token in enumerate(text.tokens):
        if token.key in FIRST_WORDS:
            for name_start, options in announced_at(text, start):
                for mention in _typed(text, (start, name_start), options, gazetteer, _walks(text, name_start, gazetteer, walks)):
                    found.append(mention)
                    announced[name_start] = max(announced.get(name_start, 0), mention.end)
        least = announced.get(start, 0)
        found.extend(mention for mention in _bare(text, start, gazetteer, _walks(text, start, gazetteer, walks)) if mention.end > least)
    return [mention for mention in found if not _hidden(text, mention, found)]


def _hidden(text: Text, mention: Mention, found: list[Mention]) -> bool:
    """Tell whether a longer name holds a mention."""
    start, end = mention.name_start, mention.end
    return any(each.name_start <= start and end <= each.end and each is not mention and _hides(text, each, mention) for each in found)


def _hides(text: Text, longer: Mention, mention: Mention) -> bool:
    """Tell whether a name is only a part of another around it: no Xã Chí Minh in TP. Hồ Chí Minh.

    A longer name that runs into the type word of the next unit (`Phú Mỹ` in `Phú Mỹ Thành phố …`) hides nothing.
    """
    if mention.level == "province" and longer.level == "district" and _is_city(longer, mention):
        return True
    more = longer.end - longer.name_start > mention.end - mention.name_start
    if longer.level != mention.level and not mention.kinds and (longer.kinds or longer.segment):
        return more
    if longer.level != mention.level or not more:
        return False
    if mention.kinds and longer.name_start != mention.name_start:
        return False
    return not (mention.end < len(text.tokens) and text.tokens[mention.end].key in FIRST_WORDS and announced_at(text, mention.end))


def _is_city(city: Mention, province: Mention) -> bool:
    """Tell whether `Thành phố Trà Vinh` names the former city, because no province of that name is a city."""
    return (
        bool(province.kinds)
        and (city.start, city.end) == (province.start, province.end)
        and any(unit.kind in city.kinds for unit in city.units)
        and not any(unit.kind in province.kinds for unit in province.units)
    )


def _typed(text: Text, span: tuple[int, int], options: Options, gazetteer: Gazetteer, walks: list[_Walk]) -> list[Mention]:
    """Return the units of the announced levels whose names begin behind a type word; a lone Roman numeral is a number there."""
    start, name_start = span
    found: list[Mention] = []
    for walk in walks:
        name = walk.name
        if walk.end == name_start + 1 and name in ROMAN and name not in gazetteer.units:
            name = ROMAN[name]
        held = gazetteer.named.get(name)
        if held:
            for level in dict.fromkeys(level for level, _ in options):
                if level in held:
                    kinds = tuple(kind for announced, kind in options if announced == level)
                    found.append(mention_at(text, start, name_start, walk.end, level, kinds, held[level]))
    return found


def _bare(text: Text, start: int, gazetteer: Gazetteer, walks: list[_Walk]) -> list[Mention]:
    """Return the longest names that begin here without a type word, one a level."""
    tokens = text.tokens
    first = tokens[start]
    if first.key == "so" and start + 1 < len(tokens) and tokens[start + 1].key == "nha":
        # `so nha 9` is a house, not the commune of Sơn Hà.
        return []
    for walk in reversed(walks):
        if walk.dashed and not first.gap:
            continue
        held = gazetteer.named.get(walk.name)
        if not held:
            continue
        if walk.end == start + 1 and first.numeric:
            return []
        found: list[Mention] = []
        for level in _LEVELS:
            units = held.get(level, ())
            if units and text.accents and first.gap and first.tone in _TYPE_TONES:
                units = tuple(unit for unit in units if unit.tone.startswith(first.tone))
            if units:
                found.append(mention_at(text, start, start, walk.end, level, (), units))
        return found
    return []


def announced_at(text: Text, start: int) -> list[tuple[int, Options]]:
    """Return where a name would start behind type words that begin at a token, and what they announce; two words before one."""
    tokens = text.tokens
    found: list[tuple[int, Options]] = []
    if start + 1 >= len(tokens) or tokens[start].key not in FIRST_WORDS or tokens[start + 1].gap:
        return found
    key = tokens[start].key
    if key == "xa" and start and tokens[start - 1].key == "thi" and not tokens[start].gap:
        return found  # The second half of `thị xã` announces no commune.
    if start + 2 < len(tokens) and not tokens[start + 2].gap:
        options = UNIT_WORDS.get(f"{key} {tokens[start + 1].key}")
        if options:
            found.append((start + 2, options))
    if key in UNIT_WORDS:
        found.append((start + 1, UNIT_WORDS[key]))
    return found


def _walks(text: Text, start: int, gazetteer: Gazetteer, known: dict[int, list[_Walk]]) -> list[_Walk]:
    """Return the beginnings of unit names at a token that may be whole names, shortest first; each token is walked once."""
    if start in known:
        return known[start]
    found: list[_Walk] = []
    known[start] = found
    tokens, beginnings = text.tokens, gazetteer.beginnings
    count = len(tokens)
    key, dashed = "", False
    for place in range(start, min(start + gazetteer.longest, count)):
        token = tokens[place]
        if token.gap and place > start:
            if not token.dash:
                break
            dashed = True
        key += token.key.lstrip("0") if key and token.key[0] == "0" else token.key
        if key not in beginnings and not key.isdigit() and key not in ROMAN:
            break
        if dashed and place + 1 < count and not tokens[place + 1].gap and tokens[place + 1].key not in FIRST_WORDS:
            continue
        found.append(_Walk(place + 1, (key.lstrip("0") or key) if key.isdigit() else key, dashed))
    return found


def mention_at(
    text: Text, start: int, name_start: int, end: int, level: str, kinds: tuple[str, ...], units: tuple[GazUnit, ...]
) -> Mention:
    """Describe a span and its surroundings; tones are kept only where the writer used any."""
    tokens = text.tokens
    first = tokens[start]
    before = tokens[start - 1].key if start and not first.gap else ""
    count = len(tokens)
    return Mention(
        start, end, name_start, level, kinds, units,
        "".join([token.tone for token in tokens[name_start:end]]) if text.accents else "",
        before in _BEFORE_STREET, before[:1].isdigit(), first.gap and (end == count or tokens[end].gap), end == count,
    )  # fmt: skip
