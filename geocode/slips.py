"""Decides which misspelt words were meant as type words: `đờyng 66`, `Thnô 5`, `Tỉbh Sóc Trăng`, `Tành phố`.

Only a word that is no syllable of any known name is mended; names themselves are compared whole, where they are looked up.
"""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from geocode.normalise import Text, Token

_TYPE_WORDS = ("duong", "phuong", "thanh", "tinh", "quan", "huyen", "thon", "xom", "khom", "ngach", "khu", "hem", "ngo")
_SHORTEST = 4
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
# Words that are known, and yet may be a slip or stand behind one.
SUSPECTS = frozenset({*_NEAR_HAMLET, *_SHORT_NAMES, "pho"})


def mend_slips(text: Text, syllables: frozenset[str]) -> Text:
    """Return the text with misspelt type words put right; the same object when there is none."""
    tokens = tuple(_mended(text, place, token, syllables) for place, token in enumerate(text.tokens))
    return text if tokens == text.tokens else text._replace(tokens=tokens)


def _mended(text: Text, place: int, token: Token, syllables: frozenset[str]) -> Token:
    """Mend one word; after a number `đường` is meant rather than `phường`."""
    before_city = place + 1 < len(text.tokens) and text.tokens[place + 1].key == "pho" and not text.tokens[place + 1].gap
    if before_city and token.key != "thanh" and OSA.distance(token.key, "thanh", score_cutoff=1) <= 1:
        return token.read_as("thanh")
    if token.gap and token.key in _NEAR_HAMLET and place + 1 < len(text.tokens) and text.tokens[place + 1].key.isdigit():
        return token.read_as(_NEAR_HAMLET[token.key])
    if token.key in _SHORT_NAMES and token.raw[0].isupper() and place + 1 < len(text.tokens) and text.tokens[place + 1].raw[0].isupper():
        return token.read_as(_SHORT_NAMES[token.key])
    if token.key in syllables or not token.key.isalpha():
        return token
    squeezed = _DOUBLED.sub(r"\1", token.key)
    if len(token.key) >= _SHORTEST and squeezed in syllables:
        return token.read_as(squeezed)
    after_number = place > 0 and text.tokens[place - 1].numbered and not token.gap
    meant = _type_word(squeezed, after_number)
    return token.read_as(meant) if meant else token


@lru_cache(maxsize=1 << 14)
def _type_word(key: str, after_number: bool) -> str:  # noqa: FBT001 - a cache key
    """Return the one type word that is a slip away, or nothing."""
    if len(key) < _SHORTEST - 1:
        return ""
    if after_number and key[0] == "d" and OSA.distance(key, "duong", score_cutoff=2) <= 2:  # noqa: PLR2004 - two slips, nothing else stands there
        return "duong"
    near = [word for word in _TYPE_WORDS if _may_be(key, word) and OSA.distance(key, word, score_cutoff=1) <= 1]
    if {"duong", "phuong"} <= set(near):
        return "duong" if after_number else "phuong"
    return near[0] if len(near) == 1 else ""


def _may_be(key: str, word: str) -> bool:
    """Tell whether two words are long enough to be compared: a short one must at least begin as it should."""
    return min(len(key), len(word)) >= _SHORTEST or (key[0] == word[0] and len(key) <= len(word) and len(word) > _SHORTEST - 1)
