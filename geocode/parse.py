"""Decides what the words around the unit names are: house path, street, hamlet, flat, and what nothing explains."""

import re
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from geocode.chains import Chain
from geocode.gazetteer import Gazetteer
from geocode.near_places import find_near
from geocode.normalise import SUFFIXES, Text
from geocode.places import Hit, find_hits, runs, type_words
from geocode.tuples import maker
from geocode.types import Level
from registry.house_path import HousePath, alley_of, flat_key, readings
from registry.text import fold
from registry.vocab import ALLEY_WORDS, HOUSE_WORDS, STREET_WORDS

_FLAT = re.compile(
    r"\b(?:(?P<room_word>phong|can ho|can|p)\s*\.?\s*(?:so )?(?P<room>[a-z]?\d[\w.-]*)"
    r"|(?:tang|lau)\s+(?P<floor>\d\w*)"
    r"|(?:toa nha|toa|block|chung cu|cc|c/c|thap)\s+(?P<block>[a-z]{0,2}\d\w*|[a-z]\b|[a-z]{2,}(?: (?!tang|lau|phong|can|so)[a-z]+){0,3}))"
)
_FLAT_WORDS = frozenset({"phong", "can", "p", "tang", "lau", "toa", "block", "chung", "cc", "c/c", "thap"})
_PATH_WORDS = frozenset({*ALLEY_WORDS, "lo", "day", "xet", "xec", "xuyet", "suyet", "sec", "tren", "so", "nha", "sn", "km"})
_NUMBER_WORDS = frozenset({word for phrase in HOUSE_WORDS for word in phrase.split()} | _PATH_WORDS | set(STREET_WORDS) | SUFFIXES)
# Words that open a segment about who or what is near, once every street, hamlet and unit has been read.
_ASIDE_WORDS = frozenset({
    "anh", "chi", "a", "c", "em", "co", "chu", "bac", "ong", "ba", "nguoi nhan", "giao", "giao cho", "shop", "cua hang", "tiem", "cong ty",
    "cty", "nha thuoc", "gan", "doi dien", "canh", "ben canh", "ke ben", "sau lung", "phia sau", "phia truoc", "truoc cong",
})  # fmt: skip
_LABELS = frozenset({"nguoi nhan", "giao cho", "giao"})
# Words that make one path of two numbers; `số nhà 89, 91` is two doors.
_JOINING_WORDS = _PATH_WORDS - {"so", "nha", "sn"}
_SMALL_WORDS = frozenset({*HOUSE_WORDS, *ALLEY_WORDS, *STREET_WORDS})
_LETTERS = re.compile(r"[^\W\d_]")


class Reading(NamedTuple):
    """One way to read a whole text: units, place, hamlet, house paths (best first), flat, and the words left over."""

    chain: Chain | None
    communes: frozenset[int] | None
    street: Hit | None
    hamlet: Hit | None
    houses: tuple[HousePath, ...]
    flat: str
    street_text: str
    ignored: tuple[str, ...]
    asides: tuple[str, ...] = ()

    @property
    def asked(self) -> Level:
        """Return how deep the text goes."""
        if self.houses:
            return Level.HOUSEHOLD
        if self.street or self.street_text:
            return Level.STREET
        if self.hamlet:
            return Level.HAMLET
        return Level(self.chain.unit.level) if self.chain else Level.NONE


_reading = maker(Reading)


@lru_cache(maxsize=1 << 16)
def _paths(text: str) -> tuple[HousePath, ...]:
    """Return the readings of a house number; the same few numbers come again and again."""
    return tuple(readings(text))


def read(text: Text, chain: Chain | None, gazetteer: Gazetteer, communes: frozenset[int] | None) -> Reading:
    """Read the words that a chain leaves free, looking for places in those communes of today (all when None)."""
    free = _free(text, chain)
    street, hamlet = _best_pair([_recorded_there(hit, chain) for hit in find_hits(text, free, gazetteer, communes)])
    if street and hamlet and _is_house_in_hamlet(text, street, _without(free, street, hamlet)):
        street = None
    flat, left = _take_flat(text, _without(free, street, hamlet))
    if street is None and not (hamlet and not _has_name(text, left)):
        street = _near(text, left, gazetteer, communes, hamlet)
        if street and street.group == "hamlet":
            street, hamlet = None, hamlet or street
        left = _without(left, street, hamlet)
    houses, rest = _take_houses(text, left, street, hamlet)
    doubts = _beside_number(text, left, rest)
    left = rest
    if True not in left:
        return _reading((chain, communes, street, hamlet, houses, flat, "", doubts, ()))
    street_text, left = ("", left) if street else _take_street_text(text, left)
    rest_runs = [(start, end) for start, end in runs(text, left) if _says_something(text, start, end)]
    asides = [each for each in rest_runs if _is_aside(text, *each)]
    ignored = (*doubts, *(text.raw(start, end) for start, end in rest_runs if (start, end) not in asides))
    return Reading(chain, communes, street, hamlet, houses, flat, street_text, ignored, tuple(text.raw(*each) for each in asides))


