"""Decides what a made-up registry of any size looks like: doors on real streets and numbered hamlets of every real commune.

The doors are made up; units, street names and populations are real. One commune is made at a time, so memory does not grow with the
number of doors, and a seed makes the same file again.
"""

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import NotFoundError
from registry.place_key import street_key
from registry.text import fold

HEADER = (
    "stt", "loai", "so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong", "xa", "huyen", "tinh", "ma_xa",
    "kinh_do", "vi_do", "ma_ho", "so_ho", "trang_thai", "nguon",
)  # fmt: skip
MADE_UP = "made-up"
FEWEST_PEOPLE = 2000
DOORS_A_HAMLET = 90
DOORS_A_STREET = 60
MOST_STREETS = 60
METRES_PER_DEGREE = 111_320.0
OLD_SHARE = 0.3
# Shares of the ways in which doors of towns and of the countryside are numbered.
_TOWN = {"plain": 46, "suffix": 10, "alley": 22, "deep": 9, "columns": 5, "flat": 3, "hamlet": 5}
_COUNTRY = {"plain": 8, "suffix": 1, "alley": 3, "hamlet": 48, "reference": 40}
_COUNTRY_WORDS = {"north": ("Thôn", "Xóm"), "highland": ("Thôn", "Buôn"), "south": ("Ấp",)}
_TOWN_WORDS = {"north": ("Tổ dân phố",), "highland": ("Tổ dân phố",), "south": ("Khu phố", "Khu phố", "Khóm")}
# Codes of today's provinces from Quảng Ngãi to Lâm Đồng, and from Tây Ninh and Đồng Nai to Cà Mau.
_HIGHLAND, _SOUTH = range(51, 69), range(70, 97)

_COMMUNES = text("""
SELECT u.id, u.code, u.full_name, u.kind, u.province_code, p.full_name AS province, ST_X(u.centre) AS lon, ST_Y(u.centre) AS lat,
       coalesce(u.area_km2, 10) AS area_km2, coalesce(u.population, 0) AS population
FROM unit u JOIN unit p ON p.level = 'province' AND p.in_force AND p.code = u.province_code
WHERE u.level = 'commune' AND u.in_force AND u.centre IS NOT NULL AND (CAST(:province AS text) IS NULL OR u.province_code = :province)
ORDER BY u.code
""")
_BEFORE = text("""
SELECT c.id AS today, o.full_name, o.kind, o.parent_code AS district_code, d.full_name AS district, p.full_name AS province
FROM unit c
JOIN succession s ON s.successor_id = c.id AND s.kind = 'whole'
JOIN unit o ON o.id = s.predecessor_id AND NOT o.in_force
JOIN unit d ON d.level = 'district' AND d.code = o.parent_code AND upper(d.valid) = upper(o.valid)
JOIN unit p ON p.level = 'province' AND p.code = o.province_code AND upper(p.valid) = upper(o.valid)
WHERE c.level = 'commune' AND c.in_force AND upper(o.valid) = DATE '2025-07-01'
ORDER BY c.id, o.code
""")
_STREETS = text("SELECT district_code, name FROM place_name WHERE kind = 'street' ORDER BY district_code, name")


@dataclass(frozen=True)
class Before:
    """A commune of the 63-province world that went whole into one of today."""

    commune: str
    kind: str
    district_code: str
    district: str
    province: str


@dataclass(frozen=True)
class Site:
    """A street or hamlet with the old commune it stands on and its middle in degrees WGS 84."""

    name: str
    before: Before | None
    lon: float
    lat: float
    bearing: float


@dataclass
class Commune:
    """A commune of today with the communes and streets it may be written with."""

    code: str
    name: str
    province: str
    province_code: str
    town: bool
    lon: float
    lat: float
    radius_m: float
    weight: int
    before: list[Before] = field(default_factory=list)
    streets: list[tuple[str, Before | None]] = field(default_factory=list)


