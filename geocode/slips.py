"""Decides which misspelt words were meant as type words: `đờyng 66`, `Thnô 5`, `Tỉbh Sóc Trăng`, `Tành phố`.

Only a word that is no syllable of any known name is mended; names themselves are compared whole, where they are looked up.
"""

import re
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from geocode.normalise import Text, Token
from registry.vocab import ROMAN, STREET_WORDS

_TYPE_WORDS = ("duong", "phuong", "thanh", "tinh", "quan", "huyen", "thon", "xom", "khom", "ngach", "khu", "hem", "ngo")
_SHORTEST = 4
_TWO_SLIPS = 2
_DOUBLED = re.compile(r"(.)\1")
# Syllables of names that a slip makes of `đường`; they count only between a house number and a registered name.
NEAR_STREET = frozenset({"dung", "dong", "dang", "duog", "uong", "doung", "dunog", "duon", "dugn", "duung"})

# Slips that make another syllable of a hamlet's type word; they count only at the head of a segment and before a number.
_NEAR_HAMLET = {
    "ton": "thon",
    "tho": "thon",
    "hon": "thon",
    "thn": "thon",
    "thin": "thon",
    "xm": "xom",
    "xon": "xom",
    "xo": "xom",
    "om": "xom",
}

# Family names that everybody shortens: `Ng. Trãi`, `Tr. Hưng Đạo`.
_SHORT_NAMES = {"ng": "nguyen", "tr": "tran"}
# Words that are known, and yet may be a slip.
_SUSPECTS = frozenset({*_NEAR_HAMLET, *_SHORT_NAMES})


def suspicious(words: tuple[str, ...]) -> bool:
    """Tell whether known words may be slips: one that is often one, or one before `pho` that is not `thanh` as it should be."""
    if not _SUSPECTS.isdisjoint(words):
        return True
    return "pho" in words and any(word == "pho" and before != "thanh" for before, word in pairwise(words))


def mend_slips(text: Text, syllables: frozenset[str]) -> Text:
    """Return the text with misspelt type words put right; the same object when there is none."""
    words = text.words
    after = (*words[1:], "")
    tokens = list(text.tokens)
    for place, word in enumerate(words):
        if word not in syllables or word in _SUSPECTS or after[place] == "pho":
            tokens[place] = _mended(text, place, tokens[place], syllables)
    return text if words == tuple([token.key for token in tokens]) else text.with_tokens(tuple(tokens), accents=text.accents)


def _mended(text: Text, place: int, token: Token, syllables: frozenset[str]) -> Token:
    """Mend one word."""
    key = _suspect(text, place, token) or (
        "" if token.key in syllables or not token.key.isalpha() else _unknown(text, place, token, syllables)
    )
    return token.read_as(key) if key and key != token.key else token


def _suspect(text: Text, place: int, token: Token) -> str:
    """Return what a word was meant as that is known, but hardly in this position: `Tánh phố`, `Tôn 3`, `Ng. Trãi`."""
    after = text.tokens[place + 1] if place + 1 < len(text.tokens) else None
    if after is None:
        return ""
    if after.key == "pho" and not after.gap and OSA.distance(token.key, "thanh", score_cutoff=1) <= 1:
        return "thanh"
    if token.gap and token.key in _NEAR_HAMLET and after.key.isdigit():
        return _NEAR_HAMLET[token.key]
    short = token.key in _SHORT_NAMES and token.raw[0].isupper() and after.raw[0].isupper()
    return _SHORT_NAMES[token.key] if short else ""


def _unknown(text: Text, place: int, token: Token, syllables: frozenset[str]) -> str:
    """Return what a word was meant as that no name has; after a number `đường` is meant rather than `phường`."""
    if token.key in ROMAN:
        return ""
    squeezed = _DOUBLED.sub(r"\1", token.key)
    if len(token.key) >= _SHORTEST and squeezed in syllables:
        return squeezed
    before_digits = place + 1 < len(text.tokens) and text.tokens[place + 1].key.isdigit()
    # At the head of a segment and before a number hardly anything but a hamlet's type word stands.
    if token.gap and before_digits and squeezed[0] == "t" and OSA.distance(squeezed, "thon", score_cutoff=_TWO_SLIPS) <= _TWO_SLIPS:
        return "thon"
    if place > 0 and not token.gap and text.tokens[place - 1].key in STREET_WORDS:
        return ""  # `đường Nuyễn Du`: a name is meant, which is compared whole.
    after_number = place > 0 and text.tokens[place - 1].numbered and not token.gap
    return _type_word(squeezed, after_number)


@lru_cache(maxsize=1 << 14)
def _type_word(key: str, after_number: bool) -> str:  # noqa: FBT001 - a cache key
    """Return the one type word that is a slip away, or nothing."""
    if len(key) < _SHORTEST - 1:
        return ""
    if after_number and key[0] == "d" and OSA.distance(key, "duong", score_cutoff=_TWO_SLIPS) <= _TWO_SLIPS:
        return "duong"
    near = [word for word in _TYPE_WORDS if _may_be(key, word) and OSA.distance(key, word, score_cutoff=1) <= 1]
    if {"duong", "phuong"} <= set(near):
        return "duong" if after_number else "phuong"
    return near[0] if len(near) == 1 else ""


def _may_be(key: str, word: str) -> bool:
    """Tell whether two words are long enough to be compared: a short one must at least begin as it should."""
    return min(len(key), len(word)) >= _SHORTEST or (key[0] == word[0] and len(key) <= len(word) and len(word) > _SHORTEST - 1)
