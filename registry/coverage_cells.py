"""Decides coverage by cell of the map (H3), for the map of gaps: where doors stand that have no code.

No statistical source counts households by cell, so only definition (a) has a denominator here; (b) and (c) are not known and not told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import h3.api.basic_int as h3
from sqlalchemy.orm import Session

from registry.coverage import checked_day
from registry.coverage_figures import of_day
from registry.coverage_line import Ratio
from registry.coverage_public import secret_of
from registry.coverage_words import DEFINITIONS, PUBLIC_NOTES
from registry.errors import UsageError
from registry.ladder import KINDS, RUNGS, Ladders
from registry.sqlfile import statement
from registry.suppression import SMALL, hidden_parts
from registry.units import current_province

RESOLUTIONS: Final = (7, 8, 9)
_SQL: Final = Path(__file__).parent / "sql" / "cells.sql"
_DECIMALS: Final = 6
# By cell and commune: doors and households by (kind, rung reached, coded, lived in).
_Groups = dict[tuple[int, int], dict[tuple[str, int, bool, bool], list[int]]]


@dataclass(frozen=True)
class Cell:
    """One cell: its H3 index, its centre in degrees (EPSG:4326) and what stands in it; `suppressed` as on a line of coverage."""

    cell: str
    lat: float
    lon: float
    addresses: int
    household_addresses: int
    households: int
    households_coded: int
    coded: int
    ladders: Ladders
    suppressed: bool = False

    @property
    def ratio(self) -> Ratio:
        """Definition (a): households with a code of those recorded."""
        return Ratio(self.households_coded, None if self.suppressed else self.households)

    @property
    def gap(self) -> int:
        """Households without a code."""
        return self.households - self.households_coded

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; every count that is hidden is null."""
        counts: dict[str, Any] = {
            "addresses": self.addresses, "household_addresses": self.household_addresses, "households": self.households,
            "households_coded": self.households_coded, "coded": self.coded, "gap": self.gap, "ratio_a": self.ratio.to_dict()["ratio"],
            "ladder": self.ladders.doors.to_dict(), "households_ladder": self.ladders.households.to_dict(),
            "objects": self.ladders.objects(),
        }  # fmt: skip
        where = {"cell": self.cell, "lat": self.lat, "lon": self.lon, "suppressed": self.suppressed}
        return where | (dict.fromkeys(counts) if self.suppressed else counts)


@dataclass(frozen=True)
class CellReport:
    """The cells of a province that hold doors, in order of their index."""

    province_code: str
    name: str
    on: date
    resolution: int
    cells: tuple[Cell, ...]
    notes: tuple[tuple[str, str], ...] = ()
    public: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return self._about() | {"cells": [each.to_dict() for each in self.cells]}

    def to_geojson(self) -> dict[str, Any]:
        """Return a GeoJSON collection of the cells' outlines, EPSG:4326, with their counts as properties."""
        return {"type": "FeatureCollection"} | self._about() | {"features": [_feature(each) for each in self.cells]}

    def _about(self) -> dict[str, Any]:
        literal = DEFINITIONS[0]
        return {
            "by": "h3", "province_code": self.province_code, "name": self.name, "on": self.on.isoformat(), "resolution": self.resolution,
            "public": self.public, "definitions": {literal.letter: {"vi": literal.vi, "en": literal.en}},
            "notes": [{"vi": vi, "en": en} for vi, en in self.notes],
        }  # fmt: skip


def cells(session: Session, province_code: str, resolution: int = 8) -> CellReport:
    """Count the live doors of a province by cell of an H3 resolution, today; NotFoundError for no province, UsageError for a resolution."""
    report, _ = _counted(session, province_code, resolution)
    return report


def public_cells(session: Session, province_code: str, resolution: int = 8) -> CellReport:
    """Count the same as the public may see it: cells that touch a hidden commune are hidden, and small cells with a partner."""
    report, groups = _counted(session, province_code, resolution)
    secret = secret_of(session, report.on, of_day(session, report.on).communes)
    codes = _communes(session, report.province_code)
    parts: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    ladders: dict[str, Ladders] = {}
    for (number, commune), group in groups.items():
        cell, unit = h3.int_to_str(number), f"commune:{codes[commune]}"
        own, before = _sensitive(group), parts[cell].get(unit)
        parts[cell][unit] = tuple(map(sum, zip(own, before, strict=True))) if before else own
        # Rounded commune by commune: the rounded sum of several small figures would tell more of each than they do.
        rounded = _ladders([group]).floored(SMALL)
        ladders[cell] = ladders[cell] + rounded if cell in ladders else rounded
    out = hidden_parts(parts, secret.ids)
    shown = tuple(_hide(each) if each.cell in out else replace(each, ladders=ladders[each.cell]) for each in report.cells)
    return replace(report, cells=shown, notes=(*report.notes, *PUBLIC_NOTES), public=True)


