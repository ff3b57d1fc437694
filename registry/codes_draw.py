"""Here is decided how codes are drawn in a process: from the system's strong random source, no serial of a postal code twice.

A code is only drawn here; it is issued when the database takes it (`digital_address`), which alone knows all that ever existed.
"""

import os
from collections.abc import Iterator
from typing import Final

from registry.codes import ALPHABET, BASE, DIGITS, SERIALS_PER_POSTAL_CODE, WEIGHTS

_BLOCK: Final = 1 << 16
_TRIES: Final = 16
_PAIR: Final = BASE * BASE


def _pairs(first: range, weights: tuple[int, int]) -> tuple[tuple[str, int], ...]:
    """Return two signs and their part of the sum that the check character ends, for all pairs."""
    return tuple((ALPHABET[a] + ALPHABET[b], weights[0] * a + weights[1] * b) for a in first for b in range(BASE))


_FRONTS: Final = _pairs(range(len(DIGITS), len(DIGITS) + SERIALS_PER_POSTAL_CODE // (BASE * _PAIR)), (WEIGHTS[5], WEIGHTS[6]))
_BACKS: Final = _pairs(range(BASE), (WEIGHTS[7], WEIGHTS[8]))


class Draws:
    """Draws codes; remembers a bit for every serial drawn, 78 kilobytes a postal code.

    Of several processes that draw for one file each has the serials of its turn, so that no two draw the same one.
    """

    def __init__(self, turn: int = 0, of: int = 1) -> None:
        """Draw of every `of` serials the one whose turn it is."""
        self._turn, self._of, self._most = turn, of, SERIALS_PER_POSTAL_CODE // of
        self._postals: dict[str, tuple[str, int, bytearray]] = {}
        self._random = _random()

    def next(self, postal: str) -> str | None:
        """Return a code of a postal code that was not drawn before; None when half of its serials were."""
        prefix, weight, drawn = self._postals.get(postal) or self._opened(postal)
        for _ in range(_TRIES):
            serial = next(self._random) % self._most * self._of + self._turn
            if not drawn[serial >> 3] & 1 << (serial & 7):
                drawn[serial >> 3] |= 1 << (serial & 7)
                return _written(prefix, weight, serial)
        return None

    def _opened(self, postal: str) -> tuple[str, int, bytearray]:
        weight = sum(factor * int(digit) for factor, digit in zip(WEIGHTS[:5], postal, strict=True))
        self._postals[postal] = f"{postal}-", weight, bytearray(SERIALS_PER_POSTAL_CODE // 8 + 1)
        return self._postals[postal]


def _random() -> Iterator[int]:
    """Yield numbers of 32 bits from the system's strong random source, forever."""
    while True:
        yield from memoryview(os.urandom(_BLOCK)).cast("I")


def _written(prefix: str, weight: int, serial: int) -> str:
    """Write a serial behind its postal code, as registry.codes.build does, with the check character."""
    front, back = divmod(serial, _PAIR)
    (first, sum_first), (last, sum_last) = _FRONTS[front], _BACKS[back]
    return f"{prefix}{first}{last}{ALPHABET[(weight + sum_first + sum_last) % BASE]}"
