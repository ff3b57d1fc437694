"""Decides how the ladder of an official report looks: how many households and doors reached each rung, kinds of object apart."""

from dataclasses import dataclass
from typing import Final

from registry.coverage import CoverageLine, CoverageReport
from service.reports.coverage_table import count
from service.reports.official_cells import hidden
from service.reports.official_document import LEFT, Column, Table, Words

RUNGS: Final = (
    ("collected", Words("Đã thu thập", "collected")), ("complete", Words("Đủ thông tin", "complete")),
    ("coded", Words("Đã gắn mã", "coded")), ("verified", Words("Đã xác minh", "verified")),
    ("notified", Words("Đã thông báo", "notified")), ("plated", Words("Đã gắn biển", "plated")),
)  # fmt: skip
KINDS: Final = (
    ("households", Words("Hộ gia đình (số hộ)", "households")), ("household", Words("Địa chỉ nhà ở", "dwellings")),
    ("office", Words("Cơ quan, tổ chức", "offices")), ("business", Words("Cơ sở kinh doanh", "businesses")),
    ("other", Words("Đối tượng khác", "other objects")),
)  # fmt: skip


@dataclass(frozen=True)
class UnitLadder:
    """The ladder of a unit: one row a kind in the order of KINDS, one figure a rung in the order of RUNGS; `secret` ones mean nothing."""

    code: str
    name: str
    rows: tuple[tuple[int, ...], ...]
    secret: bool

    @property
    def doors(self) -> tuple[int, ...]:
        """All doors by rung: every kind but the first, which counts households."""
        return tuple(map(sum, zip(*self.rows[1:], strict=True)))


def ladders_of(figures: CoverageReport) -> tuple[UnitLadder, ...]:
    """Return the ladder of every line and, last, of the total; empty where the figures carry no ladder."""
    # TO BE WIRED when `CoverageLine.ladders` is there: without the condition.
    return tuple(_unit(line) for line in (*figures.lines, figures.total)) if hasattr(figures.total, "ladders") else ()


def _unit(line: CoverageLine) -> UnitLadder:
    # TO BE WIRED: `ladders = line.ladders`.
    ladders = getattr(line, "ladders", None)
    rows = tuple(tuple(getattr(getattr(ladders, kind), rung) for rung, _ in RUNGS) for kind, _ in KINDS)
    return UnitLadder(line.code, line.name, rows, hidden(line))


def ladder_table(ladder: UnitLadder) -> Table:
    """Return one row a kind of object and the sum of all doors; a rung counts what reached it and every rung below."""
    rungs = (Column(words, str(place), 1.7) for place, (_, words) in enumerate(RUNGS, 1))
    columns = (Column(Words("Đối tượng", "object"), "A", 3.4, LEFT), *rungs)
    rows = tuple((words.vi, *map(count, row)) for (_, words), row in zip(KINDS, ladder.rows, strict=True))
    doors = ("Tổng số địa chỉ", *map(count, ladder.doors))
    return Table(Words("Bậc thang từ thu thập đến gắn biển", "The ladder from collected to plated"), columns, (*rows, doors), totals=1)
