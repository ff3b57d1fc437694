"""Decides when a word is left over from a Vietnamese keyboard (Telex, VNI) and what it was meant to be.

A word is decoded only where it is no syllable of any known name and its decoded form is one: `dduwowngf` is đường, `Tra62n` is Trần,
while `sa`, `xa` and `A10` stay what they are.
"""

import re
from functools import lru_cache

from geocode.normalise import SUFFIXES, Text, Token

_TELEX_TONES = re.compile(r"[fsrxj]")
_TELEX_VOWELS = (("aa", "a"), ("ee", "e"), ("oo", "o"), ("dd", "d"), ("aw", "a"), ("ow", "o"), ("uw", "u"), ("w", "u"))
_VNI = re.compile(r"[a-z]+\d[a-z\d]*[a-z]\d?|[a-z]{2,}\d[a-z]+\d*")
_ONSET = re.compile(r"^[^aeiouy]*")


def decode_keyboard(text: Text, syllables: frozenset[str]) -> Text:
    """Return the text with keyboard leftovers decoded; the same object when there is none."""
    tokens = tuple([token if token.key in syllables else _decoded(token, syllables) for token in text.tokens])
    if tokens == text.tokens:
        return text
    return text.with_tokens(tokens, accents=False)


def _decoded(token: Token, syllables: frozenset[str]) -> Token:
    """Decode one token; tones are no evidence afterwards."""
    if not token.raw.isascii() or token.key in SUFFIXES or not token.key[:1].isalpha() or len(token.key) < 3:  # noqa: PLR2004 - shorter words are too short to tell
        return token
    for candidate in (*_telex(token.key), *_vni(token.key)):
        if candidate != token.key and candidate in syllables:
            return token.read_as(candidate)
    return token


@lru_cache(maxsize=1 << 14)
def _telex(key: str) -> tuple[str, ...]:
    """Return what a Telex word may be without marks: tone letters and doubled letters taken back."""
    if not key.isalpha():
        return ()
    body = key
    for written, meant in _TELEX_VOWELS:
        body = body.replace(written, meant)
    onset = _ONSET.match(body)
    vowel = onset.end() if onset else 0
    # A tone letter stands behind the vowel: `rsi` is no word with a tone.
    plain = body[:vowel] + _TELEX_TONES.sub("", body[vowel:])
    return tuple(dict.fromkeys((plain, body)))


@lru_cache(maxsize=1 << 14)
def _vni(key: str) -> tuple[str, ...]:
    """Return what a VNI word may be without marks: its digits taken out."""
    if not _VNI.fullmatch(key):
        return ()
    return (re.sub(r"\d", "", key),)
