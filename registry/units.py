"""Decides what a unit code means: every meaning it had over time, or the one of a day, from units and from the change records."""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from registry.errors import NotFoundError
from registry.text import clean, fold, toned

REFORM: Final = date(2025, 7, 1)
_SUGGESTED: Final = 3
_LONGEST_CODE: Final = 12


@dataclass(frozen=True)
class UnitView:
    """One meaning of a code: a unit over [valid_from, valid_to), or a former unit of the change records (`recorded`).

    Days are None where open; `valid_to` is exclusive. `boundary` is exact, approximate or None. `lon`, `lat` in degrees (EPSG:4326).
    """

    level: str
    code: str
    name: str
    full_name: str
    kind: str
    district: str | None
    district_code: str | None
    province: str
    province_code: str | None
    valid_from: date | None
    valid_to: date | None
    postal_code: str | None = None
    lon: float | None = None
    lat: float | None = None
    area_km2: float | None = None
    population: int | None = None
    boundary: str | None = None
    boundary_source: str | None = None
    source: str = ""
    recorded: bool = False
    unit_id: int | None = None
    old_codes: tuple[str, ...] = ()
    new_codes: tuple[str, ...] = ()

    @property
    def last_day(self) -> date | None:
        """Return the last day in force, None for a unit still in force."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    @property
    def in_force(self) -> bool:
        """Tell whether the unit has no end."""
        return self.valid_to is None

    @property
    def chain(self) -> str:
        """Return the name with its parents: `Xã Chà Cang, Huyện Nậm Pồ, Tỉnh Điện Biên`."""
        parents = (self.district, self.province if self.level != "province" else None)
        return ", ".join([self.full_name, *(name for name in parents if name)])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; days as ISO text, `last_day` and `in_force` included."""
        plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(self).items() if key != "unit_id"}
        return plain | {"last_day": self.last_day.isoformat() if self.last_day else None, "in_force": self.in_force}


_VIEW: Final = """
SELECT u.id AS unit_id, u.level, u.code, u.name, u.full_name, u.kind, u.postal_code, u.area_km2, u.population, u.source,
       lower(u.valid) AS valid_from, upper(u.valid) AS valid_to, ST_X(u.centre) AS lon, ST_Y(u.centre) AS lat,
       d.full_name AS district, d.code AS district_code, coalesce(p.full_name, u.full_name) AS province, u.province_code,
       CASE WHEN b.approximate THEN 'approximate' WHEN NOT b.approximate THEN 'exact' END AS boundary, b.source AS boundary_source
FROM unit u
LEFT JOIN unit_boundary b ON b.unit_id = u.id
LEFT JOIN LATERAL (
  SELECT full_name, code FROM unit d
  WHERE d.level = 'district' AND d.code = u.parent_code AND u.level = 'commune' AND d.valid && u.valid LIMIT 1) d ON true
LEFT JOIN LATERAL (
  SELECT full_name FROM unit p
  WHERE p.level = 'province' AND p.code = u.province_code AND u.level <> 'province' AND p.valid && u.valid
    AND (CAST(:on AS date) IS NULL OR p.valid @> CAST(:on AS date))
  ORDER BY upper(p.valid) DESC NULLS FIRST LIMIT 1) p ON true
"""
_ON: Final = "(CAST(:on AS date) IS NULL OR valid @> CAST(:on AS date))"
_BY_CODE: Final = _VIEW + f"WHERE u.code = :code AND {_ON.replace('valid', 'u.valid')} ORDER BY lower(u.valid) NULLS FIRST"
_NAMES: Final = f"SELECT id, name, full_name FROM unit WHERE {_ON}"  # noqa: S608 - a condition of ours
_BY_IDS: Final = _VIEW + "WHERE u.id = ANY(:ids) ORDER BY u.level DESC, lower(u.valid) NULLS FIRST, u.code"
_FORMER: Final = """
SELECT f.code, f.full_name, f.district, f.province, f.first_seen, f.last_seen, f.old_codes, f.new_codes, f.source
FROM former_unit f
WHERE f.code = :code AND (CAST(:on AS date) IS NULL OR CAST(:on AS date) BETWEEN f.first_seen AND f.last_seen)
ORDER BY f.first_seen
"""


def show(session: Session, code: str, on: date | None = None) -> list[UnitView]:
    """Return all meanings of a code over time, oldest first, or those of one day; NotFoundError says when it was in force instead.

    A commune that kept code and name but changed district is shown on an earlier day under the district of that day.
    """
    code = clean(code)
    units = [_unit_view(row) for row in session.execute(text(_BY_CODE), {"code": code, "on": on}).mappings()]
    former = [_former_view(row) for row in session.execute(text(_FORMER), {"code": code, "on": on}).mappings()]
    if on is not None:
        units, former = [_on_record(unit, former) for unit in units], [] if units else former
    if not units and not former:
        raise unknown_code(session, code, on)
    return sorted([*former, *units], key=lambda view: view.valid_from or date.min)


def views(session: Session, ids: list[int]) -> dict[int, UnitView]:
    """Return the units of those ids."""
    rows = session.execute(text(_BY_IDS), {"ids": ids, "on": None}).mappings()
    return {row["unit_id"]: _unit_view(row) for row in rows}


