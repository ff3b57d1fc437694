"""Here is decided how a house number as people write it falls into segments: house, alleys, lots, each with its parts.

The rules of `registry.house_path` then put the segments in order from the street inward. Sources of the forms: Thông tư
08/2024/TT-BXD art. 7 (alleys), 11-12 (groups of houses); suffixes, ranges and regional words as they are used.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from registry.text import fold
from registry.vocab import ALLEY_WORDS, HOUSE_WORDS

MOST_PARTS: Final = 12
LONGEST_PART: Final = 12
LONGEST_TEXT: Final = 200

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212~]")
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[ t]\d.*)?|\d{2}/\d{2}/(?:19|20)\d{2}(?: .*)?")
_WHOLE_FLOAT: Final = re.compile(r"(\d+)\.0")
_SUFFIX: Final = r"(?:[a-z]?\s?(?:bis|ter|kep|quater)[a-z]?(?![a-z])|[a-z]{1,2}\d{0,3}(?![a-z])|\s[a-z](?![a-z0-9.]))"
_NUMBER: Final = rf"\d{{1,5}}{_SUFFIX}?(?![a-z0-9])"
_PART: Final = (
    r"km\s?\d{1,4}(?:\s?\+\s?\d{1,4})?(?![a-z0-9])"
    rf"|[a-z]{{0,2}}{_NUMBER}(?:\s?[-+&]\s?(?:[a-z]{{0,2}}{_NUMBER}|[a-z](?![a-z0-9])))+"
    rf"|[a-z]{{1,3}}(?:\.[a-z]{{1,2}})?[-.]?{_NUMBER}"
    rf"|{_NUMBER}"
)
# A part of letters only (12A/B, 229/PTHO) makes sense after a slash and nowhere else.
_PATH: Final = rf"(?:{_PART})(?:\s?/[\s/]*(?:{_PART}|[a-z]{{1,4}}(?![a-z0-9])))*/?"
_LOT_WORDS: Final = ("lo", "day")
_DASHED_SUFFIX: Final = re.compile(r"(?<=\d)\s?[-.]\s?(?=(?:bis|ter|kep|quater)\b)")
_GLUED: Final = re.compile(r"\b(?:so|sn|no|nha|ngo|ngach|hem|kiet)(?=\.?\d)")
_SLASH_WORDS: Final = re.compile(r"(?<=[0-9a-z])\s*(?:\\|\b(?:xet|xec|xuyet|xuyt|suyet|sec|tren)\b)\s*(?=\d|[a-z]\d)")


def _one_of(words: tuple[str, ...]) -> str:
    return "|".join(sorted((re.escape(word).replace(r"\ ", " ") for word in words), key=len, reverse=True))


_TOKEN: Final = re.compile(
    rf"(?P<house>(?:{_one_of(HOUSE_WORDS)})(?![a-z0-9])|#|n°)"
    rf"|(?P<alley>(?:{_one_of((*ALLEY_WORDS, *_LOT_WORDS))})(?![a-z0-9]))"
    rf"|(?P<path>{_PATH})"
    r"|(?P<sign>[\s.,;:()]+)"
    r"|(?P<word>\S+)",
)


class Role(Enum):
    """What a segment's word makes of it; BARE has no word."""

    BARE = "bare"
    HOUSE = "house"
    ALLEY = "alley"
    LOT = "lot"


@dataclass(frozen=True)
class Segment:
    """One path as written, outside-in or inside-out: its role, the alley word's rank (0 when none) and canonical parts.

    An alley with no parts is one that bears a name instead of a number.
    """

    role: Role
    rank: int
    word: str
    parts: tuple[str, ...]


