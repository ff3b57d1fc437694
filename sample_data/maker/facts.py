"""Decides which real names the made-up doors stand on: communes of both worlds, streets free to carry, hamlets of post-office lists."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.text import clean, fold

FREE_SOURCES = ("MIT", "ODbL")
_HAMLET = re.compile(r"^(?:Bản|Thôn|Ấp|Xóm|Khóm|Khu phố|Tổ dân phố|Đội|Tiểu [Kk]hu)\s+[^,;/]+$", re.IGNORECASE)
_ROAD = re.compile(r"^(?:quoc lo|tinh lo|huong lo|dai lo) \d")
_FEWEST_WORDS = 2
_MOST_LETTERS = 24


@dataclass(frozen=True)
class Commune:
    """A commune of one world; `district` is empty in today's; `lat`, `lon` in degrees, `area_km2` of today's polygon."""

    code: str
    name: str
    kind: str
    district: str
    province: str
    province_code: str
    postal_code: str
    lat: float
    lon: float
    area_km2: float


@dataclass(frozen=True)
class Part:
    """One way an old commune went on: the commune of today it went to, and whether it did so as a whole."""

    old: Commune
    new: Commune
    whole: bool


@dataclass(frozen=True)
class Facts:
    """Names per old commune code: its parts, the streets and the hamlets that doors may hang on."""

    today: dict[str, Commune]
    parts: dict[str, tuple[Part, ...]]
    streets: dict[str, tuple[str, ...]]
    hamlets: dict[str, tuple[str, ...]]

    def parts_of(self, *old_provinces: str) -> list[Part]:
        """Return the parts whose old commune lay in those provinces (codes before 2025-07-01), in order of code."""
        found = [part for parts in self.parts.values() for part in parts if part.old.province_code in old_provinces]
        return sorted(found, key=lambda part: (part.old.code, part.new.code))


def read_facts(directory: Path, old_provinces: Sequence[str]) -> Facts:
    """Read units_new, units_old, units_map, streets and post_offices_6digit (CSV) of a directory, for these old provinces."""
    today = {row["code"]: _commune(row, {}) for row in _rows(directory / "units_new.csv") if row["level"] == "2"}
    names = {row["code"]: row["full_name"] for row in _rows(directory / "units_new.csv") if row["level"] == "1"}
    today = {code: _in(commune, names[commune.province_code]) for code, commune in today.items()}
    before = {(row["level"], row["code"]): row for row in _rows(directory / "units_old.csv")}
    old = {code: _old(row, before) for (level, code), row in before.items() if level == "3" and row["province_code"] in old_provinces}
    parts: dict[str, list[Part]] = defaultdict(list)
    for row in _rows(directory / "units_map.csv"):
        if row["old_commune_code"] in old and row["old_level"] == "commune":
            found = old[row["old_commune_code"]]
            parts[found.code].append(Part(found, today[row["new_commune_code"]], row["kind"] == "whole"))
    streets = _streets(directory / "streets.csv", list(old.values()))
    hamlets = _hamlets(directory / "post_offices_6digit.csv", list(old.values()))
    return Facts(today, {code: tuple(found) for code, found in parts.items()}, streets, hamlets)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _commune(row: dict[str, str], names: dict[str, str]) -> Commune:
    return Commune(
        row["code"], row["full_name"], row["type"], names.get("district", ""), names.get("province", ""), row["province_code"],
        row["postal_code"], float(row["lat"] or 0), float(row["lon"] or 0), float(row.get("area_km2_polygon") or 10),
    )  # fmt: skip


def _in(commune: Commune, province: str) -> Commune:
    return Commune(**{**commune.__dict__, "province": province})


def _old(row: dict[str, str], before: dict[tuple[str, str], dict[str, str]]) -> Commune:
    district, province = before["2", row["parent_code"]], before["1", row["province_code"]]
    return _commune(row, {"district": district["full_name"], "province": province["full_name"]})


def _bare(name: str) -> str:
    """Return a folded unit name without its type word: lists disagree on whether Bình Minh is a huyện or a thị xã."""
    return re.sub(r"^(?:thanh pho|thi xa|thi tran|huyen|quan|tinh|phuong|xa|so) (?=\w)", "", fold(name))


def _streets(path: Path, communes: list[Commune]) -> dict[str, tuple[str, ...]]:
    """Give each street of a district to one to three of its wards and towns (of its communes where it has none)."""
    by_district: dict[tuple[str, str], list[Commune]] = defaultdict(list)
    for commune in sorted(communes, key=lambda each: each.code):
        by_district[_bare(commune.province), _bare(commune.district)].append(commune)
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows(path):
        near = by_district.get((_bare(row["province"]), _bare(row["district"])), [])
        name = clean(row["street"])
        if not near or row["kind"] != "street" or not any(word in row["source"] for word in FREE_SOURCES) or not _is_name(name):
            continue
        towns = [commune for commune in near if commune.kind in {"phường", "thị trấn"}] or near[:3]
        first = sum(map(ord, name))
        for step in range(1 + first % 3):
            names = found[towns[(first + step) % len(towns)].code]
            if name not in names:
                names.append(name)
    return {code: tuple(sorted(names)) for code, names in found.items()}


def _is_name(name: str) -> bool:
    folded = fold(name)
    if _ROAD.match(folded):
        return True
    words = folded.split(" ")
    return len(words) >= _FEWEST_WORDS and len(name) <= _MOST_LETTERS and "xa" not in words and not any(map(str.isdigit, folded))


def _hamlets(path: Path, communes: list[Commune]) -> dict[str, tuple[str, ...]]:
    by_name = {(_bare(each.province), _bare(each.name)): each.code for each in communes}
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows(path):
        code = by_name.get((_bare(row["province"]), _bare(row["commune"])))
        first = clean(row["address"]).split(",")[0].strip()
        if code and _HAMLET.match(first) and "xã" not in first.lower() and "thị trấn" not in first.lower():
            found[code].append(re.sub(r"\s+(?:Phường|TT)\s.*$", "", first))
    return {code: tuple(sorted(set(names))) for code, names in found.items()}
