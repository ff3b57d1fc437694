"""Decides what the matcher's speed is compared with: a library that only splits a text into units, run on the same texts."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec

NAME = "vietnamadminunits"


class Reference:
    """`vietnamadminunits.parse_address` in its default mode, today's units; counts the texts that it refuses with an error."""

    def __init__(self, parse: Callable[[str], object]) -> None:
        """Keep the function."""
        self._parse = parse
        self.errors = 0

    def __call__(self, texts: Sequence[str]) -> None:
        """Split every text; an error for an odd one counts as an answer, as it took its time."""
        for each in texts:
            try:
                self._parse(each)
            except Exception:  # noqa: BLE001 - the library raises whatever it stumbles over
                self.errors += 1


def reference() -> Reference | None:
    """Return the reference, warmed up, or None where the development extra is not installed."""
    if not find_spec(NAME):
        return None
    from vietnamadminunits import parse_address  # noqa: PLC0415 - a development extra

    parse_address("Phường Bến Nghé, Thành phố Hồ Chí Minh")
    return Reference(parse_address)
