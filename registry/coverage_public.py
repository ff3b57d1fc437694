"""Decides what of coverage the public sees: no unit of 1 to 4 households, and no figure from which one could be computed back.

Lines are hidden whole (registry.suppression), always by the pattern of the whole country, so that a province's table and the country's
agree. Figures by rung are too fine for that: they are rounded down to multiples of five on the lines that are shown, and their totals are
sums of what is shown. The households of the statistical baseline are public anyway and stay.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.coverage import CoverageLine, CoverageReport
from registry.coverage_figures import COUNTS, NOTHING, Figures, added, of_day, split_units
from registry.coverage_words import PUBLIC_NOTES
from registry.ladder import KINDS, RUNGS, Ladders
from registry.suppression import SMALL, Row, hidden, hidden_parts

# What is never shown from 1 to 4: households, those with a code, their doors, dwellings, dwellings with a code.
SENSITIVE: Final = ("households", "households_coded", "household_addresses", "household_collected", "household_coded")
_COUNTRY: Final = "country"
_ZEROS: Final[Mapping[str, Any]] = dict.fromkeys((*COUNTS, "incomplete", "rejected", "unplaced", "coded_with_baseline"), 0)
# Of equal cushions a unit that is no more is hidden first.
_SPLIT_RANK: Final = 0
_UNITS: Final = (
    "SELECT code, province_code, coalesce(population, 2147483647) AS rank FROM unit WHERE level = 'commune' AND valid @> CAST(:day AS date)"
)


def sensitive(figures: Figures) -> tuple[int, ...]:
    """Return the counts that decide whether a unit is hidden."""
    return tuple(figures[name] for name in SENSITIVE)


@dataclass(frozen=True)
class Secret:
    """What a public table of a day hides: ids `commune:<code>`, `province:<code>`, `country`; beside the figures and homes of communes."""

    ids: frozenset[str]
    figures: Mapping[str, Figures]
    provinces: Mapping[str, str]

    def under(self, level: str, code: str) -> bool:
        """Tell whether a commune of a province, or of the country, is hidden."""
        return any(f"commune:{each}" in self.ids for each, home in self.provinces.items() if level == _COUNTRY or home == code)


def secret_of(session: Session, day: date, figures: Mapping[str, Figures]) -> Secret:
    """Find what a public table of a day hides; `figures` are those of every commune of the country that has any, by code."""
    split = [(each.code, each.province_code, _SPLIT_RANK) for each in split_units(session, figures, day, None)]
    units = [*session.execute(text(_UNITS), {"day": day}).all(), *split]
    by_province: dict[str, list[Figures]] = defaultdict(list)
    rows = []
    for code, province, rank in units:
        own = figures.get(code, NOTHING)
        by_province[province].append(own)
        rows.append(Row(f"commune:{code}", f"province:{province}", sensitive(own), rank))
    sums = {code: added(parts) for code, parts in by_province.items()}
    rows += [Row(f"province:{code}", _COUNTRY, sensitive(each), len(by_province[code])) for code, each in sums.items()]
    rows.append(Row(_COUNTRY, None, sensitive(added(list(sums.values())))))
    return Secret(hidden(rows), figures, {code: province for code, province, _ in units})


def public(session: Session, report: CoverageReport, secret: Secret | None = None) -> CoverageReport:
    """Return the report as the public may have it; the same report again when it already is.

    `secret` is needed for figures that are not those of today or of the doors as they stood on the report's day: frozen ones.
    """
    if report.public:
        return report
    also, rounded = frozenset[str](), dict[str, Figures]()
    if secret is None or report.by == "district":
        counted = report.counted or of_day(session, report.on, districts=report.by == "district")
        secret = secret or secret_of(session, report.on, counted.communes)
        also, rounded = _districts(counted.districts, secret)
    shown = _shown(secret) | rounded
    lines = tuple(_line(each, secret, also, shown) for each in report.lines)
    total = _line(report.total, secret, also, shown)
    return replace(report, lines=lines, total=total, notes=(*report.notes, *PUBLIC_NOTES), public=True, counted=None)


def hide(lines: Iterable[CoverageLine], secret: Secret) -> list[CoverageLine]:
    """Hide what the public may not have of lines of communes, provinces or the country."""
    shown = _shown(secret)
    return [_line(line, secret, frozenset(), shown) for line in lines]


def secret_of_lines(session: Session, day: date, lines: Iterable[CoverageLine]) -> Secret:
    """Find what a public table hides of figures that were counted before: `lines` are those of every commune of the country."""
    return secret_of(session, day, {line.code: figures_of(line) for line in lines})


def figures_of(line: CoverageLine) -> Figures:
    """Return a line's counts and rungs by the names of the counters."""
    ladders = {"homes": line.ladders.households, **{kind: getattr(line.ladders, kind) for kind in KINDS}}
    rungs = {f"{name}_{rung}": getattr(ladder, rung) for name, ladder in ladders.items() for rung in RUNGS}
    return {name: getattr(line, name) for name in COUNTS} | rungs


def _rounded(figures: Figures) -> Figures:
    return {name: number // SMALL * SMALL for name, number in figures.items()}


def _shown(secret: Secret) -> dict[str, Figures]:
    """Return the rounded figures of the communes that are shown, and their sums."""
    found = {f"commune:{code}": _rounded(each) for code, each in secret.figures.items() if f"commune:{code}" not in secret.ids}
    sums: dict[str, list[Figures]] = defaultdict(list)
    for code, province in secret.provinces.items():
        if (own := found.get(f"commune:{code}")) is not None:
            sums[f"province:{province}"].append(own)
    provinces = {name: added(parts) for name, parts in sums.items()}
    return found | provinces | {_COUNTRY: added(list(provinces.values()))}


def _districts(shares: Mapping[tuple[str, str, str], Figures], secret: Secret) -> tuple[frozenset[str], dict[str, Figures]]:
    """Return the ids of the former districts to hide (those of hidden communes, small ones and their partners), and rounded figures.

    Rounded commune by commune: the rounded sum of several small figures would tell more of each than they do.
    """
    parts: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    rounded: dict[str, list[Figures]] = defaultdict(list)
    for (province, district, commune), each in shares.items():
        name = f"district:{district or province}"
        parts[name][f"commune:{commune}"] = sensitive(each)
        rounded[name].append(_rounded(each))
    return hidden_parts(parts, secret.ids), {name: added(each) for name, each in rounded.items()}


def _line(line: CoverageLine, secret: Secret, also: frozenset[str], shown: Mapping[str, Figures]) -> CoverageLine:
    """Hide a line, or round what is fine on it."""
    name = _COUNTRY if line.level == _COUNTRY else f"{line.level}:{line.code or line.province_code}"
    if name in secret.ids or name in also:
        return replace(line, **_ZEROS, ladders=Ladders.none(), suppressed=True)
    if line.baseline_missing and line.level in ("province", _COUNTRY) and secret.under(line.level, line.code):
        # Coded households of the communes with a baseline would be a second sum, which no hidden line was chosen for.
        line = replace(line, baseline=None, coded_with_baseline=0)
    ladders = Ladders.of(shown.get(name, NOTHING))
    return replace(line, ladders=ladders, notified=ladders.doors.notified)
