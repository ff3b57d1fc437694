"""Here is decided when a misprinted name may be repaired by itself: one official name of a short list fits, and no second one nearly so.

The confusions are those of scanned provincial plans: the horn of `ư` read as `r` or an apostrophe, `ẳ` as `á`, `n` before a line's end
as `nh`, `o` doubled. Below the floor or inside the margin nothing is guessed: a human decides.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz

from registry.text import fold, toned

How = Literal["exact", "folded", "similar", "open"]

# Both are in points of 100 of rapidfuzz's ratio; a single wrong letter in a name of seven costs about 14.
FLOOR: Final = 80.0
MARGIN: Final = 8.0
_CONFUSIONS: Final = ((re.compile(r"ur"), "u"), (re.compile(r"inh\b"), "in"), (re.compile(r"oo"), "o"))


@dataclass(frozen=True)
class Repair:
    """How a recorded name was read: the official name (None when open), the way, its score and that of the second best."""

    recorded: str
    official: str | None
    how: How
    score: float
    second: float


def repair(recorded: Iterable[str], official: Iterable[str]) -> dict[str, Repair]:
    """Read every recorded name of one list against the official names of the same area.

    Exact names are settled first, then names equal without marks, then similar ones; an official name that is already taken is
    not offered again, because a list names each place once.
    """
    names, found = tuple(dict.fromkeys(official)), dict[str, Repair]()
    waiting = list(dict.fromkeys(recorded))
    for how, key in (("exact", toned), ("folded", fold)):
        taken = {each.official for each in found.values()}
        for name in waiting:
            same = [each for each in names if each not in taken and key(each) == key(name)]
            if name not in found and len(same) == 1:
                found[name] = Repair(name, same[0], "exact" if how == "exact" else "folded", 100.0, 0.0)
    taken = {each.official for each in found.values()}
    free = [name for name in names if name not in taken]
    found |= {name: _nearest(name, free) for name in waiting if name not in found}
    return _undisputed({name: found[name] for name in waiting})


def _undisputed(found: Mapping[str, Repair]) -> dict[str, Repair]:
    """Open what was repaired to one and the same official name: at most one of them can be right."""
    claims = Counter(each.official for each in found.values() if each.official)
    settled = {name for name, each in found.items() if each.how in ("exact", "open") or claims[each.official or ""] == 1}
    return {name: each if name in settled else Repair(name, None, "open", each.score, each.score) for name, each in found.items()}


def _nearest(name: str, free: list[str]) -> Repair:
    scored = sorted(((likeness(name, each), each) for each in free), reverse=True)
    score, best = scored[0] if scored else (0.0, "")
    second = scored[1][0] if len(scored) > 1 else 0.0
    sure = score >= FLOOR and score - second >= MARGIN
    return Repair(name, best if sure else None, "similar" if sure else "open", score, second)


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 100, without marks; known confusions of scanning cost nothing."""
    plain = fuzz.ratio(fold(one), fold(other))
    return max(plain, fuzz.ratio(_confused(one), _confused(other)) - 1)


def _confused(name: str) -> str:
    key = fold(name)
    for pattern, replacement in _CONFUSIONS:
        key = pattern.sub(replacement, key)
    return key
