"""Writes a hand-over file once more as another clerk would have: other spellings, other order, points a few metres off."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from registry.number_words import roman

Row = dict[str, str]
_WORDS: Final = ("không", "Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười")
_ROMAN: Final = {roman(sign): sign.upper() for sign in ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")}
_SHORT: Final = {"Tổ dân phố": ("TDP", "T.D.P", "Tổ", "Tổ dân phố số", "tổ dp"), "Khu phố": ("KP", "KP.", "K.P", "Khu phố số"),
                 "Thôn": ("thôn", "Thôn số"), "Ấp": ("ấp", "Ấp số"), "Khóm": ("khóm", "Khóm số"), "Bản": ("bản",)}  # fmt: skip
_ROADS: Final = {"quốc lộ": ("QL", "QL.", "Q.L. ", "Đường QL"), "tỉnh lộ": ("TL", "ĐT.", "Đường tỉnh ", "T.L "), "hương lộ": ("HL", "H.L ")}
_TYPED: Final = re.compile(
    r"(?:đường|phố|ngõ|hẻm|số|quốc lộ|tỉnh lộ|hương lộ|xa lộ|đại lộ|khu|cư xá|chung cư|ấp|thôn|tổ|khóm|xóm|bản|làng)\b|\d", re.IGNORECASE
)
_TONE_PLACES: Final = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "úy": "uý", "ùy": "uỳ", "ủy": "uỷ", "ụy": "uỵ"}
_IY: Final = {"Lý": "Lí", "Mỹ": "Mĩ", "Quý": "Quí", "Kỳ": "Kì", "Ký": "Kí", "Sỹ": "Sĩ"}
METRES_A_DEGREE: Final = 111_320


def unmarked(text: str) -> str:
    """Return the text without any mark."""
    text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in text if not unicodedata.combining(sign))


_ANY: Final[tuple[Callable[[str], str], ...]] = (
    str, str.upper, str.lower, unmarked, lambda text: unmarked(text).upper(), lambda text: unicodedata.normalize("NFD", text),
    lambda text: text.replace(" ", "  "), lambda text: text.replace(" ", "\u00a0"), lambda text: f" {text} ", lambda text: f"{text}.",
    lambda text: f"{text},", lambda text: _replaced(text, _TONE_PLACES), lambda text: _replaced(text, _IY),
)  # fmt: skip


def _replaced(text: str, pairs: Mapping[str, str]) -> str:
    for one, other in pairs.items():
        text = text.replace(one, other)
    return text


def street(text: str, random: Random) -> str:
    """Return another way of writing a street."""
    if found := re.fullmatch(r"(quốc lộ|tỉnh lộ|hương lộ) (\d\w*)", text, re.IGNORECASE):
        return random.choice(_ROADS[found[1].lower()]) + found[2]
    if found := re.fullmatch(r"(\d+)(?:/| tháng )(\d+)", text):
        day, month = found.groups()
        return random.choice((f"{day}-{month}", f"{int(day):02}/{int(month):02}", f"Đường {day} tháng {month}", f"{day}.{month}"))
    if text.lower() in {"cách mạng tháng 8", "cách mạng tháng tám"}:
        return random.choice(("CMT8", "CM T8", "Cách Mạng Tháng Tám", "C.M.T.8", "Cách mạng tháng 8"))
    if _TYPED.match(text) is None:
        text = random.choice(("", "", "đường ", "Đường ", "Đ. ", "ĐƯỜNG ", "Phố ")) + text
    return random.choice(_ANY)(text)


def hamlet(text: str, random: Random) -> str:
    """Return another way of writing a hamlet or group."""
    for word, short in _SHORT.items():
        number = text.removeprefix(f"{word} ")
        if number != text and number.isdigit():
            shown = [number, f"{int(number):02}", *([_ROMAN[number]] if number in _ROMAN else [])]
            shown += [_WORDS[int(number)]] if int(number) < len(_WORDS) else []
            said = random.choice(shown)
            return f"{random.choice((word, word.upper(), *short))} {said}" if said != _WORDS[min(int(number), 10)] else f"{word} {said}"
    return random.choice(_ANY)(text)


def house(text: str, random: Random) -> str:
    """Return another way of writing a house number."""
    forms = [text, text.lower(), f"số {text}", f"SN {text}", f" {text} ", f"Số nhà {text}", text.replace("/", " / "), f"{text}."]
    if text.isdigit():
        forms += [f"0{text}", "".join(chr(0xFF10 + int(sign)) for sign in text)]
    if re.fullmatch(r"\d+[A-Z]", text):
        forms += [f"{text[:-1]}-{text[-1]}", f"{text[:-1]} {text[-1]}", f"{text[:-1]} {text[-1].lower()}"]
    return random.choice(forms)


def unit(text: str, random: Random) -> str:
    """Return another way of writing a unit."""
    short = _replaced(text, {"Phường ": "P. ", "Thị trấn ": "TT. ", "Tỉnh ": "T. ", "Thành phố ": "TP. ", "Huyện ": "H. "})
    return random.choice((text, text, text.upper(), text.lower(), unmarked(text), short, f" {text} "))


def respelt(row: Row, random: Random) -> Row:
    """Return a row that says the same in other words."""
    ways = {"duong": street, "thon_to": hamlet, "so_nha": house, "xa": unit, "huyen": unit, "tinh": unit}
    other = {name: way(row[name], random) for name, way in ways.items() if row[name]}
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", row["ngay_thu_thap"])
    if day and random.random() < 1 / 2:
        other["ngay_thu_thap"] = f"{day[3]}/{day[2]}/{day[1]}"
    if "xa" in other and row["ma_xa"] and row["xa"] and random.random() < 1 / 5:
        other |= dict.fromkeys(("huyen",), "")
    return row | other


def moved(row: Row, random: Random, metres: float) -> Row:
    """Return a row whose point, in degrees with a point, lies up to so many metres off."""
    lon, lat = float(row["kinh_do"]), float(row["vi_do"])
    far, way = metres * random.random(), 2 * math.pi * random.random()
    east, north = far * math.cos(way) / METRES_A_DEGREE / math.cos(math.radians(lat)), far * math.sin(way) / METRES_A_DEGREE
    return row | {"kinh_do": f"{lon + east:.7f}", "vi_do": f"{lat + north:.7f}"}
