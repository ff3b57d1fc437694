"""Decides which words around an address say nothing about it: country names, phone numbers, courier notes, postal codes."""

import re

from geocode.normalise import MAX_TOKENS, Text

_PHONE = re.compile(r"(?:0|84)[0-9.]{8,12}")
_MOBILE_DIGITS = range(9, 13)
_COUNTRY, _WITH_COUNTRY, _WITH_ZERO = "84", 11, 10

# Folded phrases of order forms and couriers (usage seen in many shop forms); the longest are tried first.
_PHRASES = """
viet nam | vietnam | vn | giao gio hanh chinh | giao hang gio hanh chinh | gio hanh chinh | goi truoc khi giao | goi truoc khi den
goi truoc | goi dien truoc khi giao | giao buoi toi | giao buoi sang | giao buoi chieu | cho xem hang | giao gap | giao nhanh
mat tien | cam on | thanks | nhan hang | giao hang | dia chi | dc | ship | cod | ma buu chinh
"""
_PHRASES_BY_FIRST_WORD: dict[str, list[tuple[str, ...]]] = {}
for _phrase in sorted(
    (tuple(part.split()) for line in _PHRASES.splitlines() for part in line.split("|") if part.strip()), key=len, reverse=True
):
    _PHRASES_BY_FIRST_WORD.setdefault(_phrase[0], []).append(_phrase)
POSTAL_DIGITS = 5
# Words before a phone number; `ĐT 639` is a provincial road.
_PHONE_WORDS = frozenset({"sdt", "dt", "tel", "phone", "hotline", "zalo", "mobile", "dd", "so dt"})
_FIRST_WORDS = frozenset(_PHRASES_BY_FIRST_WORD) | _PHONE_WORDS
# One more than the most, because the last word may be parted in two.
_QUIET = (False,) * (MAX_TOKENS + 1)


def noise(text: Text, postal_codes: frozenset[str] | dict[str, int]) -> tuple[bool, ...]:
    """Return for each token whether it is noise."""
    # Most texts hold no such word and are done here, without a look at each token by itself.
    starts = [
        place
        for place, word in enumerate(text.words)
        if word in _FIRST_WORDS or word[0] in "08" or (len(word) == POSTAL_DIGITS and word.isdigit())
    ]
    flags: list[bool] = []
    for start in starts:
        length = _noise_here(text, start, postal_codes) if start >= len(flags) else 0
        if length:
            flags += [False] * (start - len(flags)) + [True] * length
    return (*flags, *_QUIET[len(flags) : len(text.words)])


def _noise_here(text: Text, start: int, postal_codes: frozenset[str] | dict[str, int]) -> int:
    """Return how many tokens of noise begin at a token."""
    tokens = text.tokens
    key = tokens[start].key
    for phrase in _PHRASES_BY_FIRST_WORD.get(key, ()):
        stop = start + len(phrase)
        if stop <= len(tokens) and tuple(token.key for token in tokens[start:stop]) == phrase:
            return len(phrase)
    if key in _PHONE_WORDS and start + 1 < len(tokens):
        length = _noise_here(text, start + 1, postal_codes) if tokens[start + 1].numeric else 0
        return 1 + length if length else 0
    return _number_here(text, start, postal_codes) if tokens[start].numeric else 0


def _number_here(text: Text, start: int, postal_codes: frozenset[str] | dict[str, int]) -> int:
    """Return how many tokens of a phone number, in one piece or spaced, or of a postal code begin at a token."""
    tokens, key = text.tokens, text.tokens[start].key
    if _PHONE.fullmatch(key) and len(key.replace(".", "")) in _MOBILE_DIGITS:
        return 1
    digits, stop = "", start
    while stop < len(tokens) and tokens[stop].key.isdigit() and (stop == start or not tokens[stop].gap or digits == _COUNTRY):
        digits += tokens[stop].key
        stop += 1
        if len(digits) >= (_WITH_COUNTRY if digits.startswith(_COUNTRY) else _WITH_ZERO):
            break
    if stop - start > 1 and len(digits) in _MOBILE_DIGITS and digits.startswith(("0", "84")):
        return stop - start
    return int(len(key) == POSTAL_DIGITS and key.isdigit() and key in postal_codes and start > 0)
