"""Decides which words of a text name a street or hamlet of the communes in question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz, process

from geocode.gazetteer import Gazetteer
from geocode.normalise import Text
from geocode.place_table import GazPlace
from geocode.slips import NEAR_STREET
from registry.place_key import PlaceKind, hamlet_key, place_key, street_key
from registry.text import toned
from registry.vocab import ALLEY_WORDS, AREA_WORDS, HAMLET_WORDS, ROAD_WORDS, STREET_WORDS

LONGEST_NAME = 8
FEW_COMMUNES = 12
MOST_PLACES = 60
FUZZY_CUTOFF = 84
SHORT_KEY = 4
FEWEST_INITIALS, MOST_INITIALS = 3, 5
_TABLES = (("street", frozenset(STREET_WORDS)), ("road", ROAD_WORDS), ("hamlet", HAMLET_WORDS), ("area", AREA_WORDS))
_FIRST_WORDS = frozenset(words.partition(" ")[0] for _, table in _TABLES for words in table) | frozenset(ALLEY_WORDS)
# `ngõ Hàng Bún` is an alley of that name and no door of phố Hàng Bún; a bare name may be any of them.
_KINDS = {
    "street": frozenset({"street"}), "alley": frozenset({"alley"}), "area": frozenset({"area", "building"}),
    "hamlet": frozenset({"hamlet"}), "bare": frozenset({"street", "alley", "area", "building"}),
}  # fmt: skip
_DIGITS = re.compile(r"\d+")


class Hit(NamedTuple):
    """Words `[start, end)`, type word included, that name places of one key; `how` says how surely."""

    start: int
    end: int
    group: str
    how: str
    typed: bool
    places: tuple[GazPlace, ...]
    name: str

    @property
    def rank(self) -> tuple[bool, int, bool, int]:
        """Order hits: exact before near, longer before shorter, typed before bare, earlier before later."""
        return (self.how != "fuzzy", self.end - self.start, self.typed, -self.start)


@dataclass(frozen=True)
class _Search:
    """What is searched: a text with its words as place keys read them, and the communes (all when None)."""

    text: Text
    words: list[str]
    gazetteer: Gazetteer
    communes: frozenset[int] | None


def find_hits(text: Text, free: list[bool], gazetteer: Gazetteer, communes: frozenset[int] | None) -> list[Hit]:
    """Return every street and hamlet of those communes (all communes when None) that the free words name, best first."""
    search = _Search(text, [token.raw if token.numeric else token.key for token in text.tokens], gazetteer, communes)
    hits: list[Hit] = []
    tokens = text.tokens
    for start, stop in runs(text, free):
        read = start
        for begin in range(start, stop):
            token = tokens[begin]
            # Inside a name that a type word announced no other name begins without one.
            bare = begin >= read and (begin == start or token.gap or tokens[begin - 1].numbered or _announces(text, begin - 1))
            if bare or token.key in _FIRST_WORDS:
                found = _hits_from(search, begin, (start, stop), bare=bare)
                hits += found
                read = max([read, *(hit.end for hit in found if hit.typed and hit.how != "fuzzy")])
    return sorted(hits, key=lambda hit: hit.rank, reverse=True) if len(hits) > 1 else hits


def runs(text: Text, free: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield the runs `[start, end)` of free tokens that no separator interrupts; a dash may stand inside a name."""
    start: int | None = None
    for place, token in enumerate(text.tokens):
        if start is not None and (not free[place] or (token.gap and not token.dash)):
            yield start, place
            start = None
        if free[place] and start is None:
            start = place
    if start is not None:
        yield start, len(text.tokens)


def type_words(text: Text, start: int, stop: int) -> list[tuple[str, int]]:
    """Return the groups that words at a token announce, and how many words that takes; longest first."""
    tokens = text.tokens
    key = tokens[start].key
    found: list[tuple[str, int]] = []
    if key not in _FIRST_WORDS:
        return found
    for length in (3, 2, 1):
        if start + length < stop:
            words = key if length == 1 else " ".join([token.key for token in tokens[start : start + length]])
            found += [(group, length) for group, table in _TABLES if words in table]
    if key in ALLEY_WORDS and start + 1 < stop and not tokens[start + 1].numbered:
        found.append(("alley", 1))
    return found


