"""Decides which words of a text may name a unit: every span that matches a name, with what stands around it."""

from functools import cache
from typing import NamedTuple

from geocode.gazetteer import Gazetteer, GazUnit
from geocode.normalise import Text
from geocode.tuples import maker
from registry.text import fold, toned
from registry.vocab import ROAD_WORDS, ROMAN, STREET_WORDS, UNIT_WORDS

Options = tuple[tuple[str, str], ...]
_BEFORE_STREET = frozenset(STREET_WORDS) | frozenset(ROAD_WORDS) | {"so"}
# Written with other marks the same letters are the end of a name: `An Dương Hải Phòng`, `Khiếu Năng Tĩnh Vĩnh Long`.
_STREET_TONES = {fold(word): toned(word) for word in ("đường", "phố", "tỉnh", "số")}
# `Phường Từ…` written with its marks announces a ward; it is not Phương Tú.
_TYPE_TONES = frozenset(toned(word) for word in ("phường", "xã", "quận", "huyện", "tỉnh"))
FIRST_WORDS = frozenset(words.partition(" ")[0] for words in UNIT_WORDS)
_LEVELS = ("province", "district", "commune")
# Type words of two words by the first and then the second: `thanh pho`, `t x`.
_TWO_WORDS: dict[str, dict[str, Options]] = {}
for _words, _options in UNIT_WORDS.items():
    if " " in _words:
        _first, _, _second = _words.partition(" ")
        _TWO_WORDS.setdefault(_first, {})[_second] = _options


# No Roman number of the vocabulary has so many letters.
LONGER_THAN_ROMAN = max(map(len, ROMAN)) + 1


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


Walks = dict[int, list[_Walk]]
_mention, _walk = maker(Mention), maker(_Walk)


def find_typed(text: Text, gazetteer: Gazetteer, walks: Walks) -> list[Mention]:
    """Return the units that type words announce, and those whose bare name fills a segment: enough for most texts.

    `walks` keeps the names that begin at each token, for a second look by `find_mentions`.
    """
    found: list[Mention] = []
    tokens = text.tokens
    for start, word in enumerate(text.words):
        if word in FIRST_WORDS:
            for name_start, options in announced_at(text, start):
                found += _typed(text, (start, name_start), options, gazetteer, _walks(text, name_start, gazetteer, walks))
        if tokens[start].gap:
            whole = _fills_segment(text, start, gazetteer, walks)
            if whole:
                found += _bare(text, start, gazetteer, whole)
    return _visible(text, found)


def _fills_segment(text: Text, start: int, gazetteer: Gazetteer, walks: Walks) -> list[_Walk]:
    """Return the names that begin and end with a segment; mostly, as in `phường Châu Cầu`, the second word shows that there is none."""
    tokens, word, after = text.tokens, text.words[start], start + 1
    if word not in gazetteer.beginnings or tokens[start].numeric:
        return []
    two = after < len(tokens) and not tokens[after].gap and len(word) >= LONGER_THAN_ROMAN
    if two and word + text.words[after].lstrip("0") not in gazetteer.beginnings:
        return []
    return [walk for walk in _walks(text, start, gazetteer, walks) if walk.end == len(tokens) or tokens[walk.end].gap]


def find_mentions(text: Text, gazetteer: Gazetteer, walks: Walks) -> list[Mention]:
    """Return every span that names a unit exactly (folded), typed or bare; longer bare names hide shorter ones at their start."""
    found: list[Mention] = []
    announced: dict[int, int] = {}
    for start, token in enumerate(text.tokens):
        if token.key in FIRST_WORDS:
            for name_start, options in announced_at(text, start):
                for mention in _typed(text, (start, name_start), options, gazetteer, _walks(text, name_start, gazetteer, walks)):
                    found.append(mention)
                    announced[name_start] = max(announced.get(name_start, 0), mention.end)
        least = announced.get(start, 0)
        found += [mention for mention in _bare(text, start, gazetteer, _walks(text, start, gazetteer, walks)) if mention.end > least]
    return _visible(text, found)


def _visible(text: Text, found: list[Mention]) -> list[Mention]:
    """Return the mentions that no longer name holds; in most texts every name has words of its own, which one look shows."""
    end = 0
    for mention in found:
        if mention.name_start < end:
            break
        end = mention.end
    else:
        return found
    return [mention for mention in found if not _hidden(text, mention, found)]


def _hidden(text: Text, mention: Mention, found: list[Mention]) -> bool:
    """Tell whether a longer name holds a mention."""
    start, end = mention.name_start, mention.end
    around = [each for each in found if each.name_start <= start and end <= each.end and each is not mention]
    return any(_hides(text, each, mention) for each in around) or any(_cuts(mention, each) for each in found)


