"""Decides what a made-up door looks like: a row of the hand-over format on a real street or hamlet, never two of one door."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random

from registry.house_path import from_columns
from registry.place_key import place_key
from sample_data.maker.facts import Commune, Facts, Part
from sample_data.maker.points import Placer, Position

COLUMNS = (
    "stt", "ma_dia_chi_so", "vpostcode", "loai", "so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong",
    "xa", "huyen", "tinh", "ma_xa", "kinh_do", "vi_do", "ma_ho", "so_ho", "trang_thai", "ngay_thu_thap", "ghi_chu", "nguon",
)  # fmt: skip
MADE_UP = "made-up"
STREET_MOUTH_METRES = 4.0
_FIRST_DAY = date(2022, 3, 1)
_DAYS = 1650
_REF_SIGNS = "23456789ABCDEFGHJKMNPQRTVWXYZ"
_STATUSES = {"thu_thap": 8, "day_du": 25, "da_xac_minh": 22, "da_thong_bao": 32, "da_gan_bien": 13}
_KINDS = {"ho_gia_dinh": 92, "doanh_nghiep": 4, "co_quan": 2, "khac": 2}
_STREET_FORMS = {"plain": 62, "suffix": 11, "bis": 1, "range": 2, "columns": 10, "slashes": 11, "flat": 3}

Row = dict[str, str]


@dataclass(frozen=True)
class Site:
    """One street or hamlet of an old commune, with its middle and bearing (radians) in the commune of today."""

    part: Part
    kind: str
    name: str
    middle: Position
    bearing: float


@dataclass(frozen=True)
class Door:
    """A row, the commune of today it lies in, the old commune it stands on, and its street or hamlet."""

    row: Row
    site: Site

    @property
    def today(self) -> Commune:
        """The commune of today."""
        return self.site.part.new

    @property
    def before(self) -> Commune:
        """The old commune."""
        return self.site.part.old


@dataclass
class DoorMaker:
    """Makes rows of one file; remembers every door and household reference so that none is made twice by accident."""

    facts: Facts
    placer: Placer
    rng: Random
    prefix: str
    alley_word: str = ""
    taken: set[tuple[str, ...]] = field(default_factory=set)
    refs: set[str] = field(default_factory=set)

    def sites(self, parts: list[Part], numbered: tuple[str, ...], town_numbered: str, per_part: int) -> dict[Part, list[Site]]:
        """Return the places of each part: its streets, its known hamlets, then numbered ones that differ inside today's commune."""
        used: set[tuple[str, str]] = set()
        found: dict[Part, list[Site]] = {}
        for part in parts:
            names = [("street", name) for name in self.facts.streets.get(part.old.code, ())]
            names += [("hamlet", name) for name in self.facts.hamlets.get(part.old.code, ())]
            words = (town_numbered,) if part.new.kind == "phường" else numbered
            found[part] = [self._site(part, kind, name) for kind, name in names if self._free(used, part, kind, name)]
            numbers = [*self.rng.sample(range(1, 16), 15), *range(16, 60)]
            more = (f"{self.rng.choice(words)} {number}" for number in numbers)
            free = (name for name in more if self._free(used, part, "hamlet", name))
            found[part] += [self._site(part, "hamlet", name) for name in islice(free, per_part)]
        return found

    def doors(self, sites: dict[Part, list[Site]], count: int) -> Iterator[Door]:
        """Yield so many doors, wards and towns three times as often as the countryside."""
        parts = list(sites)
        weights = [3.0 if any(site.kind == "street" for site in sites[part]) else 1.0 for part in parts]
        for part in sorted(self.rng.choices(parts, weights, k=count), key=lambda each: (each.new.code, each.old.code)):
            yield self.door(self.rng.choice(sites[part]), sites[part])

    def door(self, site: Site, neighbours: list[Site]) -> Door:
        """Return one new door of a site."""
        for _ in range(1000):
            row = self._street_row(site, neighbours) if site.kind == "street" else self._hamlet_row(site)
            key = door_key(site.part.new.code, row)
            if key not in self.taken:
                self.taken.add(key)
                return Door(self._complete(site, row), site)
        message = f"no free number left in {site.name}"
        raise RuntimeError(message)

    def reference(self) -> str:
        """Return a new opaque household reference, drawn at random: `H11-8F3K2`."""
        while True:
            ref = f"{self.prefix}-{''.join(self.rng.choices(_REF_SIGNS, k=4))}{self.rng.choice(_REF_SIGNS[8:])}"
            if ref not in self.refs:
                self.refs.add(ref)
                return ref

    def _free(self, used: set[tuple[str, str]], part: Part, kind: str, name: str) -> bool:
        """Hamlets must differ inside today's commune; a street runs through several old communes as a matter of course."""
        key = (part.new.code, place_key("hamlet", name))
        if kind == "hamlet" and key in used:
            return False
        used.add(key)
        return True

    def _site(self, part: Part, kind: str, name: str) -> Site:
        return Site(part, kind, name, self.placer.middle(part.new, self.rng), self.rng.uniform(0, 6.283))

    def _street_row(self, site: Site, neighbours: list[Site]) -> Row:
        rng, number = self.rng, self.rng.randint(1, 180)
        row = {"duong": site.name, "so_nha": str(number)}
        match rng.choices(list(_STREET_FORMS), list(_STREET_FORMS.values()))[0]:
            case "suffix":
                row["so_nha"] = f"{number}{rng.choice('AABBC')}"
            case "bis":
                row["so_nha"] = f"{number} bis"
            case "range":
                row["so_nha"] = f"{number}-{number + 2}"
            case "columns":
                row |= {"ngo": f"{self.alley_word} {number}".strip(), "so_nha": str(rng.randint(1, 60))}
                if rng.random() < 0.35:
                    row["ngach"] = str(rng.randint(2, 40))
            case "slashes":
                row["so_nha"] = "/".join(map(str, [number, *rng.choices(range(2, 60), k=rng.choice((1, 1, 2)))]))
            case "flat":
                floor = rng.randint(2, 9)
                row |= {"toa_nha": f"Chung cư {rng.choice('ABC')}{rng.randint(1, 3)}", "tang": str(floor)}
                row["phong"] = f"{floor}{rng.randint(1, 12):02d}"
        hamlets = [each.name for each in neighbours if each.kind == "hamlet"]
        if hamlets and rng.random() < 0.25:
            row["thon_to"] = rng.choice(hamlets)
        return row

    def _hamlet_row(self, site: Site) -> Row:
        row = {"thon_to": site.name}
        if self.rng.random() < 0.45:
            row["so_nha"] = str(self.rng.randint(1, 150)) + self.rng.choice(("", "", "", "", "A"))
        else:
            row["ma_ho"] = self.reference()
        return row

    def _complete(self, site: Site, row: Row) -> Row:
        """Add what every row has: kind, households, status, day, point and the names of the commune of today."""
        rng, full = self.rng, dict.fromkeys(COLUMNS, "") | row
        kind = "ho_gia_dinh" if row.get("ma_ho") or row.get("phong") else rng.choices(list(_KINDS), list(_KINDS.values()))[0]
        if kind == "ho_gia_dinh" and rng.random() < 0.6:
            full["ma_ho"] = full["ma_ho"] or self.reference()
        if kind == "ho_gia_dinh":
            full["so_ho"] = rng.choices(("", "1", "2", "3"), (60, 36, 3, 1))[0]
        metres = STREET_MOUTH_METRES * int("".join(filter(str.isdigit, row.get("so_nha", "").split("/")[0].split("-")[0])) or 1)
        spot = self.placer.along(site.part.new, site.middle, site.bearing, metres + rng.uniform(-1, 1), rng.uniform(-40, 40))
        day = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
        status = rng.choices(list(_STATUSES), list(_STATUSES.values()))[0]
        full |= {"loai": kind, "trang_thai": status, "ngay_thu_thap": day.isoformat(), "nguon": MADE_UP}
        return full | {"kinh_do": f"{spot[0]:.6f}", "vi_do": f"{spot[1]:.6f}"} | today_names(site.part.new)


def today_names(commune: Commune) -> Row:
    """Return the unit columns in the world of today."""
    return {"xa": commune.name, "huyen": "", "tinh": commune.province, "ma_xa": commune.code}


def old_names(commune: Commune, *, code: bool) -> Row:
    """Return the unit columns in the world before 2025-07-01, with or without the code."""
    return {"xa": commune.name, "huyen": commune.district, "tinh": commune.province, "ma_xa": commune.code if code else ""}


def door_key(commune: str, row: Row) -> tuple[str, ...]:
    """Return what makes a door one door: commune of today, place, house path, flat; else hamlet and household reference."""
    path = from_columns(row.get("so_nha", ""), row.get("ngo", ""), row.get("ngach", ""))
    place = place_key("street", row["duong"]) if row.get("duong") else place_key("hamlet", row["thon_to"])
    flat = "|".join(row.get(name, "") for name in ("toa_nha", "tang", "phong"))
    return (commune, place, path.key if path else "", flat, "" if path else row.get("ma_ho", ""))
