"""Decides how sure a measured share is: Wilson's interval at 95 %, which holds for few questions and for shares near 0 and 1."""

import math

_Z = 1.959964


def wilson(hits: int, asked: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, 1927) as two numbers between 0 and 1; the whole range when nothing was asked."""
    if not asked:
        return 0.0, 1.0
    share = hits / asked
    room = _Z * _Z / asked
    middle = (share + room / 2) / (1 + room)
    reach = math.sqrt(share * (1 - share) * room + room * room / 4) / (1 + room)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def percentile(values: list[float], share: float) -> float:
    """Return a percentile of sorted values; nearest rank, 0 for none."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0
