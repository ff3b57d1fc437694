"""Decides how people write one and the same door: the styles that the matcher is measured and tested with."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.house_path import HousePath, north, slashes, south
from registry.text import fold

SHORT = {
    "Phường ": "P.", "Xã ": "X.", "Thị trấn ": "TT.", "Quận ": "Q.", "Huyện ": "H.",
    "Thị xã ": "TX.", "Thành phố ": "TP.", "Tỉnh ": "T.", "đường ": "Đ.",
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """The parts of a door as full Vietnamese words; empty where it has none.

    `units` are those it was recorded in, small to large; `today` names commune and province of today, `split` the units of an
    old commune that was shared out and partly lies there, `flat` building, floor and room.
    """

    house: HousePath | None
    street: str
    hamlet: str
    units: tuple[str, ...]
    today: tuple[str, str] | None = None
    split: tuple[str, ...] | None = None
    flat: tuple[str, str, str] | None = None


def _lines(door: Written, house: str) -> list[str]:
    """Return the parts from small to large, house and street as one."""
    head = " ".join(part for part in (house, door.street) if part)
    return [part for part in (head, door.hamlet, *door.units) if part]


def complete(door: Written) -> str:
    """Write everything, in order: `12/5 đường Trần Phú, Tổ 3, Phường …, Tỉnh …`."""
    return ", ".join(_lines(door, slashes(door.house) if door.house else ""))


def no_accents(door: Written) -> str:
    """Write without any mark."""
    return ", ".join(" ".join(_plain(word) for word in line.split(" ")) for line in complete(door).split(", "))


def upper(door: Written) -> str:
    """Write in capitals."""
    return complete(door).upper()


def abbreviated(door: Written) -> str:
    """Write the type words short: `P.`, `X.`, `H.`, `TP.`, `Đ.`."""
    return ", ".join(_shortened(line) for line in complete(door).split(", "))


def reordered(door: Written) -> str:
    """Write from large to small, as forms with drop-down lists do."""
    house = [f"số {slashes(door.house)}"] if door.house else []
    return ", ".join([*reversed(door.units), *([door.hamlet] if door.hamlet else []), *([door.street] if door.street else []), *house])


def northern(door: Written) -> str:
    """Write the alleys in words, house first: `số 2A ngách 127 ngõ 1806`."""
    return ", ".join(_lines(door, north(door.house) if door.house else ""))


def southern(door: Written) -> str:
    """Write the alleys inside-out behind `hẻm`: `2A hẻm 127/1806`."""
    return ", ".join(_lines(door, south(door.house) if door.house else ""))


def no_commas(door: Written) -> str:
    """Write without separators."""
    return complete(door).replace(",", "")


STYLES: dict[str, Callable[[Written], str]] = {
    "complete": complete, "no accents": no_accents, "upper case": upper, "abbreviated": abbreviated, "re-ordered": reordered,
    "alleys, northern": northern, "alleys, southern": southern, "no commas": no_commas,
}  # fmt: skip


def _plain(word: str) -> str:
    """Take the marks off one word but keep its signs."""
    return "".join(fold(sign) or sign for sign in word)


def _shortened(line: str) -> str:
    """Replace the first type word of a line, and the street word inside it."""
    for word, short in SHORT.items():
        if line.startswith(word):
            return short + line.removeprefix(word)
    return line.replace(" đường ", " Đ.")
