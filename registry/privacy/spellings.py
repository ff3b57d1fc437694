"""Here is decided in which spellings a word of a person is looked for: its own, with marks left out, in any case, with the tone elsewhere.

A mark that is another one is another person: Kiểm is also written Kiem or Kiêm, and never Kiệm. Only a word that was handed over
without any mark may stand for every one.
"""

import re
import unicodedata
from typing import Final

from registry.text import has_accents

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_SHAPES: Final = "\u0302\u0306\u031b"
_LETTERS: Final = "aeiouy"


def spellings(word: str) -> str:
    """Return the regular expression of a word in all its spellings, in what PostgreSQL and Python both understand."""
    word = unicodedata.normalize("NFC", word)
    return r"\s+".join(_syllable(part, bare=not has_accents(word)) for part in word.split())


def _syllable(part: str, *, bare: bool) -> str:
    marks = _TONES + _SHAPES if bare else "".join(sign for sign in unicodedata.normalize("NFD", part) if sign in _TONES + _SHAPES)
    tones = "".join(sign for sign in marks if sign in _TONES)
    return "".join(_letter(letter, marks, tones, bare=bare) for letter in part)


def _letter(letter: str, marks: str, tones: str, *, bare: bool) -> str:
    """Return a letter with the tones of its syllable or without, composed or not; a sign as it is."""
    plain, *own = list(unicodedata.normalize("NFD", letter.lower()))
    if plain in {"d", "đ"}:
        return "[dđDĐ]" if bare or plain == "đ" else "d"
    if plain not in _LETTERS:
        return re.sub(r"([^\w\s])", r"\\\1", letter)
    shapes = ["", *(_SHAPES if bare else [sign for sign in own if sign in _SHAPES])]
    forms = {unicodedata.normalize("NFC", plain + shape + tone) for shape in shapes for tone in ["", *tones]}
    known = sorted(form for form in forms if len(form) == 1)
    return f"[{''.join(known)}{''.join(known).upper()}]" + (f"[{marks}]*" if marks else "")
