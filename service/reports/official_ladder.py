"""Decides how the ladder of an official report looks: how many households and doors reached each rung, kinds of object apart."""

from typing import Final

from registry.ladder import RUNG_WORDS, RUNGS, Ladder, Ladders
from service.reports.coverage_table import count
from service.reports.official_document import LEFT, Column, Table, Words

KINDS: Final = (
    ("households", Words("Hộ gia đình (số hộ)", "households")), ("household", Words("Địa chỉ nhà ở", "dwellings")),
    ("office", Words("Cơ quan, tổ chức", "offices")), ("business", Words("Cơ sở kinh doanh", "businesses")),
    ("other", Words("Đối tượng khác", "other objects")),
)  # fmt: skip


def ladder_table(ladders: Ladders) -> Table:
    """Return one row a kind of object and the sum of all doors; a rung counts what reached it and every rung below."""
    rungs = (Column(Words(vi, en), str(place), 1.7) for place, (_, vi, en) in enumerate(RUNG_WORDS, 1))
    columns = (Column(Words("Đối tượng", "object"), "A", 3.4, LEFT), *rungs)
    rows = tuple((words.vi, *map(count, rungs_of(getattr(ladders, kind)))) for kind, words in KINDS)
    doors = ("Tổng số địa chỉ", *map(count, rungs_of(ladders.doors)))
    return Table(Words("Bậc thang từ thu thập đến gắn biển", "The ladder from collected to plated"), columns, (*rows, doors), totals=1)


def rungs_of(ladder: Ladder) -> tuple[int, ...]:
    """Return the figures of a ladder, lowest rung first."""
    return tuple(getattr(ladder, rung) for rung in RUNGS)


def steps(ladders: Ladders) -> tuple[int, ...]:
    """Return all figures of a unit in one row, kind by kind in the order of KINDS."""
    return tuple(figure for kind, _ in KINDS for figure in rungs_of(getattr(ladders, kind)))
