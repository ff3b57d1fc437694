"""Decides whether a text was damaged by an old encoding on its way, and what it was.

One address is judged by itself (`repaired`), a column of a file as a whole (`font_of`, then `decoded`), so that its short
cells are read like the long ones. A text is only changed on evidence that sound Vietnamese never shows: signs that it does
not have, which become syllables when read again.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Final

from registry import old_fonts, old_keys, old_mojibake
from registry.syllable import frequencies, is_syllable


class Scheme(StrEnum):
    """How a text was damaged."""

    MOJIBAKE = "mojibake"  # UTF-8 read as Windows-1252, Latin-1 or Windows-1258, also twice.
    TCVN3 = "tcvn3"  # The "ABC" fonts, .VnTime and the like.
    VNI = "vni"  # VNI-Windows fonts, two bytes a letter.
    VIQR = "viqr"  # Marks beside the letters, RFC 1456.
    VNI_KEYS = "vni_keys"  # The digits of a VNI keyboard that was off.
    QUESTION_MARKS = "question_marks"  # Each combining mark became a question mark.


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text in NFC, and what had damaged it."""

    text: str
    scheme: Scheme


_FONTS: Final = (Scheme.TCVN3, Scheme.VNI)
_TAKEN: Final = 4000
# Signs that sound Vietnamese does not have, or pairs of letters that no syllable has: only such texts are looked at more closely.
# Each search runs over one class of signs and looks back only where it hits, because every query passes here.
_STRANGE: Final = re.compile("[\x80-\x9f¡-¯±´-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ\ufffd]")
_PAIRED: Final = re.compile(
    "[âáãêéèúàùõÂÁÃÊÉÈÚÀÙÕÌÍÒÓÔÝìò](?:(?<=[aA][âáãêéèúÂÁÃÊÉÈÚàÀ])|(?<=[eE][âáàãÂÁÀÃ])|(?<=[oO][âãÂÃ])|(?<=[aeouyôAEOUYÔ][ùõÙÕ])"
    "|(?<=[a-z][ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ])|(?<=[àãèìòõùÀÃÈÌÒÕÙ])(?=[cptCPT](?![^\\W\\d_])))"
)
_CUT: Final = re.compile(f"[{old_mojibake.SPECIALS}\xa0](?<=[ÃĂÌÂâ].)")
_KEYED: Final = re.compile("[1-9?^+(~`](?<=[^\\W\\d_].)")
_PART: Final = re.compile(r"[^,;\n\t]+")
_FONT_WORD: Final = re.compile(r"(?:[^\W\d_]|[¡-¯±´-¿×÷])+")


def repaired(text: str) -> Repaired | None:
    """Return the text as it was before an encoding damaged it; None when it shows no such damage. Never raises."""
    if _KEYED.search(text) is None and (text.isascii() or not (_has_old_sign(text) or _CUT.search(text))):
        return None
    return _closely(text)


def decoded(text: str, scheme: Scheme) -> str:
    """Return the text read in the given scheme, NFC, whatever its own evidence; parts that cannot be of the scheme stay."""
    if scheme in _FONTS:
        return _from_font(text, scheme)
    made: str | None = None
    if scheme is Scheme.MOJIBAKE:
        made = old_mojibake.read_again(text)
    elif scheme is Scheme.VIQR:
        made = old_keys.from_viqr(text)
    elif scheme is Scheme.VNI_KEYS:
        made = old_keys.from_keys(text)
    else:
        made = old_keys.without_questions(text)
    return unicodedata.normalize("NFC", text if made is None else made)


def encoded(text: str, scheme: Scheme) -> str:
    """Return how the text looks when it is damaged so: the inverse of `decoded`, for tests and made-up noise."""
    write = {
        Scheme.MOJIBAKE: old_mojibake.spoilt,
        Scheme.TCVN3: old_fonts.to_tcvn3,
        Scheme.VNI: old_fonts.to_vni,
        Scheme.VIQR: old_keys.to_viqr,
        Scheme.VNI_KEYS: old_keys.to_keys,
        Scheme.QUESTION_MARKS: old_keys.to_questions,
    }
    return write[scheme](unicodedata.normalize("NFC", text))