def _cuts(mention: Mention, province: Mention) -> bool:
    """Tell whether a bare name takes the first half of the province that ends a text: no Xã Thanh Hà in `Lê Công Thanh Hà Nam`."""
    inside = mention.start < province.name_start < mention.end < province.end
    return inside and province.level == "province" and province.last and not mention.kinds and not mention.segment


def _hides(text: Text, longer: Mention, mention: Mention) -> bool:
    """Tell whether a name is only a part of another around it: no Xã Chí Minh in TP. Hồ Chí Minh.

    A longer name that runs into the type word of the next unit (`Phú Mỹ` in `Phú Mỹ Thành phố …`) hides nothing.
    """
    if mention.level == "province" and longer.level == "district" and _is_city(longer, mention):
        return True
    more = longer.end - longer.name_start > mention.end - mention.name_start
    if more and mention.level == "commune" and longer.level == "district" and not mention.kinds and mention.end - mention.start == 1:
        return True  # No Xã Lát in Đà Lạt.
    # At the end of a text no comma is needed for that: `11 Bà Huyện Thanh Quan Hồ Chí Minh`.
    stands_out = longer.kinds or longer.segment or (longer.level == "province" and longer.last)
    if longer.level != mention.level and not mention.kinds and stands_out:
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
    for end, name, _ in walks:
        if end == name_start + 1 and name in ROMAN and name not in gazetteer.units:
            name = ROMAN[name]  # noqa: PLW2901 - the number is the name
        held = gazetteer.named.get(name)
        if held:
            for level, kinds in by_level(options):
                if level in held:
                    found.append(mention_at(text, start, name_start, end, level, kinds, held[level]))
    return found


@cache
def by_level(options: Options) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the announced levels, each with the kinds of it that are announced."""
    levels = dict.fromkeys(level for level, _ in options)
    return tuple((level, tuple(kind for other, kind in options if other == level)) for level in levels)


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
    tokens, words = text.tokens, text.words
    found: list[tuple[int, Options]] = []
    key = words[start]
    if key not in FIRST_WORDS or start + 1 >= len(words) or tokens[start + 1].gap:
        return found
    if key == "xa" and start and words[start - 1] == "thi" and not tokens[start].gap:
        return found  # The second half of `thị xã` announces no commune.
    if key in _TWO_WORDS and start + 2 < len(words) and not tokens[start + 2].gap:
        options = _TWO_WORDS[key].get(words[start + 1])
        if options:
            found.append((start + 2, options))
    if key in UNIT_WORDS:
        found.append((start + 1, UNIT_WORDS[key]))
    return found


def _walks(text: Text, start: int, gazetteer: Gazetteer, known: Walks) -> list[_Walk]:
    """Return the unit names and Roman numbers that begin at a token, shortest first; each token is walked once."""
    if start in known:
        return known[start]
    found: list[_Walk] = []
    known[start] = found
    tokens, words, beginnings, named = text.tokens, text.words, gazetteer.beginnings, gazetteer.named
    count = len(words)
    key, dashed = "", False
    for place in range(start, min(start + gazetteer.longest, count)):
        word = words[place]
        if place > start:
            token = tokens[place]
            if token.gap:
                if not token.dash:
                    break
                dashed = True
            if word[0] == "0":
                word = word.lstrip("0")
        key += word
        name = (key.lstrip("0") or key) if key.isdigit() else key
        # Every name is a beginning of one: the larger set is asked only about the rest.
        if name not in named and name not in ROMAN:
            if key not in beginnings and not key.isdigit():
                break
        elif not (dashed and place + 1 < count and not tokens[place + 1].gap and words[place + 1] not in FIRST_WORDS):
            found.append(_walk((place + 1, name, dashed)))
    return found


def mention_at(
    text: Text, start: int, name_start: int, end: int, level: str, kinds: tuple[str, ...], units: tuple[GazUnit, ...]
) -> Mention:
    """Describe a span and its surroundings; tones are kept only where the writer used any."""
    tokens = text.tokens
    first = tokens[start]
    before = tokens[start - 1].key if start and not first.gap else ""
    count = len(tokens)
    tone = "".join([token.tone for token in tokens[name_start:end]]) if text.accents else ""
    segment = first.gap and (end == count or tokens[end].gap)
    street_like, after_number = (_is_street_word(text, start - 1), before[:1].isdigit()) if before else (False, False)
    return _mention((
        start, end, name_start, level, kinds, units, tone, street_like, after_number, segment, end == count, False, 100.0,
    ))  # fmt: skip


def _is_street_word(text: Text, place: int) -> bool:
    """Tell whether a token announces a street; where the writer used marks, only with those of the word."""
    token = text.tokens[place]
    return token.key in _BEFORE_STREET and (
        not text.accents or token.tone.isascii() or token.tone == _STREET_TONES.get(token.key, token.tone)
    )
