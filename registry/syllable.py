"""Decides which words are Vietnamese syllables, and how frequent a syllable is in the names the project carries.

A syllable is an onset, a rhyme and a tone. Syllables that end in c, ch, k, p or t bear only the tones sắc and nặng. The
rhymes in -k stand in names of the Central Highlands (Đắk Lắk). The spelling rules between onset and rhyme (c or k, g or gh)
are not checked: printed names break them.
"""

import csv
import itertools
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Final

SHARP, GRAVE, HOOK, TILDE, DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
TONES: Final = frozenset((SHARP, GRAVE, HOOK, TILDE, DOT))
_REFERENCE: Final = Path(__file__).parent / "reference"
_ONSETS = "ngh|ng|nh|gh|gi|g|kh|k|ph|th|tr|ch|c|qu|b|d|đ|h|l|m|n|p|r|s|t|v|x"
_OPEN = (
    "a e ê i o ô ơ u ư y ia ua ưa oa oe uê uy uơ uya ya ai ao au ay âu ây eo êu iu iêu yêu oi ôi ơi ui ưi uôi ươi ươu ưu oai oay oao oeo "
    "uây uyu yu uao uai uau"
)
_CLOSED = {
    "a": "c ch k m n ng nh p t", "ă": "c k m n ng p t", "â": "c k m n ng p t", "e": "c k m n ng p t", "ê": "ch k m n ng nh p t",
    "i": "ch m n nh p t", "o": "c k m n ng p t", "oo": "c ng", "ô": "c k m n ng p t", "ơ": "m n p t", "u": "c k m n ng p t",
    "ư": "c m n ng t", "iê": "c m n ng p t", "yê": "m n ng t", "uô": "c m n ng p t", "ươ": "c m n ng p t",
    "oa": "c ch m n ng nh p t", "oă": "c m n ng p t", "oe": "m n t", "uâ": "n ng t", "uê": "ch n nh", "uy": "ch n nh p t",
    "uyê": "n t", "y": "ch n nh p t",
}  # fmt: skip
_RHYMES = frozenset((*_OPEN.split(), *(core + coda for core, codas in _CLOSED.items() for coda in codas.split())))
_ONSET = re.compile(f"({_ONSETS})?(.+)", re.DOTALL)
# A tone on the last vowel behind another one, in NFD: xaõ, tuù. Both Hòa and Hoà are in use, and quá and già have one vowel.
_MISPLACED = re.compile(
    "(?:[aey]|(?<!g)i|(?<!q)u|o|[aeou][\u0302\u0306\u031b])(?:(?<!o)[ae]|[iou]|(?<!u)y)[\u0301\u0300\u0309\u0303\u0323]$"
)
_STOPPED = re.compile(r"(?:ch|[ckpt])$")


def untoned(word: str) -> tuple[str, str]:
    """Return the word in NFC without tone marks, and its tone marks; â, ă, ê, ô, ơ, ư and đ stay."""
    marks = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(sign for sign in marks if sign not in TONES)), "".join(s for s in marks if s in TONES)


def plain(word: str) -> str:
    """Return the word in lower case without any mark, đ as d."""
    letters = unicodedata.normalize("NFD", word.lower()).replace("đ", "d")
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


_PLAIN_RHYMES = frozenset(plain(rhyme) for rhyme in _RHYMES)


@lru_cache(maxsize=1 << 16)
def is_syllable(word: str) -> bool:
    """Tell whether a word with its marks is a Vietnamese syllable; Hòa and Hoà are both, Haò is none."""
    body, tone = untoned(word.lower())
    if len(tone) > 1 or not _is_built(body, _RHYMES):
        return False
    if tone and _MISPLACED.search(unicodedata.normalize("NFD", word.lower())):
        return False
    return not _STOPPED.search(body) or tone in (SHARP, DOT)


@lru_cache(maxsize=1 << 16)
def is_plain_syllable(word: str) -> bool:
    """Tell whether a word would be a Vietnamese syllable with some marks, whatever marks it has."""
    return _is_built(plain(word), _PLAIN_RHYMES)


def _is_built(body: str, rhymes: frozenset[str]) -> bool:
    """Tell whether the letters are an onset and a rhyme; `gi` and `qu` may also give their vowel to the rhyme."""
    match = _ONSET.fullmatch(body)
    if match is None:
        return False
    onset, rhyme = match[1] or "", match[2]
    lent = onset in ("gi", "qu") and onset[1] + rhyme in rhymes
    return rhyme in rhymes or lent or (body[:1] == "g" and body[1:] in rhymes)


@lru_cache(maxsize=1)
def frequencies() -> Counter[str]:
    """Return how often syllables and pairs of them (lower case, NFC) stand in names of units and places; read once a process."""
    counts: Counter[str] = Counter()
    for table, column in (("units.csv", "full_name"), ("place_names.csv", "name")):
        with (_REFERENCE / table).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                words = unicodedata.normalize("NFC", row[column]).lower().split()
                counts.update(words)
                counts.update(map(" ".join, itertools.pairwise(words)))
    return counts
