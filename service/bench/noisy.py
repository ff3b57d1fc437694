"""Decides how a door is written by people in a hurry: one way of spoiling a text for each class of input seen in the field.

The classes are those that parsers and issue lists of Vietnamese addresses report. Every function takes the parts of a registered door and
a random source, and returns a text, or None where the class does not apply to that door (an alley style needs an alley).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from registry.house_path import north, slashes, south
from service.bench.styles import Written, abbreviated, complete, no_accents, no_commas, reordered
from service.bench.word_noise import (
    TELEX_MARKS,
    TELEX_SHAPES,
    VNI_MARKS,
    VNI_SHAPES,
    bare,
    in_english,
    initial,
    short_hamlet,
    short_province,
    slip,
    typed,
    unmarked,
)  # fmt: skip

Spoil = Callable[[Written, Random], str | None]
_OLD_TONES = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ"}
_BEFORE = (
    "Giao cho anh Nam 0912345678, ", "Chị Hoa - 0987.654.321 - ", "A Tuấn sđt 0356 123 456, ", "Người nhận: Chị Lan, ", "Giao hàng: ",
    "Đc: ", "Địa chỉ: ", "Cửa hàng Minh Anh, ",
)  # fmt: skip
_BEHIND = (
    ", giao giờ hành chính", " (gọi trước khi giao)", ", sđt 0912 345 678", ", gần chợ", " (đối diện trường tiểu học)",
    ", ĐT: 0243.8251234", ", cho xem hàng", ", Việt Nam", " - Vietnam", ", gọi trước 30 phút",
)  # fmt: skip


def full(door: Written, _rng: Random) -> str:
    """Class 1: everything, with marks."""
    return complete(door)


def plain(door: Written, _rng: Random) -> str:
    """Class 2: no marks."""
    return no_accents(door)


def tones(door: Written, rng: Random) -> str:
    """Class 3: decomposed letters, the tone mark on the other vowel, or marks on some words only."""
    text = complete(door)
    way = rng.randrange(3)
    if way == 0:
        return unicodedata.normalize("NFD", text)
    if way == 1:
        for new, old in _OLD_TONES.items():
            text = re.sub(rf"{new}\b", old, text)
        return text
    return " ".join(unmarked(word) if rng.random() < 0.5 else word for word in text.split(" "))


def keyboard(door: Written, rng: Random) -> str:
    """Class 4: Telex or VNI typed with the keyboard driver off, on every word or on some."""
    shapes, marks = rng.choice(((TELEX_SHAPES, TELEX_MARKS), (VNI_SHAPES, VNI_MARKS)))
    share = rng.choice((1.0, 0.4))
    return " ".join(typed(word, shapes, marks) if rng.random() < share else word for word in complete(door).split(" "))


def dotted(door: Written, rng: Random) -> str:
    """Class 5: type words short, with or without a space behind the dot."""
    text = short_province(abbreviated(door), rng)
    return text if rng.random() < 0.5 else re.sub(r"\.(?=[^\W\d])", ". ", text)


def glued(door: Written, rng: Random) -> str | None:
    """Class 6: `P15`, `Q8`, `KP1`, `TPHCM`, `P.PhuLy`: the short form glued to its name."""
    text = ", ".join(short_hamlet(line) for line in abbreviated(door).split(", "))
    text = re.sub(r"\b(P|Q|KP|TDP|X|TT|H)\.(?=[\wĐ])", r"\1" if rng.random() < 0.5 else r"\1.", text)
    text = text.replace("TP.Hồ Chí Minh", rng.choice(("TPHCM", "TP.HCM", "HCM", "Tp.HCM"))).replace(
        "TP.Hà Nội", rng.choice(("HN", "TP.HN", "Hanoi"))
    )
    return text if text != abbreviated(door) else None


def alleys(door: Written, rng: Random) -> str | None:
    """Class 7: the alley path in every notation."""
    if not door.house or not door.house.alley or not door.street:
        return None
    house, parts = door.house, door.house.parts
    ways = [slashes(house), north(house), south(house), "số nhà " + slashes(house), "hẻm " + "/".join(parts[:-1]) + " nhà " + parts[-1]]
    if len(parts) == 2:
        ways += [f"nhà {parts[1]} ngõ {parts[0]}", f"{parts[1]} kiệt {parts[0]}", f"ngõ {parts[0]} số {parts[1]}"]
        ways += [f"K{parts[0]}/{parts[1]}", f"{parts[0]} xuyệt {parts[1]}"]
    return complete(replace(door, house=None, street=f"{rng.choice(ways)} {door.street}"))


def flats(door: Written, rng: Random) -> str | None:
    """Class 8: block, floor and room around the number."""
    if not door.flat:
        return None
    building, floor, room = door.flat
    door = replace(door, flat=None)
    ways = (
        f"Phòng {room}, tầng {floor}, {building}, ", f"P.{room} tầng {floor} {building}, ", f"Căn hộ {room} {building}, ",
        f"{building}, tầng {floor}, phòng {room}, ",
    )  # fmt: skip
    return rng.choice(ways) + complete(door)


def reverse_order(door: Written, rng: Random) -> str:
    """Class 9: from large to small."""
    return reordered(door).replace(", ", rng.choice((", ", " - ", ", ")))


def missing(door: Written, rng: Random) -> str | None:
    """Class 10: no province, no district, or no type words."""
    if len(door.units) == 3 and rng.random() < 0.5:
        return complete(replace(door, units=(door.units[0], door.units[2])))
    if rng.random() < 0.5:
        return complete(replace(door, units=tuple(bare(unit) for unit in door.units)))
    return complete(replace(door, units=door.units[:-1]))


def former(door: Written, rng: Random) -> str | None:
    """Class 11: the units of before 2025-07-01, for doors recorded in them."""
    if len(door.units) != 3:
        return None
    return rng.choice((complete, no_accents, abbreviated))(door)


def mixed(door: Written, rng: Random) -> str | None:
    """Class 12: an old commune with today's province, or today's commune with the old province."""
    if len(door.units) != 3 or not door.today:
        return None
    if rng.random() < 0.5:
        return complete(replace(door, units=(door.units[0], door.today[1])))
    return complete(replace(door, units=(door.today[0], door.units[2])))


def around(door: Written, rng: Random) -> str:
    """Class 13: recipient, phone number, landmark, courier's note."""
    way = rng.randrange(3)
    return (rng.choice(_BEFORE) if way != 1 else "") + complete(door) + (rng.choice(_BEHIND) if way else "")