def _recorded_there(hit: Hit, chain: Chain | None) -> Hit:
    """Keep of a hamlet's places those of the old commune that the text names; its namesakes in merged neighbours are other hamlets."""
    if hit.group != "hamlet" or chain is None or chain.unit.valid_to is None or chain.unit.level != "commune":
        return hit
    own = tuple(place for place in hit.places if place.origin is None or place.origin in chain.unit.recorded_as)
    return hit._replace(places=own) if own else hit._replace(how="sibling")


def _is_house_in_hamlet(text: Text, street: Hit, left: list[bool]) -> bool:
    """Tell whether `số 3` beside a hamlet is its house rather than the street of that number: no other number is left to be the house."""
    if street.typed or not street.places[0].key.isdigit():
        return False
    return not any(token.numbered for token in compress(text.tokens, left))


def _best_pair(hits: list[Hit]) -> tuple[Hit | None, Hit | None]:
    """Return the best street and the best hamlet that share no word, the better of the two first in line."""
    street: Hit | None = None
    hamlet: Hit | None = None
    for hit in hits:
        if hit.group == "hamlet" and hamlet is None and not (street and _overlap(hit, street)):
            hamlet = hit
        elif hit.group != "hamlet" and street is None and not (hamlet and _overlap(hit, hamlet)):
            street = hit
    return street, hamlet


def _free(text: Text, chain: Chain | None) -> list[bool]:
    """Mark the tokens that are neither noise nor part of a unit name."""
    free = [not flag for flag in text.noise]
    for mention in chain.mentions if chain else ():
        free[mention.start : mention.end] = [False] * (mention.end - mention.start)
    return free


def _take_flat(text: Text, free: list[bool]) -> tuple[str, list[bool]]:
    """Take block, floor and room out of the free words; a lone `p 12` is a ward's short form, so it needs a floor or block."""
    if _FLAT_WORDS.isdisjoint(text.words) or _FLAT_WORDS.isdisjoint(compress(text.words, free)):
        return "", free
    parts = {"block": "", "floor": "", "room": ""}
    left = free.copy()
    for start, end in runs(text, free):
        folded = " ".join(text.words[start:end])
        found = list(_FLAT.finditer(folded))
        if not found or (len(found) == 1 and found[0]["room_word"] == "p"):
            continue
        for match in found:
            parts |= {name: value for name, value in match.groupdict().items() if value and name in parts}
            first = start + folded[: match.start()].count(" ")
            for place in range(first, first + match[0].strip().count(" ") + 1):
                left[place] = False
    return flat_key(parts["block"], parts["floor"], parts["room"]), left


def _near(text: Text, left: list[bool], gazetteer: Gazetteer, communes: frozenset[int] | None, hamlet: Hit | None) -> Hit | None:
    """Return the nearest spelling of a place among the words left."""
    return next((hit for hit in find_near(text, left, gazetteer, communes) if not (hamlet and hit.group == "hamlet")), None)


def _overlap(one: Hit, other: Hit) -> bool:
    """Tell whether two hits share a word."""
    return one.start < other.end and other.start < one.end


def _without(free: list[bool], *hits: Hit | None) -> list[bool]:
    """Return the free words without those of the hits."""
    left = free.copy()
    for hit in hits:
        for place in range(hit.start, hit.end) if hit else ():
            left[place] = False
    return left


def _has_name(text: Text, left: list[bool]) -> bool:
    """Tell whether a word that is no number, house or alley word is left."""
    return any(not token.numeric and token.key not in _SMALL_WORDS and len(token.key) > 1 for token in compress(text.tokens, left))


def _take_houses(text: Text, left: list[bool], street: Hit | None, hamlet: Hit | None) -> tuple[tuple[HousePath, ...], list[bool]]:
    """Find the house number: right before the street, else before the hamlet, else in the pieces that read as one."""
    pieces = [(start, _cut_street_word(text, start, end)) for start, end in runs(text, left)]
    if len(pieces) == 1:
        alone = _read_piece(text, pieces[0])
        if alone:
            return alone, _used(left, pieces)
    for anchor in (hit for hit in (street, hamlet) if hit):
        beside = next((piece for piece in pieces if piece[1] <= anchor.start and runs_together(text, piece[1], anchor.start)), None)
        if beside is not None:
            whole = [piece for piece in pieces if _is_house(text, *piece)]
            for chosen in (whole, [beside]):
                found = _paths(", ".join(text.raw(*piece) for piece in chosen)) if beside in chosen else ()
                if found:
                    return found, _used(left, chosen)
            behind = _behind_words(text, beside)
            if behind:
                return _paths(text.raw(*behind)), _used(left, [behind])
    numbered = [piece for piece in pieces if _is_house(text, *piece)]
    for chosen in (numbered, *([piece] for piece in numbered)):
        found = _paths(", ".join(text.raw(*piece) for piece in chosen)) if chosen else ()
        if found:
            return found, _used(left, chosen)
    return _leading_number(text, left, pieces)


