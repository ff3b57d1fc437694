"""Decides what texts mean that lost their spaces or gained some: `xãtânhồng,tinhđồngtháp`, `th ành ph ố hà nội`.

Careless tools also wrote every `đ` out as `duong`: `tinh duong ồng nai`. Each segment between separators is read without any space: a type
word followed by a unit name up to the segment's end is a mention.
"""

from collections.abc import Iterator

from rapidfuzz import fuzz, process

from geocode.gazetteer import Gazetteer, GazUnit
from geocode.mentions import Mention
from geocode.near import gazetteer_pool, in_provinces
from geocode.normalise import Text, Token
from registry.vocab import UNIT_WORDS

NEAR = 80
# Careless tools expand every đ to `đường` or `đg`.
_EXPANDED = ("duong", "dg")
EXPANDED_WORDS = frozenset({"duong", "duonng", "duog", "dong", "dg"})
SHORTEST = 4
# Type words of at least two letters, without their spaces; longer ones are tried first.
_WORDS = sorted(((word.replace(" ", ""), options) for word, options in UNIT_WORDS.items() if len(word) > 1), key=lambda item: -len(item[0]))


def shrink_expanded(text: Text) -> Text:
    """Return the text with `duong ông` made `đông` again: an unmarked `duong` before a marked vowel, inside a segment."""
    tokens: list[Token] = []
    for token in text.tokens:
        before = tokens[-1] if tokens else None
        if (
            before
            and before.raw in EXPANDED_WORDS
            and not before.gap
            and not token.gap
            and not token.raw[0].isascii()
            and token.key[0] in "aeiou"
        ):
            tokens[-1] = before.read_as("d" + token.key)._replace(end=token.end)
        else:
            tokens.append(token)
    return text if len(tokens) == len(text.tokens) else text.with_tokens(tuple(tokens), accents=text.accents)


def find_glued(text: Text, gazetteer: Gazetteer, provinces: frozenset[str]) -> list[Mention]:
    """Return units read across spaces, exact names and near ones; near communes and districts only inside those provinces of today."""
    found: list[Mention] = []
    for start, end in _segments(text):
        key, places = _compact(text, start, end)
        single = end == start + 1
        for at, word, options in _announced(key):
            stop = at + len(word)
            if not single and not _stands_alone(places, at, stop, long=len(word) >= SHORTEST):
                continue
            name = key[stop:]
            for level in dict.fromkeys(level for level, _ in options):
                kinds = tuple(kind for lv, kind in options if lv == level)
                units, fuzzy = _units(gazetteer, name, level, provinces)
                # `xa` somewhere inside a word announces only a name that is spelt exactly.
                if units and not (fuzzy and single and at and len(word) < SHORTEST):
                    found.append(_mention(text, (places[at], end), level, kinds, units, fuzzy=fuzzy))
    return found


def _segments(text: Text) -> Iterator[tuple[int, int]]:
    """Yield the token ranges between separators."""
    starts = [place for place, token in enumerate(text.tokens) if token.gap]
    yield from zip(starts, [*starts[1:], len(text.tokens)], strict=True)


def _compact(text: Text, start: int, end: int) -> tuple[str, list[int]]:
    """Return the letters of a segment without spaces, and the token that each came from."""
    letters: list[str] = []
    places: list[int] = []
    for place in range(start, end):
        for sign in text.tokens[place].key:
            letters.append(sign)
            places.append(place)
    return "".join(letters), places


def _announced(key: str) -> Iterator[tuple[int, str, tuple[tuple[str, str], ...]]]:
    """Yield every place of a segment where a type word stands with enough letters behind it for a name."""
    for word, options in _WORDS:
        at = key.find(word)
        while at >= 0 and len(key) - at - len(word) >= SHORTEST - 1:
            yield at, word, options
            at = key.find(word, at + 1)


def _stands_alone(places: list[int], at: int, stop: int, *, long: bool) -> bool:
    """Tell whether a type word begins where a word begins (no `xã` in `xăng`) and, when short, ends where one ends (no `ph` in `Phú`)."""
    begins = at == 0 or places[at] != places[at - 1]
    return begins and (long or places[stop] != places[stop - 1])


def _units(gazetteer: Gazetteer, name: str, level: str, provinces: frozenset[str]) -> tuple[tuple[GazUnit, ...], bool]:
    """Return the units of a level by that name, exactly or nearly, and whether only nearly."""
    for spelt in dict.fromkeys((name, *(name.replace(word, "d") for word in _EXPANDED))):
        exact = tuple(unit for unit in gazetteer.units.get(spelt, ()) if unit.level == level)
        if exact:
            return exact, spelt != name
    if len(name) < SHORTEST or name.isdigit() or (level != "province" and not provinces):
        return (), False
    pool = gazetteer_pool(gazetteer, level, provinces if level != "province" else frozenset())
    near = process.extractOne(name, pool, scorer=fuzz.ratio, score_cutoff=NEAR)
    if near is None:
        return (), False
    wanted = provinces if level != "province" else frozenset()
    return tuple(unit for unit in gazetteer.units[near[0]] if unit.level == level and in_provinces(gazetteer, unit, wanted)), True


def _mention(text: Text, span: tuple[int, int], level: str, kinds: tuple[str, ...], units: tuple[GazUnit, ...], *, fuzzy: bool) -> Mention:
    """Describe a unit read across spaces; tones are no evidence in such a text."""
    start, end = span
    return Mention(
        start=start, end=end, name_start=start, level=level, kinds=kinds, units=units, tone="", street_like=False, after_number=False,
        segment=text.tokens[start].gap, last=end == len(text.tokens), fuzzy=fuzzy,
    )  # fmt: skip