def untyped_street(door: Written, _rng: Random) -> str | None:
    """Class 14: a street that bears the name of a person or place, without its type word."""
    if not door.street.startswith("đường ") or door.street[6:7].isdigit():
        return None
    return complete(replace(door, street=door.street.removeprefix("đường ")))


def numbered_wards(door: Written, rng: Random) -> str | None:
    """Class 15: wards and districts that are numbers: `P.5, Q.10`, `Phường 05`, `P 5 Quận 10`."""
    if not any(re.search(r" \d+$", unit) for unit in door.units):
        return None
    way = rng.randrange(3)
    if way == 0:
        return abbreviated(door)
    if way == 1:
        return complete(replace(door, units=tuple(re.sub(r" (\d)$", r" 0\1", unit) for unit in door.units)))
    return no_accents(replace(door, units=tuple(re.sub(r"^(?:Phường|Quận) (\d+)$", initial, unit) for unit in door.units)))


def minority(door: Written, rng: Random) -> str | None:
    """Class 16: apostrophes and hyphens of minority names lost, curled or set apart."""
    text = complete(door)
    if not re.search(r"['’]| - |(?:Ea|Ia|Đắk|Đăk|Krông|Cư|Plei) ", text):
        return None
    way = rng.randrange(3)
    if way == 0:
        return re.sub(r"['’]", "", text)
    if way == 1:
        return text.replace("'", "’").replace(" - ", "-")
    return re.sub(r"\b(Đắk|Đăk)\b", "Dak", re.sub(r"['’]", " ", text)).replace(" - ", " ")


def english(door: Written, _rng: Random) -> str | None:
    """Class 17: English type words behind their names, no marks."""
    if not door.street or door.street.startswith(("Quốc", "Tỉnh", "Hương", "đường Quốc", "đường Tỉnh")):
        return None
    units = tuple(in_english(unit) for unit in door.units)
    street = f"{door.street.removeprefix('đường ')} Street"
    return no_accents(replace(door, street=street, units=units)) + ", Vietnam"


def typos(door: Written, rng: Random) -> str:
    """Class 18: one or two slips of a finger in the names."""
    lines = complete(door).split(", ")
    slips = rng.choice((1, 1, 2))
    for _ in range(slips):
        place = rng.randrange(len(lines))
        lines[place] = slip(lines[place], rng)
    return ", ".join(lines)


def without_commas(door: Written, rng: Random) -> str:
    """Class 19: no separators at all."""
    text = no_commas(door)
    return unmarked(text) if rng.random() < 0.5 else text