def _read_piece(text: Text, piece: tuple[int, int]) -> tuple[HousePath, ...]:
    """Return the readings of a piece; a lone dash in it separates nothing: `Ngõ 1 - SN 10`."""
    raw = text.raw(*piece)
    return _paths(raw) or (_paths(raw.replace(" - ", " ")) if " - " in raw else ())


def _behind_words(text: Text, piece: tuple[int, int]) -> tuple[int, int] | None:
    """Return the number at the end of a piece behind words that nobody knows: `Spa Ngọc Lan - 12/6A Trần Phú`.

    None behind another number or behind the word of an alley: `hẻm 45` is no house.
    """
    for start in range(piece[0] + 1, piece[1]):
        before = text.tokens[start - 1]
        if before.numbered or before.key in _JOINING_WORDS:
            return None
        if (text.tokens[start].numeric or text.tokens[start].key in _PATH_WORDS) and _paths(text.raw(start, piece[1])):
            return start, piece[1]
    return None


def _beside_number(text: Text, before: list[bool], after: list[bool]) -> tuple[str, ...]:
    """Return what the house number swallowed without being part of it: a second number, `cũ`, `bên cạnh nhà`, an alley's name."""
    if before == after:
        return ()
    used = [token for token, was, still in zip(text.tokens, before, after, strict=True) if was and not still]
    if len(used) == 1 and used[0].numeric:
        return ()
    words = [token.raw for token in used if token.key.isalpha() and token.key not in _NUMBER_WORDS]
    plain = [token for token in used if token.numbered and token.key not in SUFFIXES]
    if len(plain) > 1 and not any(token.key in _JOINING_WORDS for token in used):
        words += [token.raw for token in plain[1:]]
    return tuple(words)


def runs_together(text: Text, end: int, start: int) -> bool:
    """Tell whether only street words stand between the end of a piece and the start of a place."""
    return all(text.tokens[place].key in STREET_WORDS for place in range(end, start)) and not any(
        token.gap for token in text.tokens[end : start + 1]
    )


def _cut_street_word(text: Text, start: int, end: int) -> int:
    """Leave a street word at the end of a piece (`12 ngõ 5 đường`) out of the house number."""
    while end > start + 1 and text.words[end - 1] in STREET_WORDS:
        end -= 1
    return end


def _is_house(text: Text, start: int, end: int) -> bool:
    """Tell whether a piece reads as a house number, or as an alley of one, as a whole."""
    return start < end and bool(_paths(text.raw(start, end)) or alley_of(text.raw(start, end)))


def _used(left: list[bool], pieces: list[tuple[int, int]]) -> list[bool]:
    """Return the words left when those pieces are used."""
    rest = left.copy()
    for start, end in pieces:
        for place in range(start, end):
            rest[place] = False
    return rest


def _leading_number(text: Text, left: list[bool], pieces: list[tuple[int, int]]) -> tuple[tuple[HousePath, ...], list[bool]]:
    """Read the number that leads an unregistered street: `48 Mai Văn Ngọc`."""
    for start, end in pieces:
        for stop in range(min(end, start + 8), start, -1):
            if not any(token.numbered for token in text.tokens[start:stop]):
                continue
            found = _paths(text.raw(start, stop))
            if found:
                return found, _used(left, [(start, stop)])
    return (), left


def _take_street_text(text: Text, left: list[bool]) -> tuple[str, list[bool]]:
    """Take the words that look like a street which is not registered: announced, or behind the house number."""
    for start, end in runs(text, left):
        announced = next((group for group, _ in type_words(text, start, end)), "")
        behind_number = start > 0 and not left[start - 1] and not text.tokens[start].gap and text.tokens[start - 1].numbered
        if (announced or behind_number) and _LETTERS.search(fold(text.raw(start, end))):
            return text.raw(start, end), _used(left, [(start, end)])
    return "", left


def _is_aside(text: Text, start: int, end: int) -> bool:
    """Tell whether a whole segment names a person, shop or landmark beside the address: it is said, and puts nothing in doubt."""
    whole = text.tokens[start].gap and (end == len(text.tokens) or text.tokens[end].gap or text.noise[end])
    if not whole or any(token.numbered for token in text.tokens[start:end]):
        return False
    words = [token.key for token in text.tokens[start : start + 2]]
    # `đối diện` alone speaks of the next segment: not number 12, but what lies across from it.
    if " ".join(words) in _ASIDE_WORDS:
        return end - start > len(words) or " ".join(words) in _LABELS
    return words[0] in _ASIDE_WORDS and end - start > 1


def _says_something(text: Text, start: int, end: int) -> bool:
    """Tell whether leftover words are worth mentioning: not a lone street or house word."""
    return not _SMALL_WORDS.issuperset(text.words[start:end])
