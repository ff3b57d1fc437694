"""Decides what is told of a reform: what happened to the map, how many doors went which way and why, how many wait."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

# How a door was placed, Vietnamese first.
HOW: Final = {
    "succession": "theo kế thừa / by succession",
    "point": "theo ranh giới / by exact area",
    "record": "theo thôn, đường, xã cũ đã ghi / by its record",
    "approximate": "theo vùng gần đúng / by approximate area",
    "officer": "cán bộ quyết định / decided by an officer",
}
WHY: Final = {
    "no_area": "chưa có ranh giới các xã mới / areas of the new communes unknown",
    "outside": "điểm ngoài mọi xã nhận / the point lies in none of them",
    "near_border": "gần ranh vùng gần đúng / near an approximate border",
    "overlap": "ranh giới chồng nhau / areas overlap",
}


@dataclass(frozen=True)
class Flow:
    """Doors that went from one unit to another, and how that was decided."""

    province_code: str
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    how: str
    doors: int


@dataclass(frozen=True)
class Waiting:
    """One door that waits for an officer: where it is, where it may go."""

    id: int
    code: str
    recorded_text: str
    from_code: str
    from_name: str
    candidates: tuple[int, ...]
    why: str
    lon: float
    lat: float
    choices: str


@dataclass(frozen=True)
class DayReport:
    """One day of a table: `reform` is its number (None in a dry run), `known` means that the registry had all of it already."""

    effective: date
    reform: int | None = None
    known: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"effective": self.effective.isoformat()}


@dataclass(frozen=True)
class ReformReport:
    """A table, day by day; a dry run changed nothing."""

    file_name: str
    dry_run: bool
    days: tuple[DayReport, ...]
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        """Tell whether any day of the table was news."""
        return any(not day.known for day in self.days)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "file": self.file_name, "dry_run": self.dry_run, "seconds": round(self.seconds, 1),
            "days": [day.to_dict() for day in self.days],
        }  # fmt: skip


def flows_of(rows: Iterable[Any]) -> tuple[Flow, ...]:
    """Return flows from rows of the statement `flows`."""
    return tuple(Flow(**row) for row in rows)