def damaged(door: Written, rng: Random) -> str:
    """Class 20: bytes read in the wrong encoding, marks lost to `?`, smart quotes, no-break spaces, leading zeros, a float."""
    text = complete(door)
    way = rng.randrange(5)
    if way == 0:
        return unicodedata.normalize("NFC", text).encode().decode("cp1252", errors="replace")
    if way == 1:
        return "".join("?" if ord(sign) > 0xFF else sign for sign in unicodedata.normalize("NFC", text))
    if way == 2:
        return f"“{text}”".replace(" ", "\u00a0")
    if way == 3 and door.house and len(door.house.parts) == 1 and door.house.house.isdigit():
        return re.sub(r"^\d+", rng.choice(("0{}", "{}.0")).format(door.house.house), text)
    return text.replace(", ", " ,  ").upper()


def hamlet_only(door: Written, rng: Random) -> str | None:
    """Class 21: a number in a hamlet, no street."""
    if door.street or not door.hamlet or not door.house:
        return None
    house = rng.choice(("{}", "số {}", "nhà số {}", "SN {}")).format(slashes(door.house))
    hamlet = rng.choice((door.hamlet, short_hamlet(door.hamlet)))
    return ", ".join((f"{house} {hamlet}" if rng.random() < 0.5 else f"{house}, {hamlet}", *door.units))


def split_commune(door: Written, rng: Random) -> str | None:
    """Class 22: an old commune that today is shared out, with a street that decides."""
    return rng.choice((complete, abbreviated))(replace(door, units=door.split)) if door.split and door.street else None


def unregistered(door: Written, rng: Random) -> str | None:
    """Class 23: a door that no made-up registry holds, far from every door or right beside one: its number, suffix, alley or street."""
    if not door.house:
        return None
    number = slashes(door.house)
    if rng.random() < 0.4 and door.street:
        named = rng.choice((f"đường Giả Định {rng.choice('ABCDEF')}{rng.randint(100, 999)}", f"{door.street} 97"))
        return complete(replace(door, street=named))
    beside = rng.choice((str(rng.randint(7000, 9999)), f"{number}/97", f"{number}K" if number[-1].isdigit() else f"{number}/97"))
    return complete(replace(door, house=None, street=f"{beside} {door.street}".strip()))


def two_doors(door: Written, rng: Random) -> str | None:
    """Class 24: a second address in the same cell."""
    if not door.house:
        return None
    other = rng.choice(
        ("12 đường Lê Lợi, Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh", "số 5 phố Huế, Hà Nội", "99 Trần Phú, Nha Trang")
    )
    return complete(door) + rng.choice((" hoặc ", "; ", " / ", " và ")) + other


def combined(door: Written, rng: Random) -> str | None:
    """Two or three ordinary slips at once, as a hurried shop writes."""
    text = rng.choice((abbreviated, complete, complete))(door)
    if rng.random() < 0.5:
        text = unmarked(text)
    if rng.random() < 0.4:
        text = re.sub(r"\b(?:đường|duong|Đ\.)\s*(?=[^\W\d])", "", text)
    if rng.random() < 0.3:
        text = text.replace(",", "")
    if rng.random() < 0.4:
        text = text.lower()
    if rng.random() < 0.5:
        words = text.split(" ")
        place = rng.randrange(len(words))
        words[place] = slip(words[place], rng)
        text = " ".join(words)
    return text + (rng.choice(_BEHIND) if rng.random() < 0.2 else "")


@dataclass(frozen=True)
class NoiseClass:
    """One class of input: its number in the list of classes, what spoils the text, and what a right answer is."""

    number: int
    name: str
    spoil: Spoil
    # `door`: the door's code first; `absent`: never a door; `two`: said to be two addresses, never ACCEPT.
    expects: str = "door"


# The order is that of the list of classes; what is not said otherwise expects the door.
_EXPECTS: dict[Spoil, str] = {unregistered: "absent", two_doors: "two"}
CLASSES = tuple(
    NoiseClass(number, name, spoil, _EXPECTS.get(spoil, "door"))
    for number, (name, spoil) in enumerate((
        ("full", full), ("no marks", plain), ("tone marks moved or partial", tones), ("Telex, VNI leftovers", keyboard),
        ("short forms with dots", dotted), ("glued short forms", glued), ("alley paths", alleys), ("flats", flats),
        ("large to small", reverse_order), ("levels or type words missing", missing), ("former units", former), ("mixed vintages", mixed),
        ("recipient, phone, landmark", around), ("street without its type word", untyped_street), ("numbered wards", numbered_wards),
        ("minority names", minority), ("English", english), ("slips of the finger", typos), ("no commas", without_commas),
        ("damaged text", damaged), ("number in a hamlet", hamlet_only), ("split communes", split_commune), ("not registered", unregistered),
        ("two addresses in a cell", two_doors), ("several at once", combined),
    ), start=1)
)  # fmt: skip
