"""Decides how a coverage line is frozen: field by field into plain values, and back, also when later versions count more."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, partial
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


def _thaw(kind: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a dataclass and an instance of it
    return kind(**{name: values[name] if make is None or values[name] is None else make(values[name])
                   for name, make in _makers(kind) if name in values})  # fmt: skip


@cache
def _makers(kind: Any) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:  # noqa: ANN401 - a dataclass
    """Return what makes each field of a dataclass of its plain value; None where that is the value itself. Thousands of lines ask."""
    hints = get_type_hints(kind)
    return tuple((field.name, _maker(hints[field.name])) for field in dataclasses.fields(kind))


def _maker(hint: Any) -> Callable[[Any], Any] | None:  # noqa: ANN401 - a type or a union
    known = [each for each in get_args(hint) if each is not type(None)] if get_origin(hint) is UnionType else [hint]
    wanted = known[0]
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return partial(_thaw, wanted)
    return date.fromisoformat if wanted is date else None
