"""Decides the flat form of targets and indicators, shared by the commands and the service: one row a target or an indicator of a unit."""

from typing import Any

from registry.infrastructure import IndicatorLine
from registry.target_status import STATES, TargetStatus
from registry.targets import INDICATORS, Target

TARGET_COLUMNS = (
    "level", "code", "name", "indicator", "indicator_vi", "year", "sense", "target", "measure", "definition", "reported", "value",
    "numerator", "denominator", "measured_on", "state", "short", "trend_per_year", "trend_at_due", "why", "document", "article",
)  # fmt: skip
INDICATOR_COLUMNS = (
    "level", "code", "name", "indicator", "vi", "measure", "value", "numerator", "denominator", "target", "sense", "state", "why",
    "sources", "document", "article",
)  # fmt: skip


def target_row(target: Target) -> dict[str, Any]:
    """Return a target without a status: nothing measured."""
    return dict.fromkeys(TARGET_COLUMNS) | {
        "level": target.level, "code": target.code, "name": target.name, "indicator": target.indicator,
        "indicator_vi": INDICATORS.get(target.indicator, (target.indicator,))[0], "year": target.year, "sense": target.sense,
        "target": target.value, "measure": target.measure, "definition": target.definition, "reported": target.reported,
        "document": target.document, "article": target.article,
    }  # fmt: skip


def status_row(status: TargetStatus) -> dict[str, Any]:
    """Return how a unit stands; the value as a percentage."""
    value, trend = status.value, status.trend
    return target_row(status.target) | {
        "level": status.level, "code": status.code, "name": status.name, "value": None if value is None else round(100 * value, 2),
        "numerator": status.numerator, "denominator": status.denominator, "measured_on": status.measured_on.isoformat(),
        "state": status.state, "short": status.short, "why": status.why[0],
        "trend_per_year": None if trend is None else round(100 * trend.slope_per_year, 2),
        "trend_at_due": None if trend is None else round(100 * trend.at_due, 2),
    }  # fmt: skip


def indicator_row(line: IndicatorLine) -> dict[str, Any]:
    """Return one indicator of a unit beside its target."""
    aim = line.target
    return {
        "level": line.level, "code": line.code, "name": line.name, "indicator": line.indicator, "vi": line.vi, "measure": line.measure,
        "value": None if line.value is None else round(line.value, 2), "numerator": line.numerator, "denominator": line.denominator,
        "target": aim.value if aim else None, "sense": aim.sense if aim else None, "state": line.state,
        "why": line.why[0] if line.why else None, "sources": "; ".join(line.sources), "document": aim.document if aim else None,
        "article": aim.article if aim else None,
    }  # fmt: skip


def figure(value: float | None, measure: str) -> str:
    """Write a value the Vietnamese way in its measure: `86,9 %`, `3.585`, `4,26`; `–` for what is not known."""
    if value is None:
        return "–"
    if measure == "%":
        # Never rounded up to all.
        shown = min(value, 99.9) if 99.9 < value < 100 else value  # noqa: PLR2004 - a percentage
        return f"{shown:.1f} %".replace(".", ",")
    if measure.startswith("km"):
        return f"{value:.2f}".replace(".", ",")
    return f"{value:,.0f}".replace(",", ".")


def aim(target: Target) -> str:
    """Write a target: `≥ 100 %`, `≤ 3.500`."""
    number = f"{target.value:g}".replace(".", ",") + " %" if target.measure == "%" else figure(target.value, target.measure)
    return f"{'≥' if target.sense == 'at_least' else '≤'} {number}"


def state_words(state: str) -> str:
    """Return a state in both languages."""
    return " / ".join(STATES[state]) if state in STATES else "–"
