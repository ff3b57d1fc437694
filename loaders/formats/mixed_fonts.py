"""Here is decided how a cell is read in a column whose rows were typed in different fonts: as what makes the likeliest Vietnamese of it.

Sheets of several offices pasted into one show it: `TrÇn Phó`, `Traàn Phuù` and `Trần Phú` under one header. Read in one font, the others
would turn into words that nobody wrote (`Phụng Chớ Kiờn`), without a sign that anything was wrong.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from registry.old_text import Scheme, decoded
from registry.syllable import frequencies, is_syllable
from registry.text import toned

# None: typed in Unicode.
Kind = Scheme | None
_KINDS: Final[tuple[Kind, ...]] = (None, Scheme.TCVN3, Scheme.VNI)
_WORD: Final = re.compile(r"(?:[^\W\d_]|[¡-¯±´-¿×÷])+")
# A syllable that no name bears, and what is no syllable, against how often one stands in a name.
_RARE, _NO_SYLLABLE = 0.5, 0.01
# How many times likelier one reading must be than any other to tell what a column holds, and in what share of its cells.
_CLEAR: Final = math.log(20)
_FEW: Final = 0.01
_LOWER: Final = "\na"
_UNCLEAR: Final = "?"


def kinds_of(cells: Sequence[str]) -> tuple[Kind, ...]:
    """Return in what the cells of a column were typed, the most frequent first, judged by those with one clear reading."""
    votes = Counter(map(_clear, cells))
    return tuple(kind for kind, number in votes.most_common() if kind != _UNCLEAR and number >= _FEW * len(cells))


def likeliest(cell: str, kinds: tuple[Kind, ...], *, small: bool = False) -> str:
    """Return the likeliest reading of a cell; of equal ones that of the kind named first. `small`: see `read_as`."""
    return max((read_as(cell, kind, small=small) for kind in kinds), key=_likelihood)


def read_as(cell: str, kind: Kind, *, small: bool = False) -> str:
    """Read a cell in a scheme; `small`: beside a small letter a TCVN3 cell of capitals and tones is one of small letters."""
    if kind is None:
        return cell
    return decoded(cell + _LOWER, kind).removesuffix(_LOWER) if small and kind is Scheme.TCVN3 else decoded(cell, kind)


def _clear(cell: str) -> Kind | Literal["?"]:
    """Return in what a cell was typed; the cell that only reads as Unicode is that."""
    made = {kind: read_as(cell, kind) for kind in _KINDS}
    first = max(made, key=lambda kind: _likelihood(made[kind]))
    others = [_likelihood(text) for text in made.values() if text != made[first]]
    if not others:
        return None if any(sign.isalpha() and not sign.isascii() for sign in cell) else _UNCLEAR
    return first if _likelihood(made[first]) - max(others) >= _CLEAR else _UNCLEAR


@lru_cache(maxsize=1 << 16)
def _likelihood(text: str) -> float:
    """Return the logarithm of how likely the words of a text are in names, and how likely beside one another (Hồ Chí Minh, Hoa Hồng)."""
    words = _WORD.findall(text.lower())
    return sum(math.log(_alone(word)) for word in words) + sum(math.log1p(_known()[toned(" ".join(pair))]) for pair in pairwise(words))


def _alone(word: str) -> float:
    return (word.isalpha() and _known()[toned(word)]) or (_RARE if is_syllable(word) else _NO_SYLLABLE)


@lru_cache(maxsize=1)
def _known() -> Counter[str]:
    """Return how often words and pairs of them stand in names, whichever vowel bears the tone (Hoà, Hòa)."""
    counts: Counter[str] = Counter()
    for words, number in frequencies().items():
        counts[toned(words)] += number
    return counts
