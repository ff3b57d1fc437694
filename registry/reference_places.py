"""Decides which published street and hamlet names enter the vocabulary, and to which district of the old world each belongs."""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final, Literal

from registry.place_key import place_key
from registry.text import fold

Row = dict[str, str]
# Only these marks of the source allow a name to be carried; every other row is left where it is.
FREE: Final = (("(MIT", "thien0291"), ("(ODbL", "osm_2024"))
PROVINCE_SPELLINGS: Final = {"thua thien hue": "hue", "hanoi": "ha noi", "ba ria vung tau": "ba ria vung tau"}
LONGEST_NAME: Final = 60
_KIND_WORDS: Final = re.compile(r"^(?:thanh pho|thi xa|thi tran|quan|huyen|phuong|xa|tinh) (?=\D|\d)")
_HAMLET: Final = re.compile(r"^(?:(?:thôn|xóm|bản|ấp|khóm|buôn|phum|sóc|tổ dân phố|khu phố|tdp) .+|tổ \d+\w?)$", re.IGNORECASE)
_NOISE: Final = re.compile(r"\d{5,}|https?:|[@#?]|^\W*$")
STREETS_LIKE_HAMLETS: Final = {"ap bac"}


def place_names(streets: list[Row], old: list[Row], history: list[Row]) -> Iterator[Row]:
    """Yield free place names, one per district, kind and key; the number left out is written to standard error."""
    districts = District(old, history)
    seen: set[tuple[str, str, str, str]] = set()
    left_out: Counter[str] = Counter()
    for row in streets:
        source = next((key for mark, key in FREE if mark in row["source"]), "")
        if not source:
            continue
        found = districts.find(row["province"], row["district"])
        name, kind = row["street"], kind_of(row)
        key = place_key(kind, name)
        if found is None or not key or len(name) > LONGEST_NAME or _NOISE.search(name):
            left_out["no such district" if found is None else "not a name"] += 1
            continue
        commune = districts.commune(found[1], row["commune"])
        if (found[1], commune, kind, key) in seen:
            left_out["duplicate"] += 1
            continue
        seen.add((found[1], commune, kind, key))
        yield {"province_code": found[0], "district_code": found[1], "commune_code": commune, "kind": kind, "name": name, "source": source}
    sys.stderr.write(f"place names left out: {dict(left_out)}\n")


def kind_of(row: Row) -> Literal["street", "hamlet"]:
    """Tell a hamlet, which announces itself by its type word, from a street."""
    name = row["street"]
    return "hamlet" if not row["prefix"] and _HAMLET.match(name) and fold(name) not in STREETS_LIKE_HAMLETS else "street"


class District:
    """Finds districts of the old world by the names that people used between 2019 and 2024."""

    def __init__(self, old: list[Row], history: list[Row]) -> None:
        """Index the last districts by full and bare name, and earlier ones by where most of their communes went."""
        self.provinces = {fold(row["name"]): row["code"] for row in old if row["level"] == "1"}
        self.names: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.communes: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in old:
            if row["level"] == "2":
                self.names[row["province_code"], fold(row["full_name"])].add(row["code"])
                self.names[row["province_code"], bare(row["full_name"])].add(row["code"])
            elif row["level"] == "3":
                self.communes[row["parent_code"], bare(row["full_name"])].add(row["code"])
        self.former = former_districts(old, history)

    def find(self, province: str, district: str) -> tuple[str, str] | None:
        """Return (province code, district code), None where the names fit no district or several."""
        folded = _KIND_WORDS.sub("", fold(province))
        province_code = self.provinces.get(PROVINCE_SPELLINGS.get(folded, folded))
        if province_code is None:
            return None
        for name in (fold(district), bare(district)):
            codes = self.names.get((province_code, name), set())
            if len(codes) == 1:
                return province_code, next(iter(codes))
        former = self.former.get((province_code, bare(district)))
        return (province_code, former) if former else None

    def commune(self, district: str, name: str) -> str:
        """Return the code of a commune in that district, empty where the name is missing, unknown or shared."""
        codes = self.communes.get((district, bare(name)), set()) if name else set()
        return next(iter(codes)) if len(codes) == 1 else ""


def former_districts(old: list[Row], history: list[Row]) -> dict[tuple[str, str], str]:
    """Return (province code, bare name of a former district) -> the district that most of its communes belonged to last."""
    district = {row["code"]: (row["province_code"], row["parent_code"]) for row in old if row["level"] == "3"}
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in history:
        for code in row["code_2025_03"].split(";"):
            if code in district:
                province, parent = district[code]
                votes[province, bare(row["district"])][parent] += 1
    return {name: count.most_common(1)[0][0] for name, count in votes.items()}


def bare(name: str) -> str:
    """Return the folded name without its type word; numbers without leading zeros (`Quận 09`)."""
    return re.sub(r"^0+(?=\d)", "", _KIND_WORDS.sub("", fold(name)))