def _counted(session: Session, province_code: str, resolution: int) -> tuple[CellReport, _Groups]:
    if resolution not in RESOLUTIONS:
        raise UsageError(
            f"Không có độ phân giải H3 {resolution}.",
            f"H3 resolution {resolution} is not offered.",
            hint="Có: 7 (≈ 5 km²), 8 (≈ 0,7 km²), 9 (≈ 0,1 km²).",
        )
    province = current_province(session, province_code)
    groups: _Groups = {}
    to_cell = h3.latlng_to_cell
    given = {"communes": sorted(_communes(session, province.code))}
    for lat, lon, commune, kind, step, coded, homes in session.execute(statement(_SQL, "doors"), given):
        group = groups.setdefault((to_cell(lat, lon, resolution), commune), {})
        found = group.setdefault((kind, step, coded, homes > 0), [0, 0])
        found[0] += 1
        found[1] += homes
    by_cell: dict[int, list[dict[tuple[str, int, bool, bool], list[int]]]] = defaultdict(list)
    for (cell, _), group in groups.items():
        by_cell[cell].append(group)
    made = tuple(_cell(cell, by_cell[cell]) for cell in sorted(by_cell))
    return CellReport(province.code, province.full_name, checked_day(None), resolution, made), groups


def _communes(session: Session, province: str) -> dict[int, str]:
    return {row.id: row.code for row in session.execute(statement(_SQL, "communes"), {"province": province})}


def _cell(cell: int, groups: list[dict[tuple[str, int, bool, bool], list[int]]]) -> Cell:
    """Add up the groups of a cell."""
    doors = homes = lived_in = homes_coded = doors_coded = 0
    for (_, _, coded, inhabited), (number, households) in (item for group in groups for item in group.items()):
        doors, homes, lived_in = doors + number, homes + households, lived_in + number * inhabited
        homes_coded, doors_coded = homes_coded + households * coded, doors_coded + number * coded
    lat, lon = h3.cell_to_latlng(cell)
    return Cell(
        h3.int_to_str(cell), round(lat, _DECIMALS), round(lon, _DECIMALS), doors, lived_in, homes, homes_coded, doors_coded,
        _ladders(groups),
    )  # fmt: skip


def _ladders(groups: Iterable[Mapping[tuple[str, int, bool, bool], list[int]]]) -> Ladders:
    figures = dict.fromkeys((f"{name}_{rung}" for name in ("homes", *KINDS) for rung in RUNGS), 0)
    for (kind, step, _, _), (number, households) in (item for group in groups for item in group.items()):
        for rung in RUNGS[: step + 1]:
            figures[f"{kind}_{rung}"] += number
            figures[f"homes_{rung}"] += households
    return Ladders.of(figures)


def _sensitive(group: Mapping[tuple[str, int, bool, bool], list[int]]) -> tuple[int, ...]:
    """Return the counts of registry.coverage_public.SENSITIVE for one cell and commune."""
    found = [0, 0, 0, 0, 0]
    for (kind, step, coded, inhabited), (number, households) in group.items():
        dwelling = number if kind == "household" else 0
        own = (households, households * coded, number * inhabited, dwelling, dwelling if step >= RUNGS.index("coded") else 0)
        found = [a + b for a, b in zip(found, own, strict=True)]
    return tuple(found)


def _hide(cell: Cell) -> Cell:
    nothing = dict.fromkeys(("addresses", "household_addresses", "households", "households_coded", "coded"), 0)
    return replace(cell, **nothing, ladders=Ladders.none(), suppressed=True)  # type: ignore[arg-type]


def _feature(cell: Cell) -> dict[str, Any]:
    """Return the outline with the counts; GeoJSON wants longitude first and the ring closed."""
    ring = [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lat, lon in h3.cell_to_boundary(h3.str_to_int(cell.cell))]
    outline = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {"type": "Feature", "id": cell.cell, "geometry": outline, "properties": cell.to_dict()}
