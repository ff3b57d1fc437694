"""Decides which words and signs are a number: `bốn`, `Tư`, `mười hai`, `IV`; with marks only where the marks are those of the number."""

import re
from typing import Final

from registry.text import fold, toned

_WORDS: Final = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_TENS: Final = ("mười", "mươi")
_MARKED: Final = ({toned(word): number for word, number in _WORDS.items()}, frozenset(map(toned, _TENS)))
_UNMARKED: Final = ({fold(word): number for word, number in _WORDS.items()}, frozenset(map(fold, _TENS)))
PLAIN_NUMBERS: Final = frozenset({*_UNMARKED[0], *_UNMARKED[1]})
_ROMAN: Final = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_ONES: Final = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
# Those that are no syllable of a name: there is a Hà Vĩ and a Bản Xi, while nothing but a number ends in III.
NO_SYLLABLE: Final = frozenset({"ii", "iii", "iv", "vii", "viii", "ix", "xii", "xiii"})
_TEN, _LONGEST = 10, 3


def roman(sign: str) -> str:
    """Return a Roman number up to 39, in small letters, in digits; empty when it is none."""
    found = _ROMAN.fullmatch(sign) if sign else None
    return str(_TEN * len(found[1]) + _ONES[found[2]]) if found else ""


def spoken(words: str, *, marked: bool) -> str:
    """Return the number up to 99 that words in the form of `text.toned` (or of `text.fold` when not marked) say, in digits, else nothing.

    Without marks `nam` may be five or the south, `ba` three or a lady: what stands around it must decide.
    """
    digits, tens = _MARKED if marked else _UNMARKED
    said = words.split(" ")
    places = [at for at, word in enumerate(said) if word in tens]
    if len(said) > _LONGEST or len(places) > 1 or any(word not in digits for word in said if word not in tens):
        return ""
    if not places:
        return str(digits[said[0]]) if len(said) == 1 else ""
    if places[0] > 1 or len(said) - places[0] > len(_TENS):
        return ""
    first = digits[said[0]] if places[0] else 1
    return str(_TEN * first + (digits[said[-1]] if said[-1] not in tens else 0))
