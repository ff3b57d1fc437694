"""Here is decided which words of a note name a person without any label, form of address or phone number beside them.

Sure enough are two to five capitalised words that begin with a common surname, unless they, or the first of them, are the name of a
unit, street or place of the reference tables or the registry, stand behind a house number or behind the word for what is named after
people. A place that nobody knows yet is masked where it reads just so: the words of an address belong into its fields.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.person_words import BEFORE_IN_A_NOTE, MIDDLE, SURE, SURE_IN_A_NOTE, SURNAMES, TYPES
from registry.personal import MASK
from registry.recipients import is_known, mask_recipients
from registry.text import fold, has_accents

_NO_NAMES: Final = frozenset({("hoàng", "thành"), ("hoàng", "gia"), ("đỗ", "xe")})
_LONGEST: Final = 5
_SHORT: Final = 2
_WORD: Final = re.compile(r"[^\W\d_]+")
_AHEAD: Final = re.compile(r"([\w/.-]*\w)[.\s]*$")
_IN_REGISTRY: Final = text("SELECT lower(name), key FROM place WHERE lower(name) = ANY(:written) OR key = ANY(:folded)")


@dataclass(frozen=True)
class _Run:
    """Words that read as a name, and where they stand."""

    start: int
    end: int
    words: tuple[str, ...]

    @property
    def places(self) -> list[str]:
        """What of it may be a place: the words from the first on; a surname with Văn or Thị alone is none."""
        lower = [word.lower() for word in self.words]
        return [" ".join(lower[:size]) for size in range(_SHORT, len(lower) + 1) if lower[size - 1] not in MIDDLE]


def mask_note(session: Session, note: str) -> str:
    """Return a note without phone and identity numbers, e-mail addresses and names of people."""
    masked = mask_recipients(note)
    runs = [run for run in _runs(masked) if not any(map(is_known, run.places))]
    known = _in_registry(session, [place for run in runs for place in run.places]) if runs else frozenset()
    for run in reversed(runs):
        if known.isdisjoint(run.places):
            masked = masked[: run.start] + MASK + masked[run.end :]
    return masked


def _runs(note: str) -> Iterator[_Run]:
    words = list(_WORD.finditer(note))
    at = 0
    while at < len(words):
        run = _run(note, words[at : at + _LONGEST])
        if run is not None and not _is_named_after(note[: run.start]):
            yield run
        at += len(run.words) if run else 1


def _run(note: str, words: list["re.Match[str]"]) -> _Run | None:
    """Return the name that begins with the first of some words, None where none does."""
    size = 1 if words[0][0][0].isupper() else 0
    while 0 < size < len(words) and _goes_on(note, words[size - 1], words[size]):
        size += 1
    said = tuple(word[0] for word in words[:size])
    return _Run(words[0].start(), words[size - 1].end(), said) if _reads_as_name(said) else None


def _goes_on(note: str, last: "re.Match[str]", word: "re.Match[str]") -> bool:
    return note[last.end() : word.start()].isspace() and word[0][0].isupper() and word[0].lower() not in TYPES


def _reads_as_name(words: tuple[str, ...]) -> bool:
    if len(words) < _SHORT:
        return False
    first, second = words[0].lower(), words[1].lower()
    if (first, second) in _NO_NAMES:
        return False
    if len(words) > _SHORT and second in MIDDLE and fold(first) in SURNAMES:
        return True
    # A note in capitals says nothing by them.
    return not all(map(str.isupper, words)) and first in (SURE_IN_A_NOTE if len(words) > _SHORT else SURE)


def _is_named_after(ahead: str) -> bool:
    found = _AHEAD.search(ahead)
    return found is not None and (found[1].lower() in BEFORE_IN_A_NOTE or any(sign.isdigit() for sign in found[1]))


def _in_registry(session: Session, names: list[str]) -> frozenset[str]:
    """Return which of the names a place of the registry bears; without marks by its key."""
    plain = [name for name in names if not has_accents(name)]
    rows = session.execute(_IN_REGISTRY, {"written": names, "folded": plain}).all()
    return frozenset(part for row in rows for part in row)