def _hits_from(search: _Search, begin: int, run: tuple[int, int], *, bare: bool) -> list[Hit]:
    """Return the hits whose first word, type word or name, stands at `begin`."""
    tokens = search.text.tokens
    first = tokens[begin]
    found = [_named(search, (begin, begin + length, run[1]), group) for group, length in type_words(search.text, begin, run[1])]
    if first.key in NEAR_STREET and begin + 1 < run[1] and (begin == 0 or tokens[begin - 1].numbered):
        slip = _named(search, (begin, begin + 1, run[1]), "street")
        found.append(slip._replace(how="fuzzy") if slip else None)
    if bare and not any(found):
        found.append(_named(search, (begin, begin, run[1]), ""))
    return [hit for hit in found if hit]


def _announces(text: Text, place: int) -> bool:
    """Tell whether the word at a place is a short word after which a bare name may begin."""
    return text.tokens[place].key in STREET_WORDS or len(text.tokens[place].key) == 1


def _named(search: _Search, span: tuple[int, int, int], group: str) -> Hit | None:
    """Return the longest name behind a type word (or without one) that is a place."""
    begin, name_start, stop = span
    text, words, tokens = search.text, search.words, search.text.tokens
    if group in {"", "street"} and not _may_begin(search, name_start, group):
        return None
    date = not group and tokens[name_start].numeric
    for end in range(min(stop, name_start + LONGEST_NAME), name_start, -1):
        if not group and not _bounded(text, end, stop):
            continue
        name = " ".join(words[name_start:end])
        full = name if begin == name_start else " ".join(words[begin:end])
        for kind, key in _keys(group, name, full):
            if date and "/" not in key:
                continue
            how, places = _look_up(search.gazetteer, search.communes, kind, key)
            if places:
                read_as = "hamlet" if kind == "hamlet" else "street"
                return Hit(
                    begin, end, read_as, _tone_how(how, text, name_start, end, places, group), bool(group), places, text.raw(begin, end)
                )
    return None


def _may_begin(search: _Search, name_start: int, group: str) -> bool:
    """Tell whether any known name begins with that word; most words are turned away here."""
    tokens = search.text.tokens
    first = tokens[name_start]
    key = first.key
    if first.numeric:
        # Without a type word only a date behind a house number may be a street: `84 3/2`, `84 30 tháng 4`.
        return bool(group) or (name_start > 0 and tokens[name_start - 1].numeric and not first.gap)
    if not key.isalpha() or key in {"so", "no"}:
        return True
    return key in search.gazetteer.place_heads or (len(key) <= MOST_INITIALS and key not in search.gazetteer.syllables)


def _bounded(text: Text, end: int, stop: int) -> bool:
    """Tell whether a bare name may end before that token."""
    return end == stop or text.tokens[end].gap or text.tokens[end].numeric or bool(type_words(text, end, stop))


def _keys(group: str, name: str, full: str) -> list[tuple[str, str]]:
    """Return the kinds and keys under which a name may be registered."""
    if group == "road":
        # `Đại lộ Lê Lợi` may be registered as plain Lê Lợi.
        return [("street", street_key(full)), *([] if name[:1].isdigit() else [("street", street_key(name))])]
    if group == "alley":
        return [("alley", place_key("alley", name))]
    if group == "hamlet":
        return [("hamlet", hamlet_key(full))]
    if group == "area":
        return [("area", place_key("area", full)), ("hamlet", hamlet_key(full))]
    found = [("street" if group else "bare", street_key(name))]
    first, _, rest = name.partition(" ")
    if rest and first in ALLEY_WORDS:
        found.append(("alley", place_key("alley", rest)))
    if not group:
        found.append(("hamlet", hamlet_key(full)))
    return found


def _look_up(gazetteer: Gazetteer, communes: frozenset[int] | None, kind: str, key: str) -> tuple[str, tuple[GazPlace, ...]]:
    """Return the places of a kind under a key, else under the names that it is short for."""
    places = _under(gazetteer, communes, kind, key)
    if places or kind not in {"street", "bare"} or not key:
        return "exact", places
    places = tuple(place for name in gazetteer.street_aliases.get(key, ()) for place in _under(gazetteer, communes, "street", name))
    if not places and communes is not None and len(communes) <= FEW_COMMUNES and FEWEST_INITIALS <= len(key) <= MOST_INITIALS:
        places = tuple(_by_initials(gazetteer, communes, key)) if key.isalpha() and key not in gazetteer.syllables else ()
    return "alias", places


