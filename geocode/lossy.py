"""Decides what a text means whose letters beyond Latin-1 became question marks: `Ph??ng V?nh Ph??c, T?nh Khánh Hòa`.

Each segment between commas is compared with known names that would have been damaged in the very same way; only one fitting name is put in
its place, so nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterable

from geocode.gazetteer import Gazetteer, GazUnit

_BEYOND_LATIN_1 = re.compile("[^\\x00-\\xff]")
_LOST = re.compile(r"[^\W\d_]\?|\?[^\W\d_]|\?\?")
_NUMBER = re.compile(r"^\s*(?:s\?\s+)?\S*\d\S*\s+(?:(?:bis|ter)\s+)?", re.IGNORECASE)
_WORDS = (
    "đường", "phố", "tổ dân phố", "tổ", "khu phố", "ấp", "bản", "quốc lộ", "tỉnh lộ", "hương lộ", "đại lộ", "hẻm", "kiệt", "số", "số nhà",
    "khóm", "thôn", "xóm", "ngõ", "ngách", "cư xá", "chung cư",
)  # fmt: skip


def restore(text: str, gazetteer: Gazetteer) -> str:
    """Return the text with lost letters put back where one known name fits; the same text when none is lost or none fits."""
    if "?" not in text or not _LOST.search(text):
        return text
    segments = unicodedata.normalize("NFC", text).split(",")
    provinces: set[str] = set()
    communes: set[int] = set()
    for place in range(len(segments) - 1, -1, -1):
        segment = segments[place].strip()
        units = [unit for unit in _named(gazetteer, segment) if not provinces or unit.province in provinces or unit.level == "province"]
        names = {unit.full_name for unit in units}
        if len(names) == 1:
            segments[place] = f" {names.pop()}"
            if units[0].level == "province":
                provinces |= {unit.code for unit in units} | {
                    code for unit in units for code in gazetteer.province_today.get(("old", unit.code), ())
                }
            if units[0].level == "commune":
                communes |= {today for unit in units for today in unit.today}
        elif "?" in segment:
            segments[place] = f" {_street(segment, gazetteer, communes)}"
    return ",".join(segments).strip()


def damaged(name: str) -> str:
    """Return a name as it looks when every letter beyond Latin-1 was lost."""
    return _BEYOND_LATIN_1.sub("?", unicodedata.normalize("NFC", name.casefold()))


def _named(gazetteer: Gazetteer, segment: str) -> list[GazUnit]:
    """Return the units whose full name would look like that segment."""
    if not gazetteer.damaged:
        index_damaged(gazetteer)
    return gazetteer.damaged.get(segment.casefold(), [])


def index_damaged(gazetteer: Gazetteer) -> None:
    """Find the units by what their full names look like when letters are lost."""
    for units in gazetteer.units.values():
        for unit in units:
            gazetteer.damaged.setdefault(damaged(unit.full_name), []).append(unit)


def _street(segment: str, gazetteer: Gazetteer, communes: Iterable[int]) -> str:
    """Restore house words, type words and the name of a place of those communes."""
    number = _NUMBER.match(segment)
    head, rest = (number[0], segment[number.end() :]) if number else ("", segment)
    head = re.sub(r"^\s*s\?", "số", head)
    known = {damaged(place.name): place.name for commune in communes for place in gazetteer.places.of_commune(commune)}
    if rest.casefold() in known:
        # A hamlet bears its type word in its name: `B?n Hu?i Lóng`.
        return head + known[rest.casefold()]
    for word in _WORDS:
        lost = damaged(word)
        if rest.casefold().startswith(lost + " "):
            head, rest = f"{head}{word} ", rest[len(lost) + 1 :]
            break
    names = {name for name in known.values() if damaged(name) == rest.casefold()}
    return head + (names.pop() if len(names) == 1 else rest)