def find(session: Session, words: str, on: date | None = None) -> list[UnitView]:
    """Return the meanings of a code, or the units of that name (accents may be missing); NotFoundError when there are none."""
    wanted = fold(words)
    if wanted.replace(" ", "").isdigit():
        return show(session, words, on)
    rows = session.execute(text(_NAMES), {"on": on})
    ids = [row.id for row in rows if wanted and wanted in {fold(row.name), fold(row.full_name)}]
    if not ids:
        raise NotFoundError(
            f"Không có đơn vị hành chính nào tên {words[:80]!r}.",
            f"No unit is called {words[:80]!r}.",
            hint="Gõ mã (2, 3 hoặc 5 chữ số) hoặc tên đầy đủ của đơn vị.",
        )
    return list(views(session, ids).values())


def current_province(session: Session, code: str) -> UnitView:
    """Return the province in force under that code; NotFoundError names what an abolished one became."""
    code = clean(code)
    rows = session.execute(text(_BY_CODE), {"code": code, "on": None}).mappings()
    for view in map(_unit_view, rows):
        if view.level == "province" and view.in_force:
            return view
    raise unknown_code(session, code, None, "province")


def unknown_code(session: Session, code: str, on: date | None, level: str | None = None) -> NotFoundError:
    """Return the refusal of a code that means nothing on that day: when it was in force, what became of it, or which codes are near."""
    shown = code[:_LONGEST_CODE]
    day = f" vào ngày {on.isoformat()}" if on else ""
    fates = _fates(session, shown, level)
    hint = "; ".join(fates) if fates else _near(session, shown, level)
    what = "tỉnh, thành phố đang có hiệu lực" if level == "province" else "đơn vị hành chính"
    return NotFoundError(
        f"Không có {what} nào mang mã {shown!r}{day}.",
        f"No {level or 'unit'}{' in force' if level else ''} has the code {shown!r}{f' on {on.isoformat()}' if on else ''}.",
        hint=hint,
    )


_FATES: Final = """
WITH RECURSIVE chain AS (
  SELECT id AS first, id AS last FROM unit WHERE code = :code
  UNION SELECT c.first, s.successor_id FROM chain c JOIN succession s ON s.predecessor_id = c.last)
SELECT u.full_name, lower(u.valid) AS since, upper(u.valid) - 1 AS until,
       (SELECT string_agg(n.code || ' ' || n.name, ', ' ORDER BY n.code) FROM chain c JOIN unit n ON n.id = c.last AND n.in_force
        WHERE c.first = u.id AND n.id <> u.id) AS today
FROM unit u WHERE u.code = :code AND (CAST(:level AS text) IS NULL OR u.level = :level) ORDER BY lower(u.valid) NULLS FIRST
"""


def _fates(session: Session, code: str, level: str | None) -> list[str]:
    """Say of each meaning of the code when it was in force and what it is today: `02 là Tỉnh Hà Giang đến 2025-06-30, nay là …`."""
    said = []
    for row in session.execute(text(_FATES), {"code": code, "level": level}):
        since = f" từ {row.since.isoformat()}" if row.since else ""
        until = f" đến {row.until.isoformat()}" if row.until else ""
        said.append(f"{code} là {row.full_name}{since}{until}" + (f", nay là {row.today}" if row.today else ""))
    if said:
        return said
    rows = session.execute(text(_FORMER), {"code": code, "on": None}).mappings() if level is None else ()
    return [f"{code} là {row['full_name']}, {row['district']} từ {row['first_seen']} đến {row['last_seen']}" for row in rows]


def _near(session: Session, code: str, level: str | None) -> str:
    """Name the codes in force that come next to a mistyped one."""
    if not (code.isascii() and code.isdigit()):
        return "Mã gồm toàn chữ số: tỉnh 2, huyện 3, xã 5 chữ số (giữ số 0 ở đầu)."
    rows = session.execute(
        text(
            "SELECT code, full_name FROM unit WHERE (in_force OR level = 'district') AND (CAST(:level AS text) IS NULL OR level = :level) "
            "ORDER BY length(code) <> length(:code), abs(code::bigint - CAST(:code AS bigint)), code LIMIT :most"
        ),
        {"code": code, "level": level, "most": _SUGGESTED},
    )
    return "Các mã gần nhất: " + ", ".join(f"{row.code} {row.full_name}" for row in rows)


def _unit_view(row: RowMapping) -> UnitView:
    return UnitView(**row)


def _former_view(row: RowMapping) -> UnitView:
    """Return a record of a former commune as a view; its first and last days are those of the records."""
    full_name = row["full_name"]
    kind = next((kind for kind in ("thị trấn", "phường", "xã") if full_name.lower().startswith(kind + " ")), "")
    return UnitView(
        level="commune", code=row["code"], name=full_name[len(kind) :].strip(), full_name=full_name, kind=kind,
        district=row["district"], district_code=None, province=row["province"], province_code=None,
        valid_from=row["first_seen"], valid_to=row["last_seen"] + timedelta(days=1), source=row["source"], recorded=True,
        old_codes=tuple(row["old_codes"]), new_codes=tuple(row["new_codes"]),
    )  # fmt: skip


def _on_record(unit: UnitView, former: list[UnitView]) -> UnitView:
    """Put a unit under the district and province that the change records name for that day."""
    for record in former:
        if unit.level == "commune" and toned(record.full_name) == toned(unit.full_name):
            return replace(unit, district=record.district, district_code=None, province=record.province)
    return unit
