"""Decides which words nearly name a street or hamlet of the communes in question: misspelt, or some of them initials only."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz import fuzz, process

from geocode.gazetteer import Gazetteer
from geocode.normalise import Text
from geocode.place_table import PlaceTable
from geocode.places import FEW_COMMUNES, Hit, runs, type_words
from geocode.slips import NEAR_STREET
from registry.place_key import PlaceKind, place_key
from registry.vocab import STREET_WORDS

FUZZY_CUTOFF = 84
SHORT_KEY = 4
# Of two words that stand for each other, in percent: one letter of two may be a slip.
_NEAR_WORD = 50
_DIGITS = re.compile(r"\d+")


class _Near(NamedTuple):
    """The keys of the communes in question with the rows of their places."""

    places: PlaceTable
    keys: dict[str, list[int]]


def find_near(text: Text, free: list[bool], gazetteer: Gazetteer, communes: frozenset[int] | None) -> list[Hit]:
    """Return near spellings of streets and hamlets, for runs where nothing matched exactly; only within few communes."""
    if communes is None or len(communes) > FEW_COMMUNES:
        return []
    near = _Near(gazetteer.places, gazetteer.places.rows_by_key(communes))
    hits: list[Hit] = []
    for start, stop in runs(text, free):
        hits.extend(_near_in_run(text, start, stop, near))
    return sorted(hits, key=lambda hit: hit.rank, reverse=True)


def _near_in_run(text: Text, start: int, stop: int, known: _Near) -> Iterator[Hit]:
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
        yield from _with_initials(text, (begin, stop), [word for word in words if word not in STREET_WORDS or word != words[0]], known)
        return
    numbers = _DIGITS.findall(key)
    for near, _score, _ in process.extract(key, known.keys.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF, limit=2):
        if _DIGITS.findall(near) != numbers or not near_in_every_word(key, near):
            continue
        places = tuple(place for place in known.places.at(known.keys[near]) if (place.kind == "hamlet") == (kind == "hamlet"))
        if places:
            yield Hit(begin, stop, kind, "fuzzy", announced is not None, places, name)


def near_in_every_word(written: str, known: str) -> bool:
    """Tell whether keys of as many words are near in every word: what Nguyễn Huệ and Nguyễn Du share is no more than a family name."""
    ours, theirs = written.split(), known.split()
    return len(ours) != len(theirs) or all(
        one == other or fuzz.ratio(one, other) >= _NEAR_WORD for one, other in zip(ours, theirs, strict=True)
    )


def _with_initials(text: Text, span: tuple[int, int], words: list[str], near: _Near) -> Iterator[Hit]:
    """Yield the one street whose words these are, some as initials only: `N. Trãi`, `B.V. Đàn`."""
    fitting = [
        places
        for key, rows in near.keys.items()
        if len(parts := key.split(" ")) == len(words)
        and all(part == word or (len(word) == 1 and part[0] == word) for part, word in zip(parts, words, strict=True))
        and (places := near.places.at(rows))[0].kind == "street"
    ]
    if len(fitting) == 1:
        yield Hit(*span, "street", "fuzzy", False, tuple(fitting[0]), text.raw(*span))
