"""Decides the columns of every table of open data and reads its rows; coverage and indicators as the public may see them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from registry.coverage import coverage
from registry.coverage_public import public
from registry.infrastructure import indicators
from service.open_data_files import Column, Table
from service.reports.coverage_rows import COLUMNS, flat_rows
from service.statements import statement

UNITS: Final[tuple[Column, ...]] = (
    ("level", "text"), ("code", "text"), ("name", "text"), ("full_name", "text"), ("kind", "text"), ("parent_code", "text"),
    ("province_code", "text"), ("postal_code", "text"), ("valid_from", "day"), ("valid_to", "day"), ("lon", "number"), ("lat", "number"),
    ("area_km2", "number"), ("population", "count"), ("source", "text"),
)  # fmt: skip
SUCCESSIONS: Final[tuple[Column, ...]] = (
    ("level", "text"), ("old_code", "text"), ("old_name", "text"), ("old_province_code", "text"), ("new_code", "text"),
    ("new_name", "text"), ("new_province_code", "text"), ("kind", "text"), ("all_people", "yes"),
    ("effective", "day"), ("note", "text"), ("source", "text"),
)  # fmt: skip
BASELINES: Final[tuple[Column, ...]] = (
    ("level", "text"), ("code", "text"), ("name", "text"), ("units_as_of", "day"), ("counted_on", "day"), ("households", "count"),
    ("population", "count"), ("estimated", "yes"), ("method", "text"), ("source", "text"),
)  # fmt: skip
INDICATORS: Final[tuple[Column, ...]] = (
    ("level", "text"), ("code", "text"), ("name", "text"), ("year", "count"), ("indicator", "text"), ("vi", "text"), ("en", "text"),
    ("measure", "text"), ("value", "number"), ("numerator", "number"), ("denominator", "number"), ("partial", "yes"), ("target", "number"),
    ("target_document", "text"), ("state", "text"), ("why", "text"), ("sources", "text"),
)  # fmt: skip
_AREA: Final[tuple[Column, ...]] = (("approximate", "yes"), ("area_source", "text"))
_TEXTS: Final = frozenset({"level", "code", "name", "on", "baseline_counted_on", "baseline_method", "baseline_source", "over_100"})
_YES: Final = frozenset({"baseline_estimated", "approximate_area", "suppressed"})


def units(session: Session) -> Table:
    """Return every unit of every day."""
    return _read(session, "units", UNITS)


def areas(session: Session) -> Table:
    """Return the communes of today with their areas (EPSG:4326)."""
    shapes = {row["code"]: dict(row) for row in session.execute(statement("open_data", "areas")).mappings()}
    today = [row for row in units(session).rows if row["level"] == "commune" and row["valid_to"] is None and row["code"] in shapes]
    return Table(
        (*UNITS, *_AREA), [{**row, **shapes[row["code"]]} for row in today], [bytes(shapes[row["code"]]["geometry"]) for row in today]
    )


def successions(session: Session) -> Table:
    """Return which unit became which."""
    return _read(session, "successions", SUCCESSIONS)


def baselines(session: Session) -> Table:
    """Return households and people by unit and source."""
    return _read(session, "baselines", BASELINES)


def coverage_by_commune(session: Session) -> Table:
    """Return the communes of the country today, always as the public may see them, whatever the deployment shows its officers."""
    report = public(session, coverage(session, None, by="commune"))
    columns = tuple((name, "text" if name in _TEXTS else "yes" if name in _YES else _number(name)) for name, _ in COLUMNS)
    return Table(columns, [row for row in flat_rows(report) if row["level"] == "commune"])


def indicators_of_year(session: Session) -> Table:
    """Return the indicators of the country and its provinces this year, beside their targets."""
    report = indicators(session)
    return Table(INDICATORS, [_indicator(line.to_dict(), report.year) for line in report.lines])


def _number(name: str) -> str:
    return "number" if name.startswith("ratio_") else "count"


def _indicator(line: dict[str, Any], year: int) -> dict[str, Any]:
    target, why = line["target"] or {}, line["why"] or {}
    more = {
        "target": target.get("value"),
        "target_document": target.get("document"),
        "why": why.get("vi"),
        "sources": "; ".join(line["sources"]),
    }
    return line | {"year": year} | more


def _read(session: Session, name: str, columns: Sequence[Column]) -> Table:
    return Table(tuple(columns), [dict(row) for row in session.execute(statement("open_data", name)).mappings()])
