"""Decides which spellings of a Vietnamese text count as the same: the only folding function of the house.

Load and query share it, because an index key that differs by one rule never matches; `FOLD_VERSION` is stored with
the keys so that a change of rule is noticed and the keys are rebuilt.
"""

import re
import unicodedata
from functools import lru_cache

FOLD_VERSION = 3

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ′"), None)
# Letters of other alphabets that look like Đ: old fonts and converters write the Icelandic one (Ðống Ða), some keyboards the African.
_CROSSED = {ord(sign): "Đ" if sign.isupper() else "đ" for sign in "ÐðƉɖ"}
_SIGNS = _APOSTROPHES | _CROSSED
_LIKE_CROSSED = re.compile("[ÐðƉɖ]")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NOT_NAME = re.compile(r"[^0-9a-z/]+")
# Every letter of the Vietnamese alphabet with a mark, composed, and the marks by themselves.
_MARK = re.compile("[ÀÁÂÃÈÉÊÌÍÐÒÓÔÕÙÚÝàáâãèéêìíðòóôõùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u036f]")
# Every character of the Unicode categories Cc, Cf, Zl and Zp.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
_NOT_TONED = re.compile(r"[^\w\u0300-\u036f/]+")


@lru_cache(maxsize=1 << 18)
def fold(text: str) -> str:
    """Return the key form: lower case, no accents, đ as d, no apostrophes, every other sign but `/` one space.

    Idempotent. Unicode forms (NFC, NFD), tone placement (Hoà, Hòa) and the marks of minority names (Ea M'Droh) vanish.
    """
    text = text.casefold().translate(_SIGNS)
    text = unicodedata.normalize("NFKD", text).replace("đ", "d")
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _NOT_NAME.sub(" ", text).strip()


@lru_cache(maxsize=1 << 18)
def toned(text: str) -> str:
    """Return the evidence form: lower case, tone marks moved to the end of their syllable, signs as one space.

    Two spellings that differ only in where the tone mark stands (Hoà, Hòa; Thuỷ, Thủy) become equal, while names that
    differ by a tone (Ba Tơ, Ba Tô) stay apart. Idempotent.
    """
    text = unicodedata.normalize("NFD", text.casefold().translate(_SIGNS))
    text = _NOT_TONED.sub(" ", text).strip()
    return unicodedata.normalize("NFC", " ".join(_tone_last(word) for word in text.split(" ")))


def clean(text: str) -> str:
    """Return the text as it is kept: NFC, Đ for its look-alikes, control characters and runs of white space as one space, ends stripped."""
    text = unicodedata.normalize("NFC", text)
    if _LIKE_CROSSED.search(text):
        text = text.translate(_CROSSED)
    return " ".join((_INVISIBLE.sub(" ", text) if _INVISIBLE.search(text) else text).split())


def has_accents(text: str) -> bool:
    """Tell whether the writer used any Vietnamese mark: without one, tones are no evidence against a name."""
    return not text.isascii() and _MARK.search(text) is not None


def _tone_last(word: str) -> str:
    """Move the tone marks of one syllable, given in NFD, behind its last letter."""
    tones = "".join(sign for sign in word if sign in _TONES)
    if not tones:
        return word
    return "".join(sign for sign in word if sign not in _TONES) + tones