def font_of(values: Iterable[str]) -> Scheme | None:
    """Return the scheme of a column, judged by its first 4,000 different cells; None when it is sound or mixed.

    A font must explain more cells than it cannot have written; a column of both kinds is better read cell by cell.
    """
    cells = tuple(islice(dict.fromkeys(values), _TAKEN))
    whole = repaired("\n".join(cells))
    votes = Counter(each.scheme for each in map(repaired, cells) if each)
    votes.update([whole.scheme] if whole else [])
    if not votes:
        return None
    scheme = max(votes, key=lambda each: (votes[each], whole is not None and whole.scheme is each))
    strange = sum(not _has_old_sign(cell) and not _can_be(cell, scheme) for cell in cells) if scheme in _FONTS else 0
    return scheme if votes[scheme] > strange else None


def _has_old_sign(text: str) -> bool:
    return _STRANGE.search(text) is not None or _PAIRED.search(text) is not None


def _closely(text: str) -> Repaired | None:
    """Try the schemes, the surest evidence first."""
    scheme = _scheme_of(text)
    if scheme is None:
        return None
    made = decoded(text, scheme)
    return None if made == unicodedata.normalize("NFC", text) else Repaired(made, scheme)


def _scheme_of(text: str) -> Scheme | None:
    if not text.isascii() and (_has_old_sign(text) or _CUT.search(text)):
        if old_mojibake.read_again(text) is not None:
            return Scheme.MOJIBAKE
        if font := _font(text):
            return font
    if old_keys.has_viqr(text):
        return Scheme.VIQR
    if old_keys.has_keys(text):
        return Scheme.VNI_KEYS
    return Scheme.QUESTION_MARKS if "?" in text and old_keys.without_questions(text) is not None else None


def _font(text: str) -> Scheme | None:
    """Return the font that turns most words into syllables, more than it spoils, and at least one that had a strange sign."""
    words = [match[0] for part in _PART.findall(text) for match in _FONT_WORD.finditer(part) if not match[0].isascii()]
    scores = {font: _gain(words, font) for font in _FONTS}
    best = max(_FONTS, key=lambda font: scores[font])
    return best if scores[best] > (0, 0) else None


def _gain(words: list[str], font: Scheme) -> tuple[int, int]:
    """Return how many more words are syllables when read in the font, and how frequent those are; (0, 0) without evidence."""
    gain, proof, known = 0, False, 0
    for word in words:
        if not _can_be(word, font):
            continue
        made = _read_word(word, font)
        # No word goes on in capitals behind a small letter: ÐT is Đường tỉnh, written with a look-alike.
        better, before = is_syllable(made) and len(made) > 1 and not (made[0].islower() and made[1].isupper()), is_syllable(word)
        gain += better - before
        proof = proof or (better and _has_old_sign(word) and not before)
        known += frequencies()[made.lower()] if better else 0
    return (gain, known) if proof and gain > 0 else (0, 0)


@lru_cache(maxsize=1 << 14)
def _can_be(text: str, font: Scheme) -> bool:
    return old_fonts.is_tcvn3(text) if font is Scheme.TCVN3 else old_fonts.is_vni(text)


def _read_word(word: str, font: Scheme, *, capitals: bool = False) -> str:
    return old_fonts.from_tcvn3(word, capitals=capitals) if font is Scheme.TCVN3 else old_fonts.from_vni(word)


def _from_font(text: str, font: Scheme) -> str:
    """Read every part between commas that the font can have written; in a text that holds sound parts too, only the strange ones."""
    mixed = any(not _can_be(part, font) for part in _PART.findall(text))
    capitals = not any(sign.isascii() and sign.islower() for sign in text) and len(re.findall(r"[A-Z]", text)) > 1

    def read(match: re.Match[str]) -> str:
        part = match[0]
        if not _can_be(part, font) or (mixed and not _has_old_sign(part)):
            return part
        return _FONT_WORD.sub(lambda word: word[0] if word[0].isascii() else _read_word(word[0], font, capitals=capitals), part)

    return unicodedata.normalize("NFC", _PART.sub(read, text))
