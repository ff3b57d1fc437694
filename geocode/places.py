"""Decides which words of a text name a street or hamlet of the communes in question."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import normalize

from geocode.gazetteer import Gazetteer
from geocode.normalise import Text
from geocode.place_table import GazPlace
from geocode.slips import NEAR_STREET
from geocode.tuples import maker
from registry.place_key import hamlet_key, other_key, place_key, street_key
from registry.text import toned
from registry.vocab import ALLEY_WORDS, AREA_WORDS, HAMLET_WORDS, ROAD_WORDS, STREET_WORDS

LONGEST_NAME = 8
FEW_COMMUNES = 12
MOST_PLACES = 60
FEWEST_INITIALS, MOST_INITIALS = 3, 5
_TABLES = (("street", frozenset(STREET_WORDS)), ("road", ROAD_WORDS), ("hamlet", HAMLET_WORDS), ("area", AREA_WORDS))
# What one to three words announce, in the order of the tables, and how many words a type word of that beginning may have at most.
_GROUPS: dict[str, tuple[str, ...]] = {}
_MOST_WORDS = dict.fromkeys(ALLEY_WORDS, 0)
for _group, _table in _TABLES:
    for _words in _table:
        _GROUPS[_words] = (*_GROUPS.get(_words, ()), _group)
        _first, _count = _words.partition(" ")[0], _words.count(" ") + 1
        _MOST_WORDS[_first] = max(_MOST_WORDS.get(_first, 0), _count)
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


_hit = maker(Hit)


class _Search(NamedTuple):
    """What is searched: a text with its words as place keys read them, and the communes (all when None)."""

    text: Text
    words: list[str]
    gazetteer: Gazetteer
    communes: frozenset[int] | None


def find_hits(text: Text, free: list[bool], gazetteer: Gazetteer, communes: frozenset[int] | None) -> list[Hit]:
    """Return every street and hamlet of those communes (all communes when None) that the free words name, best first."""
    tokens = text.tokens
    search = _Search(text, [token.raw if token.numeric else token.key for token in tokens], gazetteer, communes)
    hits: list[Hit] = []
    for start, stop in runs(text, free):
        read = start
        for begin in range(start, stop):
            token = tokens[begin]
            # Inside a name that a type word announced no other name begins without one.
            bare = begin >= read and (begin == start or token.gap or tokens[begin - 1].numbered or _announces(text, begin - 1))
            if bare or token.key in _MOST_WORDS:
                for hit in _hits_from(search, begin, (start, stop), bare=bare):
                    hits.append(hit)
                    if hit.end > read and hit.typed and hit.how != "fuzzy":
                        read = hit.end
    return sorted(hits, key=lambda hit: hit.rank, reverse=True) if len(hits) > 1 else hits


def runs(text: Text, free: list[bool]) -> list[tuple[int, int]]:
    """Return the runs `[start, end)` of free tokens that no separator interrupts; a dash may stand inside a name."""
    found: list[tuple[int, int]] = []
    tokens = text.tokens
    start = -1
    for place, flag in enumerate(free):
        if not flag:
            if start >= 0:
                found.append((start, place))
                start = -1
        elif start < 0:
            start = place
        elif tokens[place].gap and not tokens[place].dash:
            found.append((start, place))
            start = place
    if start >= 0:
        found.append((start, len(free)))
    return found


def type_words(text: Text, start: int, stop: int) -> list[tuple[str, int]]:
    """Return the groups that words at a token announce, and how many words that takes; longest first."""
    words = text.words
    key = words[start]
    found: list[tuple[str, int]] = []
    if key not in _MOST_WORDS:
        return found
    for length in range(min(_MOST_WORDS[key], stop - start - 1), 0, -1):
        said = key if length == 1 else " ".join(words[start : start + length])
        found += [(group, length) for group in _GROUPS.get(said, ())]
    if key in ALLEY_WORDS and start + 1 < stop and not text.tokens[start + 1].numbered:
        found.append(("alley", 1))
    return found


def _hits_from(search: _Search, begin: int, run: tuple[int, int], *, bare: bool) -> list[Hit]:
    """Return the hits whose first word, type word or name, stands at `begin`."""
    text, stop = search.text, run[1]
    found: list[Hit] = []
    for group, length in type_words(text, begin, stop):
        hit = _named(search, (begin, begin + length, stop), group)
        if hit:
            found.append(hit)
    if text.words[begin] in NEAR_STREET and begin + 1 < stop and (begin == 0 or text.tokens[begin - 1].numbered):
        slip = _named(search, (begin, begin + 1, stop), "street")
        if slip:
            found.append(slip._replace(how="fuzzy"))
    if bare and not found:
        hit = _named(search, (begin, begin, stop), "")
        if hit:
            found.append(hit)
    return found


def _announces(text: Text, place: int) -> bool:
    """Tell whether the word at a place is a short word after which a bare name may begin."""
    return text.words[place] in STREET_WORDS or len(text.words[place]) == 1


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
        if group == "hamlet":
            # In numbers written as words the marks decide: Ấp Năm is Ấp 5, Ấp Nam is not.
            full = _marked(text, begin, end) if text.accents else full
        for kind, key in _keys(group, name, full):
            if date and "/" not in key:
                continue
            how, places = _look_up(search.gazetteer, search.communes, kind, key)
            if places:
                read_as = "hamlet" if kind == "hamlet" else "street"
                how = _tone_how(how, text, name_start, end, places, group)
                return _hit((begin, end, read_as, how, bool(group), places, text.raw(begin, end)))
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


def _marked(text: Text, begin: int, end: int) -> str:
    return " ".join([token.raw if token.numeric else token.tone for token in text.tokens[begin:end]])


def _keys(group: str, name: str, full: str) -> list[tuple[str, str]]:
    """Return the kinds and keys under which a name may be registered."""
    if group == "road":
        # `Đại lộ Lê Lợi` may be registered as plain Lê Lợi.
        return [("street", street_key(full)), *([] if name[:1].isdigit() else [("street", street_key(name))])]
    if group == "alley":
        return [("alley", place_key("alley", name))]
    if group == "hamlet":
        other = other_key("hamlet", full)
        return [("hamlet", hamlet_key(full)), *([("hamlet", other)] if other else [])]
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
    aliases = gazetteer.street_aliases.get(key)
    places = tuple(place for name in aliases for place in _under(gazetteer, communes, "street", name)) if aliases else ()
    if not places and communes is not None and len(communes) <= FEW_COMMUNES and FEWEST_INITIALS <= len(key) <= MOST_INITIALS:
        places = tuple(_by_initials(gazetteer, communes, key)) if key.isalpha() and key not in gazetteer.syllables else ()
    return "alias", places


def _under(gazetteer: Gazetteer, communes: frozenset[int] | None, kind: str, key: str) -> tuple[GazPlace, ...]:
    """Return the places of a kind under one key in those communes."""
    found = gazetteer.places.find(key, communes, MOST_PLACES)
    if not found:
        return ()
    kinds = _KINDS[kind]
    return tuple([place for place in found if place.kind in kinds])


def _by_initials(gazetteer: Gazetteer, communes: frozenset[int], key: str) -> Iterator[GazPlace]:
    """Yield the streets of those communes whose words begin with these letters: `NTMK`."""
    for commune in communes:
        for place in gazetteer.places.of_commune(commune):
            if place.kind == "street" and place.key[0] == key[0] and "".join(word[0] for word in place.key.split(" ")) == key:
                yield place


def _same_tones(written: str, tone: str) -> bool:
    """Tell whether one is in the other; Lí and Lý, Mĩ and Mỹ bear one tone on either letter."""
    if written in tone or tone in written:
        return True
    written, tone = (normalize("NFD", each).replace("y", "i") for each in (written, tone))
    return written in tone or tone in written


def _tone_how(how: str, text: Text, start: int, end: int, places: tuple[GazPlace, ...], group: str) -> str:
    """Lower an exact match whose tones differ from what the writer marked, or that no type word announced."""
    if how == "exact" and text.accents and not _DIGITS.search(places[0].key):
        written = "".join([token.tone for token in text.tokens[start:end]])
        if not written.isascii() and not any(_same_tones(written, toned(place.name).replace(" ", "")) for place in places):
            return "tone"
    return how if group or how != "exact" else "bare"
