"""Here is decided how a stated unit name is read: which type word announces it, and which spellings are the same name."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from registry.text import fold, toned
from registry.vocab import ROMAN, UNIT_WORDS, Level

_BRACKETS: Final = re.compile(r"\([^()]*\)")
_GLUED: Final = re.compile(r"(p|ph|f|q|x|h|tp|tt|tx)(\d+[a-z]?)")
_BEHIND: Final = {"city": "city", "province": "province", "district": "district", "ward": "ward", "commune": "commune"}
_MOST_TYPE_WORDS: Final = 2
_WRITTEN_KINDS: Final = ("Thị trấn", "Thành phố", "Thị xã", "Đặc khu", "Phường", "Xã", "Quận", "Huyện", "Tỉnh")

# Short and former names of provinces in squeezed form; the values are squeezed official names of either world.
_PROVINCE_ALIASES: Final = {
    "hcm": "hochiminh", "tphcm": "hochiminh", "tphochiminh": "hochiminh", "saigon": "hochiminh", "hcmc": "hochiminh", "sg": "hochiminh",
    "hn": "hanoi", "hp": "haiphong", "thuathienhue": "hue", "tthue": "hue", "tth": "hue", "thuathien": "hue",
    "baria": "bariavungtau", "vungtau": "bariavungtau", "brvt": "bariavungtau",
    "daclac": "daklak", "darlac": "daklak", "daclak": "daklak", "daknong": "daknong", "dacnong": "daknong",
}  # fmt: skip
_HUE: Final = ("hue", "thuathienhue")


@dataclass(frozen=True)
class StatedName:
    """One reading of a stated name: the squeezed key, its toned form, and the kinds (`xã`, `quận`…) its type word allows."""

    key: str
    marked: str
    kinds: frozenset[str]


def squeeze(text: str) -> str:
    """Return the key under which unit names are compared: folded, no spaces, numbers without leading zeros."""
    words = fold(text).split(" ")
    if len(words) == 1 and words[0] in ROMAN:
        return ROMAN[words[0]]
    return "".join(re.sub(r"^0+(?=\d)", "", word) for word in words)


def squeeze_marked(text: str) -> str:
    """Return the toned form without spaces: the evidence that tells Ba Tơ from Ba Tô."""
    return "".join(re.sub(r"^0+(?=\d)", "", word) for word in toned(text).split(" "))


def same_province(key: str) -> str:
    """Return the key by which provinces are compared: aliases and former short names become the official one."""
    return "hue" if key in _HUE else _PROVINCE_ALIASES.get(key, key)


def kind_and_name(full_name: str) -> tuple[str, str]:
    """Split an official full name into its kind in lower case and its bare name; the kind is empty where none stands before the name."""
    for kind in _WRITTEN_KINDS:
        if full_name.startswith(kind + " "):
            return kind.lower(), full_name.removeprefix(kind + " ").strip()
    return "", full_name


@lru_cache(maxsize=1 << 16)
def readings(level: Level, text: str) -> tuple[StatedName, ...]:
    """Return the readings of a cell, the one without its type word first; empty when the cell says nothing."""
    bare = _BRACKETS.sub(" ", text)
    words, marks = fold(bare).split(), toned(bare).split()
    if not words:
        return ()
    if glued := _GLUED.fullmatch(words[0]):
        words[:1], marks = [glued[1], glued[2]], [glued[1], glued[2], *marks[1:]]
    found: list[StatedName] = []
    for length in range(min(_MOST_TYPE_WORDS, len(words) - 1), 0, -1):
        kinds = _kinds(level, " ".join(words[:length]))
        if kinds:
            found.append(_name(words[length:], marks[length:], kinds))
            if words[length] == "dao" and len(words) > length + 1:
                found.append(_name(words[length + 1 :], marks[length + 1 :], kinds))
            break
    if len(words) > 1 and words[-1] in _BEHIND:
        found.append(_name(words[:-1], marks[:-1], _kinds(level, words[-1])))
    found.append(_name(words, marks, frozenset()))
    return tuple(dict.fromkeys(found))


def _kinds(level: Level, word: str) -> frozenset[str]:
    return frozenset(kind for at, kind in UNIT_WORDS.get(word, ()) if at == level)


def _name(words: list[str], marks: list[str], kinds: frozenset[str]) -> StatedName:
    return StatedName(squeeze(" ".join(words)), squeeze_marked(" ".join(marks)), kinds)