# The geocoder asks for one text several times: as a number, as an alley, in the next reading.
@lru_cache(maxsize=1 << 14)
def segments(text: str) -> tuple[Segment, ...]:
    """Return the segments in the order written; empty when the text holds anything that is no part of a house number."""
    if len(text) > LONGEST_TEXT:
        return ()
    plain = plain_form(text)
    if _DATE.fullmatch(plain):
        return ()
    reader = _Reader()
    for token in _TOKEN.finditer(plain):
        if not reader.take(str(token.lastgroup), token[0]):
            return ()
    return reader.finish()


class _Reader:
    """What is read so far, and the word that waits for its number."""

    def __init__(self) -> None:
        self.found: list[Segment] = []
        self.role, self.word = Role.BARE, ""

    def take(self, kind: str, token: str) -> bool:
        """Read one token; False when it is no part of a house number."""
        if kind == "house" and not self.waiting:
            self.role, self.word = Role.HOUSE, token
        elif kind == "alley":
            self.finish()
            self.role, self.word = Role.LOT if token in _LOT_WORDS else Role.ALLEY, token
        elif kind == "path":
            if self.role is not Role.BARE or not self.named:
                self.add(token)
            self.role, self.word = Role.BARE, ""
        elif kind == "word" and self.role is Role.ALLEY:
            # The alley has a name (`ngõ Trại Cá`): it is a place, and its words are no part of the path.
            self.add()
            self.role = Role.BARE
        else:
            return kind != "word" or self.named
        return True

    def finish(self) -> tuple[Segment, ...]:
        """Close an alley word that got no number, and return what was read."""
        if self.waiting:
            self.add()
        return tuple(self.found)

    def add(self, path: str = "") -> None:
        """Add a segment of the waiting word and this path."""
        parts = tuple(canonical_part(part) for part in path.split("/") if part.strip())
        self.found.append(Segment(self.role, ALLEY_WORDS.get(self.word, 0), self.word, parts))

    @property
    def waiting(self) -> bool:
        """Whether an alley or lot word waits for its number, so that `hẻm số 12` is alley 12."""
        return self.role in (Role.ALLEY, Role.LOT)

    @property
    def named(self) -> bool:
        """Whether the last thing read is an alley's name: what follows without a word (`hẻm Tổ 5`) belongs to it."""
        return bool(self.found) and self.found[-1].role is Role.ALLEY and not self.found[-1].parts


def canonical_part(text: str) -> str:
    """Return one part in its stored form: capitals, no spaces, no leading zeros, ranges with a dash: `05a` is `5A`."""
    part = re.sub(r"\s", "", text).upper()
    if part.startswith("KM"):
        return part
    part = re.sub(r"[+&]", "-", part)
    part = re.sub(r"^([A-Z]{1,3})[-.](?=\d)", r"\1", part)
    part = re.sub(r"^(\d+)-([A-Z])$", r"\1\2", part)
    if initials := re.fullmatch(r"([A-Z]{1,3}\.[A-Z]{1,2})[-.]?(\d.*)", part):
        return f"{initials[1]}-{initials[2]}"
    return "-".join(re.sub(r"^0+(?=\d)", "", number) for number in part.split("-"))


def plain_form(text: str) -> str:
    """Return the text folded word by word, its signs kept: slash words and backslashes are `/`, every dash `-`."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).replace("⁄", "/")
    text = _LETTERS.sub(lambda word: fold(word[0]), text)
    text = " ".join(text.split())
    if whole := _WHOLE_FLOAT.fullmatch(text):
        return whole[1]
    text = _GLUED.sub(lambda word: word[0] + " ", text)
    text = _DASHED_SUFFIX.sub(" ", text)
    text = re.sub(r"\b(lo|day) ([a-z])(?:,? (?:so nha|nha so|so|nha))? 0*(?=\d)", r"\2", text)
    text = re.sub(r"^(\d+[a-z]?) (?:lo|day) ?([a-z])$", r"\2\1", text)
    text = re.sub(r"\blo (?:so )?(?=\d)", "lo lo", text)
    return _SLASH_WORDS.sub("/", text)
