"""Decides how a coverage line is frozen: field by field into plain values, and back, also when later versions count more."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from registry.coverage_line import CoverageLine


def frozen(line: CoverageLine) -> dict[str, Any]:
    """Return a line as plain values that JSON can hold; days as ISO text."""
    return {name: _plain(value) for name, value in dataclasses.asdict(line).items()}


def thawed(values: Mapping[str, Any]) -> CoverageLine:
    """Return the line of plain values; what an older version did not count has its default, what a newer one counted is left out."""
    line: CoverageLine = _thaw(CoverageLine, values)
    return line


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the figures of a frozen line by dotted name: `households`, `baseline.households`."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _thaw(kind: Any, value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    if get_origin(kind) is UnionType:
        return None if value is None else _thaw(next(each for each in get_args(kind) if each is not type(None)), value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{each.name: _thaw(hints[each.name], value[each.name]) for each in dataclasses.fields(kind) if each.name in value})
    return date.fromisoformat(value) if kind is date else value
