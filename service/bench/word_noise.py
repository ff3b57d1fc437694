"""Decides how a single word or unit name is spoilt: keys of a keyboard driver that is off, short forms, slips of the finger."""

import re
import unicodedata
from random import Random

from registry.text import fold, has_accents
from service.bench.styles import SHORT

TELEX_MARKS = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
TELEX_SHAPES = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
VNI_MARKS = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
VNI_SHAPES = {"â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "ă": "a8", "đ": "d9"}
_ENGLISH = {
    "Phường": "Ward",
    "Quận": "District",
    "Huyện": "District",
    "Tỉnh": "Province",
    "Thành phố": "City",
    "Xã": "Commune",
    "Thị trấn": "Town",
}
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "g": "fh", "h": "gj", "i": "uo", "k": "jl", "l": "k", "m": "n", "n": "bm",
    "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "x": "zc", "y": "tu",
}  # fmt: skip
_TYPES = sorted(SHORT, key=len, reverse=True)


def unmarked(text: str) -> str:
    """Take every mark off, keep signs and capitals."""
    plain_text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain_text if not unicodedata.combining(sign))


def typed(word: str, shapes: dict[str, str], marks: dict[str, str]) -> str:
    """Write a word as the keys that were pressed: the tone last."""
    if not has_accents(word):
        return word
    keys, tone = "", ""
    for sign in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", sign)
        mark = next((part for part in parts if part in marks), "")
        tone = marks.get(mark, tone)
        body = unicodedata.normalize("NFC", "".join(part for part in parts if part not in marks))
        keys += shapes.get(body.lower(), body)
    ends = re.search(r"\W*$", keys)
    cut = ends.start() if ends else len(keys)
    return keys[:cut] + tone + keys[cut:]


def short_province(text: str, rng: Random) -> str:
    """Shorten the two cities that everybody shortens."""
    for name, forms in (("TP.Hồ Chí Minh", ("TP.HCM", "TPHCM", "HCM", "Tp. Hồ Chí Minh")), ("TP.Hà Nội", ("HN", "TP. Hà Nội", "Hà Nội"))):
        text = text.replace(name, rng.choice(forms))
    return text


def short_hamlet(line: str) -> str:
    """Write `Khu phố 3` as `KP3`, `Tổ dân phố 5` as `TDP5`."""
    return re.sub(r"^Khu phố (?=\d)", "KP", re.sub(r"^Tổ dân phố (?=\d)", "TDP", line))


def bare(unit: str) -> str:
    """Take the type word off, except before a number."""
    word = next((each for each in _TYPES if unit.startswith(each)), "")
    rest = unit.removeprefix(word)
    return unit if rest[:1].isdigit() else rest


def initial(match: re.Match[str]) -> str:
    """Write a numbered unit as its initial and number."""
    return f"{match[0][0]} {match[1]}"


def in_english(unit: str) -> str:
    """Write a unit in English: `Ward 5`, `Ben Nghe Ward`, `Ha Noi City`."""
    for word, meant in _ENGLISH.items():
        if unit.startswith(word + " "):
            name = unit.removeprefix(word + " ")
            return f"{meant} {name}" if name[0].isdigit() else f"{name} {meant}"
    return unit


def slip(line: str, rng: Random) -> str:
    """Swap, double, drop or mistype one letter of a word of at least four letters; numbers are left alone."""
    words = line.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= 4 and word.isalpha()]  # noqa: PLR2004 - shorter words hide no slip
    if not long:
        return line
    place = rng.choice(long)
    word = words[place]
    at = rng.randrange(1, len(word) - 1)
    near = _NEAR.get(fold(word[at]), "")
    slips = [word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at] + word[at:], word[:at] + word[at + 1 :]]
    slips += [word[:at] + rng.choice(near) + word[at + 1 :]] if near else []
    words[place] = rng.choice(slips)
    return " ".join(words)
