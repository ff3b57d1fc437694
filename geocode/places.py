"""Decides which words of a text name a street or hamlet of the communes in question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Hit:
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


def find_hits(text: Text, free: list[bool], gazetteer: Gazetteer, communes: frozenset[int] | None) -> list[Hit]:
    """Return every street and hamlet of those communes (all communes when None) that the free words name, best first."""
    hits: list[Hit] = []
    for start, stop in runs(text, free):
        for begin in range(start, stop):
            hits.extend(_hits_from(text, begin, (start, stop), gazetteer, communes))
    return sorted(hits, key=lambda hit: hit.rank, reverse=True)


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


def type_words(text: Text, start: int, stop: int) -> Iterator[tuple[str, int]]:
    """Yield the groups that words at a token announce, and how many words that takes; longest first."""
    for length in (3, 2, 1):
        if start + length >= stop + (length == 0):
            continue
        words = " ".join(token.key for token in text.tokens[start : start + length])
        for group, table in (("street", STREET_WORDS), ("road", ROAD_WORDS), ("hamlet", HAMLET_WORDS), ("area", AREA_WORDS)):
            if words in table:
                yield group, length
    if text.tokens[start].key in ALLEY_WORDS and start + 1 < stop and not text.tokens[start + 1].numbered:
        yield "alley", 1


def _hits_from(text: Text, begin: int, run: tuple[int, int], gazetteer: Gazetteer, communes: frozenset[int] | None) -> Iterator[Hit]:
    """Yield the hits whose first word, type word or name, stands at `begin`."""
    for group, length in type_words(text, begin, run[1]):
        yield from _named(text, (begin, begin + length, run[1]), group, gazetteer, communes)
    if text.tokens[begin].key in NEAR_STREET and begin + 1 < run[1] and (begin == 0 or text.tokens[begin - 1].numbered):
        yield from (replace(hit, how="fuzzy") for hit in _named(text, (begin, begin + 1, run[1]), "street", gazetteer, communes))
    if begin == run[0] or text.tokens[begin].gap or text.tokens[begin - 1].numbered or _announces(text, begin - 1):
        yield from _named(text, (begin, begin, run[1]), "", gazetteer, communes)


def _announces(text: Text, place: int) -> bool:
    """Tell whether the word at a place is a short word after which a bare name may begin."""
    return text.tokens[place].key in STREET_WORDS or len(text.tokens[place].key) == 1


def _named(text: Text, span: tuple[int, int, int], group: str, gazetteer: Gazetteer, communes: frozenset[int] | None) -> Iterator[Hit]:
    """Yield the longest name behind a type word (or without one) that is a place."""
    begin, name_start, stop = span
    for end in range(min(stop, name_start + LONGEST_NAME), name_start, -1):
        name = " ".join(_word(text, place) for place in range(name_start, end))
        full = " ".join(_word(text, place) for place in range(begin, end))
        bounded = end == stop or text.tokens[end].gap or text.tokens[end].numeric or any(True for _ in type_words(text, end, stop))
        for kind, key in _keys(group, name, full):
            if group == "" and (not bounded or (text.tokens[name_start].numeric and not _bare_number_ok(text, name_start, key))):
                continue
            how, places = _look_up(gazetteer, communes, kind, key)
            if places:
                yield Hit(begin, end, kind, _tone_how(how, text, name_start, end, places, group), bool(group), places, text.raw(begin, end))
                return


def _word(text: Text, place: int) -> str:
    """Return a token as place keys read it: numbers with their signs, words folded."""
    token = text.tokens[place]
    return token.raw if token.numeric else token.key


def _bare_number_ok(text: Text, start: int, key: str) -> bool:
    """Tell whether a bare number may be a street: only a date street behind a house number (`84 3/2`)."""
    return "/" in key and start > 0 and text.tokens[start - 1].numeric and not text.tokens[start].gap


def _keys(group: str, name: str, full: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds and keys under which a name may be registered."""
    if group in {"street", ""}:
        yield "street", street_key(name)
        first, _, rest = name.partition(" ")
        if rest and first in ALLEY_WORDS:
            yield "street", place_key("alley", rest)
    if group == "alley":
        yield "street", place_key("alley", name)
    if group == "road":
        yield "street", street_key(full)
    if group in {"hamlet", ""}:
        yield "hamlet", hamlet_key(full)
    if group == "area":
        yield "area", place_key("area", full)
        yield "hamlet", hamlet_key(full)


def _look_up(gazetteer: Gazetteer, communes: frozenset[int] | None, kind: str, key: str) -> tuple[str, tuple[GazPlace, ...]]:
    """Return the places of a kind under a key, else under the names that it is short for."""
    places = _under(gazetteer, communes, kind, key)
    if places or kind != "street" or not key:
        return "exact", places
    places = tuple(place for name in gazetteer.street_aliases.get(key, ()) for place in _under(gazetteer, communes, kind, name))
    if not places and communes is not None and len(communes) <= FEW_COMMUNES and FEWEST_INITIALS <= len(key) <= MOST_INITIALS:
        places = tuple(_by_initials(gazetteer, communes, key)) if key.isalpha() and key not in gazetteer.syllables else ()
    return "alias", places


def _under(gazetteer: Gazetteer, communes: frozenset[int] | None, kind: str, key: str) -> tuple[GazPlace, ...]:
    """Return the places of a kind under one key in those communes."""
    found = gazetteer.places.find(key, communes, MOST_PLACES)
    return tuple([place for place in found if (place.kind == "hamlet") == (kind == "hamlet")]) if found else ()


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
    announced = next(type_words(text, begin, stop), None) if begin < stop else None
    kind: PlaceKind = "hamlet" if announced and announced[0] == "hamlet" else "street"
    named = begin + announced[1] if announced and kind == "street" and announced[0] == "street" else begin
    name = text.raw(begin, stop)
    key = place_key(kind, " ".join(_word(text, place) for place in range(named, stop))) if name else ""
    if sum(sign.isalpha() for sign in key) < SHORT_KEY:
        return
    numbers = _DIGITS.findall(key)
    for near, _score, _ in process.extract(key, keys.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF, limit=2):
        if _DIGITS.findall(near) != numbers:
            continue
        places = tuple(place for place in keys[near] if (place.kind == "hamlet") == (kind == "hamlet"))
        if places:
            yield Hit(begin, stop, kind, "fuzzy", announced is not None, places, name)
