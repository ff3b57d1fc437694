"""Decides the golden queries: two hundred questions whose right answers follow from the made-up rows and the units alone."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from registry.house_path import HousePath, from_columns, north, slashes, south
from registry.place_key import place_key
from registry.text import toned
from sample_data.maker.doors import Door, Row
from sample_data.maker.facts import Facts

QUERY_COLUMNS = ("query", "expect_verdict", "expect_level", "expect_door", "expect_commune", "class", "note")
SHORT = (
    ("Thành phố ", "TP. "), ("Thị xã ", "TX. "), ("Thị trấn ", "TT. "), ("Phường ", "P. "), ("Xã ", "X. "), ("Huyện ", "H. "),
    ("Tỉnh ", "T. "), ("Đường ", "Đ. "), ("Tổ dân phố ", "TDP "),
)  # fmt: skip
NONSENSE = (
    ("asdf qwer zxcv", "letters at random"),
    ("👍👍👍 🏠", "emoji"),
    ("???", "signs only"),
    ("xin chào", "a greeting"),
    ("10 Downing Street, London SW1A 2AA", "a foreign address"),
    ("1600 Pennsylvania Avenue NW, Washington DC 20500", "a foreign address"),
    ("東京都千代田区千代田1-1", "a foreign address"),
    ("75001 Paris, 12 rue de Rivoli", "a foreign address"),
    ("0912345678", "a phone number only"),
    ("ĐT 0987.654.321", "a phone number only"),
    ("giao giờ hành chính, gọi trước khi giao", "a courier's note only"),
    ("12", "a number only"),
)
AMBIGUOUS_NAMES = 4


@dataclass(frozen=True)
class Numbered:
    """A door with its file and row number; `good` when the import must accept it without an issue."""

    file: str
    stt: int
    door: Door
    good: bool = True

    @property
    def name(self) -> str:
        """The door as golden files name it: `file:stt`."""
        return f"{self.file}:{self.stt}"

    @property
    def path(self) -> HousePath | None:
        """The house path of the row."""
        return from_columns(self.row["so_nha"], self.row["ngo"], self.row["ngach"])

    @property
    def row(self) -> Row:
        """The cells."""
        return self.door.row

    @property
    def place(self) -> tuple[str, str]:
        """The commune of today and the key of the street, else of the hamlet."""
        street = self.row["duong"]
        return self.door.today.code, place_key("street", street) if street else place_key("hamlet", self.row["thon_to"])

    @property
    def street(self) -> bool:
        """Whether the door hangs on a street."""
        return bool(self.row["duong"])


Writer = Callable[[Numbered], str]


def golden_queries(facts: Facts, doors: list[Numbered]) -> Iterator[Row]:
    """Yield the queries class by class; a door is asked for only where nothing else in the three files answers to it."""
    pool = _Pool(doors)
    for name, count, verdict, wanted, write in DOOR_CLASSES:
        for found in pool.take(count, wanted):
            yield _query(write(found), verdict, "household", found, name)
    yield from _hamlet_only(pool)
    yield from _codes(pool)
    yield from _unregistered(pool)
    yield from _missing_commune(pool)
    yield from _communes(facts, pool)
    for text, note in NONSENSE:
        yield {"query": text, "expect_verdict": "REJECT", "expect_level": "none", "class": "nonsense", "note": note}


class _Pool:
    """Hands out doors evenly over the three files, each one once, only those that a text can name without doubt."""

    def __init__(self, doors: list[Numbered]) -> None:
        self.doors = doors
        self.named = Counter((door.place, door.path.key) for door in doors if door.path)
        self.by_street: Counter[tuple[str, str, str]] = Counter()
        for door in doors:
            if door.path:
                self.by_street[door.door.today.province_code, door.place[1], door.path.key] += 1
        self.used: set[str] = set()

    def take(self, count: int, wanted: Callable[[Numbered], bool]) -> list[Numbered]:
        files = sorted({door.file for door in self.doors if wanted(door)})
        found: list[Numbered] = []
        for place, file in enumerate(files):
            share = (count - len(found)) // (len(files) - place)
            fitting = [door for door in self.doors if door.file == file and wanted(door) and self._sure(door)]
            step = max(1, len(fitting) // (share + 1))
            chosen = fitting[step // 2 :: step][:share]
            self.used.update(door.name for door in chosen)
            found += chosen
        return found

    def _sure(self, door: Numbered) -> bool:
        path = door.path
        sure = door.good and path is not None and door.door.site.part.whole and not door.row["phong"]
        return sure and door.name not in self.used and self.named[door.place, path.key if path else ""] == 1


def _query(text: str, verdict: str, level: str, found: Numbered, name: str, *, door: bool = True, note: str = "") -> Row:
    return {
        "query": text, "expect_verdict": verdict, "expect_level": level, "expect_door": found.name if door else "",
        "expect_commune": found.door.today.code, "class": name, "note": note,
    }  # fmt: skip


def _house(found: Numbered) -> str:
    return slashes(found.path) if found.path else ""


def _street(found: Numbered) -> str:
    name = found.door.site.name
    return name if re.match(r"(?i)(quốc|tỉnh|hương|đại) lộ", name) else f"Đường {name}"


def _front(found: Numbered) -> str:
    return f"{_house(found)} {_street(found)}" if found.street else f"Số {_house(found)}, {found.door.site.name}"


def _new(found: Numbered) -> str:
    today = found.door.today
    return f"{_front(found)}, {today.name}, {today.province}"


def _old(found: Numbered) -> str:
    before = found.door.before
    return f"{_front(found)}, {before.name}, {before.district}, {before.province}"


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _short(text: str) -> str:
    for word, short in SHORT:
        text = text.replace(word, short)
    return text


def _large_first(text: str) -> str:
    return ", ".join(reversed(text.split(", ")))


def _in_alley(front: Callable[[HousePath], str]) -> Writer:
    def write(found: Numbered) -> str:
        today = found.door.today
        return f"{front(found.path or HousePath(('1',)))} {_street(found)}, {today.name}, {today.province}"

    return write


def _on_street(found: Numbered) -> bool:
    return found.street and found.path is not None and not found.path.alley


def _deep(found: Numbered) -> bool:
    return found.street and found.path is not None and len(found.path.parts) > 1 and all(map(str.isdigit, found.path.parts[:-1]))


def _hamlet(found: Numbered) -> bool:
    return not found.street


def _from_old_file(found: Numbered) -> bool:
    return found.file == "ha_nam.csv"


# Name, how many, verdict, which doors, how they are written.
DOOR_CLASSES: tuple[tuple[str, int, str, Callable[[Numbered], bool], Writer], ...] = (
    ("complete", 18, "ACCEPT", _on_street, _new),
    ("no_accents", 14, "ACCEPT|CONFIRM", _on_street, lambda found: _bare(_new(found))),
    ("upper_case", 12, "ACCEPT", _on_street, lambda found: _new(found).upper()),
    ("abbreviated", 14, "ACCEPT", _on_street, lambda found: _short(_old(found) if found.stt % 2 else _new(found))),
    ("reordered", 12, "ACCEPT|CONFIRM", _on_street, lambda found: _large_first(_new(found))),
    ("old_world", 18, "ACCEPT", _on_street, _old),
    ("new_world", 14, "ACCEPT", lambda found: _from_old_file(found) and _on_street(found), _new),
    ("alley_slashes", 6, "ACCEPT", _deep, _in_alley(slashes)),
    ("alley_north", 6, "ACCEPT|CONFIRM", _deep, _in_alley(north)),
    ("alley_south", 6, "ACCEPT|CONFIRM", _deep, _in_alley(south)),
    ("hamlet", 14, "ACCEPT", _hamlet, lambda found: _old(found) if found.stt % 3 == 0 else _new(found)),
)


def _hamlet_only(pool: _Pool) -> Iterator[Row]:
    for found in pool.take(6, _hamlet):
        today = found.door.today
        text = f"{found.door.site.name}, {today.name}, {today.province}"
        yield _query(text, "CONFIRM", "hamlet", found, "hamlet_only", door=False, note="several doors, none named")


def _codes(pool: _Pool) -> Iterator[Row]:
    for found in pool.take(8, lambda each: bool(each.row["ma_dia_chi_so"]) and each.file == "dien_bien.csv"):
        code = found.row["ma_dia_chi_so"]
        text = (code, f"NDAS:{code}", f"mã địa chỉ số {code[:5]} {code[5:]}")[found.stt % 3]
        yield _query(text, "ACCEPT", "household", found, "code_ndas")
    for found in pool.take(6, lambda each: not each.row["ma_dia_chi_so"]):
        yield _query(f"CODE({found.name})", "ACCEPT", "household", found, "code_own", note="replaced by the code of that door")


def _unregistered(pool: _Pool) -> Iterator[Row]:
    """Doors that no row has: the answer falls back and says how far."""
    for number, found in enumerate(pool.take(6, _on_street)):
        missing = f"{800 + number}"
        today = found.door.today
        text = f"{missing} {_street(found)}, {today.name}, {today.province}"
        yield _query(text, "CONFIRM", "street", found, "unregistered", door=False, note="no such number on the street")
    for found in pool.take(4, _deep):
        inside = "/".join((*(found.path.alley if found.path else ()), "188"))
        today = found.door.today
        text = f"{inside} {_street(found)}, {today.name}, {today.province}"
        yield _query(text, "CONFIRM", "alley", found, "unregistered", door=False, note="no such number in the alley")
    for number, found in enumerate(pool.take(4, _hamlet)):
        today = found.door.today
        text = f"Số {900 + number}, {found.door.site.name}, {today.name}, {today.province}"
        yield _query(text, "CONFIRM", "hamlet", found, "unregistered", door=False, note="no such number in the hamlet")


def _missing_commune(pool: _Pool) -> Iterator[Row]:
    def alone(found: Numbered) -> bool:
        path = found.path.key if found.path else ""
        return _on_street(found) and pool.by_street[found.door.today.province_code, found.place[1], path] == 1

    for found in pool.take(6, alone):
        text = f"{_front(found)}, {found.door.today.province}"
        yield _query(text, "ACCEPT|CONFIRM", "household", found, "missing_commune", note="one such door in the province")


def _communes(facts: Facts, pool: _Pool) -> Iterator[Row]:
    names = Counter(toned(commune.name) for commune in facts.today.values())
    for found in pool.take(6, _on_street):
        today = found.door.today
        yield _query(f"{today.name}, {today.province}", "CONFIRM", "commune", found, "commune_only", door=False)
    split = sorted({code for code, parts in facts.parts.items() if len(parts) > 1 and parts[0].old.province_code in {"35", "86"}})
    for code in split[:4]:
        old = facts.parts[code][0].old
        text = f"{old.name}, {old.district}, {old.province}"
        note = "became part of " + " or ".join(part.new.code for part in facts.parts[code])
        yield {"query": text, "expect_verdict": "AMBIGUOUS", "expect_level": "commune", "class": "split_commune", "note": note}
    for name, count in names.most_common(AMBIGUOUS_NAMES):
        commune = next(each for each in facts.today.values() if toned(each.name) == name)
        note = f"{count} communes of today bear this name"
        yield {"query": commune.name, "expect_verdict": "AMBIGUOUS", "expect_level": "commune", "class": "same_name", "note": note}