def write(
    session: Session, path: Path, doors: int, seed: int, province: str | None = None, tick: Callable[[int], None] = lambda _: None
) -> int:
    """Write a hand-over file of so many made-up doors, spread by population; return the rows written, none twice.

    Raises NotFoundError for a province that has no commune today.
    """
    communes = _communes(session, province)
    if not communes:
        raise NotFoundError(
            f"Không có xã nào để đặt nhà (tỉnh {province or 'bất kỳ'}).", "There is no commune to place doors in.",
            hint="diachiso units load; diachiso units show MÃ_TỈNH",
        )  # fmt: skip
    total = sum(each.weight for each in communes)
    written = reached = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, HEADER, restval="")
        out.writeheader()
        for commune in communes:
            reached += commune.weight
            wanted = doors * reached // total - written
            for row in _doors(commune, wanted, Random(f"{seed}-{commune.code}")):  # noqa: S311 - reproducible, not secret
                written += 1
                out.writerow({"stt": written, **row})
            tick(wanted)
    return written


def _communes(session: Session, province: str | None) -> list[Commune]:
    """Read the communes of today with what stood there before and the streets of their old districts."""
    before: dict[int, list[Before]] = defaultdict(list)
    for row in session.execute(_BEFORE):
        before[row.today].append(Before(row.full_name, row.kind, row.district_code, row.district, row.province))
    found: list[Commune] = []
    by_district: dict[str, list[tuple[Commune, Before]]] = defaultdict(list)
    for row in session.execute(_COMMUNES, {"province": province}):
        radius = 0.35 * math.sqrt(row.area_km2 / math.pi) * 1000
        commune = Commune(
            row.code,
            row.full_name,
            row.province,
            row.province_code,
            row.kind == "phường",
            row.lon,
            row.lat,
            radius,
            max(row.population, FEWEST_PEOPLE),
            before[row.id],
        )
        found.append(commune)
        for each in commune.before:
            by_district[each.district_code].append((commune, each))
    _share_streets(session, by_district)
    return found


def _share_streets(session: Session, by_district: dict[str, list[tuple[Commune, Before]]]) -> None:
    """Give each street of an old district to one to three of its wards and towns, of its communes where it has none."""
    seen: set[tuple[str, str]] = set()
    for district, name in session.execute(_STREETS):
        near = by_district.get(district, [])
        towns = [each for each in near if each[1].kind in {"phường", "thị trấn"}] or near[:3]
        first = sum(map(ord, name))
        for step in range(1 + first % 3 if towns else 0):
            commune, before = towns[(first + step) % len(towns)]
            if (commune.code, street_key(name)) not in seen and fold(name) and len(commune.streets) < MOST_STREETS:
                seen.add((commune.code, street_key(name)))
                commune.streets.append((name, before))


