"""Decides whether a confidence keeps its word: of the answers with confidence 0.9, nine in ten must be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geocode.score import evidence
from geocode.types import Level, Verdict
from service.bench.accuracy import Asked

BINS = 10
# Of answers wider than a commune the truth is not known: a question names its commune, not its district of before.
_TOO_WIDE = frozenset({Level.DISTRICT, Level.PROVINCE, Level.NONE})
_CLAIMS = frozenset({Verdict.ACCEPT, Verdict.CONFIRM})
Point = tuple[float, bool]


@dataclass(frozen=True)
class Bin:
    """Answers of like confidence: the bin's bounds, how many, their mean confidence, and the share that holds."""

    low: float
    high: float
    count: int
    confidence: float
    share: float


@dataclass(frozen=True)
class Curve:
    """The bins that hold answers, lowest first, and the expected calibration error: the mean gap, weighted by count."""

    bins: tuple[Bin, ...]
    count: int
    error: float


def door_points(asked: Iterable[Asked], *, raw: bool = False) -> list[Point]:
    """Return (confidence, holds) of the answers that claim a door; only of questions whose door is known."""
    return [_point(each, raw=raw) for each in asked if _claims(each) and _at_door(each) and _door_known(each)]


def wide_points(asked: Iterable[Asked], *, raw: bool = False) -> list[Point]:
    """Return (confidence, holds) of the answers that stop above the door: they hold when their commune is the true one."""
    return [_point(each, raw=raw) for each in asked if _claims(each) and not _at_door(each) and each.question.expects != "as told"]


def curve(points: Sequence[Point], bins: int = BINS) -> Curve:
    """Sort (confidence, holds) into bins of equal width."""
    held: list[list[Point]] = [[] for _ in range(bins)]
    for point in points:
        held[min(bins - 1, max(0, int(point[0] * bins)))].append(point)
    found = tuple(_bin(place / bins, (place + 1) / bins, each) for place, each in enumerate(held) if each)
    total = len(points)
    error = sum(each.count * abs(each.confidence - each.share) for each in found) / total if total else 0.0
    return Curve(found, total, error)


def fit(points: Sequence[Point], most: int = 12) -> list[tuple[float, float]]:
    """Return at most so many (raw score, calibrated confidence) points of a line that never falls, by pooling adjacent violators.

    Equal scores are pooled first. The points are the middles of the blocks; where there are too many, the neighbours whose shares
    differ least are joined. Between two points the confidence is interpolated, outside them it stays.
    """
    blocks: list[tuple[float, float, int]] = []  # Sum of scores, sum of holds, count.
    for score, holds, count in _by_score(points):
        blocks.append((score * count, holds, count))
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            blocks[-2:] = [_joined(*blocks[-2:])]
    while len(blocks) > max(1, most):
        gaps = [after[1] / after[2] - before[1] / before[2] for before, after in pairwise(blocks)]
        place = gaps.index(min(gaps))
        blocks[place : place + 2] = [_joined(*blocks[place : place + 2])]
    return [(round(score / count, 4), round(holds / count, 4)) for score, holds, count in blocks]


def calibrated(table: Sequence[tuple[float, float]], score: float) -> float:
    """Read a fitted table at a score: interpolated between its points, held level outside; the score itself without a table."""
    if not table or score <= table[0][0]:
        return table[0][1] if table else score
    for (low, below), (high, above) in pairwise(table):
        if score <= high:
            return below + (above - below) * (score - low) / (high - low)
    return table[-1][1]


def _claims(asked: Asked) -> bool:
    """Tell whether the answer says something that can be checked: an ambiguous one, a refusal and a mere district do not."""
    best = asked.answer.best
    return asked.answer.verdict in _CLAIMS and best is not None and best.level not in _TOO_WIDE


def _at_door(asked: Asked) -> bool:
    """Tell whether the answer names a door."""
    return asked.answer.best is not None and asked.answer.best.level is Level.HOUSEHOLD


def _door_known(asked: Asked) -> bool:
    """Tell whether it is known which door is meant, or that none is."""
    return asked.question.expects != "commune" and (asked.question.address_id is not None or asked.question.expects == "absent")


def _point(asked: Asked, *, raw: bool) -> Point:
    """Return the confidence of an answer, or the evidence before any calibration."""
    best = asked.answer.best
    if best is None:
        return 0.0, asked.holds
    return (evidence(best.parts, door=_at_door(asked)) if raw and best.parts else best.confidence), asked.holds


def _bin(low: float, high: float, points: Sequence[Point]) -> Bin:
    """Sum up one bin."""
    count = len(points)
    return Bin(low, high, count, sum(score for score, _ in points) / count, sum(holds for _, holds in points) / count)


def _by_score(points: Sequence[Point]) -> list[tuple[float, float, int]]:
    """Return (score, how many hold, how many) by score, lowest first."""
    held: dict[float, list[bool]] = {}
    for score, holds in points:
        held.setdefault(round(score, 4), []).append(holds)
    return [(score, float(sum(each)), len(each)) for score, each in sorted(held.items())]


def _joined(first: tuple[float, float, int], second: tuple[float, float, int]) -> tuple[float, float, int]:
    """Pool two blocks."""
    return first[0] + second[0], first[1] + second[1], first[2] + second[2]
