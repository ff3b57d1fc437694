"""Decides how a table of units completes a succession table: postal code, centre, area and people of the new units, by code."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

from registry.reform_table import NewFacts, ReformTable, read_facts


def with_facts(table: ReformTable, path: Path) -> ReformTable:
    """Return the table with what a table of units says of its new units where it says nothing itself.

    The columns are those of `registry/reference/units.csv` that matter (`code`, `postal_code`, `lon`, `lat`, `area_km2`, `population`)
    under any header that a succession table may use. A later line of a code wins: units.csv has a line for each of its times.
    UsageError, FileRefused as `read_table`.
    """
    known: Mapping[str, NewFacts] = read_facts(path)
    rows = tuple(replace(row, facts=_joined(row.facts, known[row.to_code])) if row.to_code in known else row for row in table.rows)
    return replace(table, rows=rows)


def _joined(own: NewFacts, other: NewFacts) -> NewFacts:
    """Return what the table says itself, else what the other one says."""
    return NewFacts(**{one.name: getattr(own, one.name) or getattr(other, one.name) for one in fields(NewFacts)})