def _doors(commune: Commune, wanted: int, rng: Random) -> Iterator[dict[str, str]]:
    """Yield the doors of one commune, no two the same."""
    streets = [_site(commune, name, before, rng) for name, before in commune.streets[: 2 + wanted // DOORS_A_STREET]]
    hamlets = list(_hamlets(commune, 3 + wanted // DOORS_A_HAMLET, rng))
    shares = (_TOWN if commune.town else _COUNTRY) if streets else {"hamlet": 50, "reference": 50}
    forms = rng.choices(list(shares), list(shares.values()), k=wanted)
    taken: set[tuple[str, ...]] = set()
    for number, form in enumerate(forms):
        row: dict[str, str] = {}
        for attempt in range(1000):
            site = rng.choice(hamlets if form in {"hamlet", "reference"} else streets)
            row = _row(form, site, rng, reach=100 + 20 * attempt)
            if form == "reference":
                row["ma_ho"] = f"M{commune.code}-{number:06d}"
            path = "/".join(filter(None, (row.get(column) for column in ("ngo", "ngach", "so_nha"))))
            key = (site.name, path, row.get("phong", ""), row.get("ma_ho", ""))
            if key not in taken:
                taken.add(key)
                break
        yield row | _units(commune, site, rng) | _point(site, number, rng) | {"nguon": MADE_UP}


def _site(commune: Commune, name: str, before: Before | None, rng: Random) -> Site:
    """Place a street or hamlet inside the commune's circle."""
    turn, reach = rng.uniform(0, 2 * math.pi), commune.radius_m * math.sqrt(rng.random())
    lon, lat = _moved(commune.lon, commune.lat, reach * math.sin(turn), reach * math.cos(turn))
    return Site(name, before, lon, lat, rng.uniform(0, 2 * math.pi))


def _hamlets(commune: Commune, count: int, rng: Random) -> Iterator[Site]:
    """Yield numbered hamlets, whose numbers differ inside today's commune."""
    south, highland = int(commune.province_code) in _SOUTH, int(commune.province_code) in _HIGHLAND
    region = "south" if south else "highland" if highland else "north"
    words = _TOWN_WORDS[region] if commune.town else _COUNTRY_WORDS[region]
    for number in range(1, count + 1):
        before = rng.choice(commune.before) if commune.before else None
        yield _site(commune, f"{rng.choice(words)} {number}", before, rng)


def _row(form: str, site: Site, rng: Random, reach: int) -> dict[str, str]:
    """Return the cells that tell the door."""
    number = rng.randint(1, reach)
    kind = rng.choices(("ho_gia_dinh", "doanh_nghiep", "co_quan"), (93, 5, 2))[0]
    row = {"loai": kind, "trang_thai": rng.choice(("day_du", "da_xac_minh", "da_thong_bao", "da_gan_bien"))}
    if form in {"hamlet", "reference"}:
        row |= {"thon_to": site.name, "loai": "ho_gia_dinh"}
        return row if form == "reference" else row | {"so_nha": str(number)}
    row |= {"duong": site.name, "so_nha": str(number)}
    match form:
        case "suffix":
            row["so_nha"] = f"{number}{rng.choice(('A', 'A', 'B', 'C', ' bis'))}"
        case "alley":
            row["so_nha"] = f"{number}/{rng.randint(1, 80)}{rng.choice(('', '', '', 'A'))}"
        case "deep":
            row["so_nha"] = "/".join(str(rng.randint(2, 60)) for _ in range(rng.choice((3, 3, 4))))
        case "columns":
            row |= {"ngo": str(number), "so_nha": str(rng.randint(1, 60)), "ngach": rng.choice(("", str(rng.randint(2, 40))))}
        case "flat":
            floor = rng.randint(2, 20)
            row |= {
                "toa_nha": f"Chung cư {rng.choice('ABC')}{rng.randint(1, 3)}",
                "tang": str(floor),
                "phong": f"{floor}{rng.randint(1, 12):02d}",
            }
    return row


def _units(commune: Commune, site: Site, rng: Random) -> dict[str, str]:
    """Write the units of today, or for a share of the doors those of before 2025-07-01."""
    if site.before and rng.random() < OLD_SHARE:
        return {"xa": site.before.commune, "huyen": site.before.district, "tinh": site.before.province}
    return {"xa": commune.name, "tinh": commune.province, "ma_xa": commune.code}


def _point(site: Site, number: int, rng: Random) -> dict[str, str]:
    """Place a door along its street, some metres aside."""
    along, aside = 3.0 * (number % 200) - 300, rng.uniform(-40, 40)
    lon, lat = _moved(
        site.lon, site.lat,
        along * math.sin(site.bearing) + aside * math.cos(site.bearing), along * math.cos(site.bearing) - aside * math.sin(site.bearing),
    )  # fmt: skip
    return {"kinh_do": f"{lon:.6f}", "vi_do": f"{lat:.6f}"}


def _moved(lon: float, lat: float, east_m: float, north_m: float) -> tuple[float, float]:
    """Return the point so many metres to the east and north."""
    return lon + east_m / METRES_PER_DEGREE / math.cos(math.radians(lat)), lat + north_m / METRES_PER_DEGREE