def _under(gazetteer: Gazetteer, communes: frozenset[int] | None, kind: str, key: str) -> tuple[GazPlace, ...]:
    """Return the places of a kind under one key in those communes."""
    found = gazetteer.places.find(key, communes, MOST_PLACES)
    return tuple([place for place in found if place.kind in _KINDS[kind]]) if found else ()


def _by_initials(gazetteer: Gazetteer, communes: frozenset[int], key: str) -> Iterator[GazPlace]:
    """Yield the streets of those communes whose words begin with these letters: `NTMK`."""
    for commune in communes:
        for place in gazetteer.places.of_commune(commune):
            if place.kind == "street" and place.key[0] == key[0] and "".join(word[0] for word in place.key.split(" ")) == key:
                yield place


def _tone_how(how: str, text: Text, start: int, end: int, places: tuple[GazPlace, ...], group: str) -> str:
    """Lower an exact match whose tones differ from what the writer marked, or that no type word announced."""
    if how == "exact" and text.accents and not any(sign.isdigit() for sign in places[0].key):
        written = "".join(token.tone for token in text.tokens[start:end])
        if not written.isascii() and not any(
            written in (tone := toned(place.name).replace(" ", "")) or tone in written for place in places
        ):
            return "tone"
    return how if group or how != "exact" else "bare"


def _with_initials(text: Text, span: tuple[int, int], words: list[str], keys: dict[str, list[GazPlace]]) -> Iterator[Hit]:
    """Yield the one street whose words these are, some as initials only: `N. Trãi`, `B.V. Đàn`."""
    fitting = [
        places
        for key, places in keys.items()
        if len(parts := key.split(" ")) == len(words)
        and all(part == word or (len(word) == 1 and part[0] == word) for part, word in zip(parts, words, strict=True))
        and places[0].kind == "street"
    ]
    if len(fitting) == 1:
        yield Hit(*span, "street", "fuzzy", False, tuple(fitting[0]), text.raw(*span))


def find_near(text: Text, free: list[bool], gazetteer: Gazetteer, communes: frozenset[int] | None) -> list[Hit]:
    """Return near spellings of streets and hamlets, for runs where nothing matched exactly; only within few communes."""
    if communes is None or len(communes) > FEW_COMMUNES:
        return []
    keys: dict[str, list[GazPlace]] = {}
    for commune in communes:
        for place in gazetteer.places.of_commune(commune):
            keys.setdefault(place.key, []).append(place)
    hits: list[Hit] = []
    for start, stop in runs(text, free):
        hits.extend(_near_in_run(text, start, stop, keys))
    return sorted(hits, key=lambda hit: hit.rank, reverse=True)


def _near_in_run(text: Text, start: int, stop: int, keys: dict[str, list[GazPlace]]) -> Iterator[Hit]:
    """Yield the nearest place name of one run, behind its house number."""
    begin = start
    while begin < stop and (text.tokens[begin].numbered or text.tokens[begin].key in {"so", "nha", "sn", "ngo", "ngach", "hem", "kiet"}):
        begin += 1
    if begin + 1 < stop and text.tokens[begin].key in NEAR_STREET:
        begin += 1
    announced = next(iter(type_words(text, begin, stop)), None) if begin < stop else None
    kind: PlaceKind = "hamlet" if announced and announced[0] == "hamlet" else "street"
    named = begin + announced[1] if announced and kind == "street" and announced[0] == "street" else begin
    name = text.raw(begin, stop)
    words = [token.raw if token.numeric else token.key for token in text.tokens[named:stop]]
    key = place_key(kind, " ".join(words)) if name else ""
    if sum(sign.isalpha() for sign in key) < SHORT_KEY:
        return
    if any(len(word) == 1 for word in words):
        yield from _with_initials(text, (begin, stop), [word for word in words if word not in STREET_WORDS or word != words[0]], keys)
        return
    numbers = _DIGITS.findall(key)
    for near, _score, _ in process.extract(key, keys.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF, limit=2):
        if _DIGITS.findall(near) != numbers:
            continue
        places = tuple(place for place in keys[near] if (place.kind == "hamlet") == (kind == "hamlet"))
        if places:
            yield Hit(begin, stop, kind, "fuzzy", announced is not None, places, name)
