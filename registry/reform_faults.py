"""Decides how the faults of a succession table are told: all of them at once, by line and column, each with what to write instead."""

from dataclasses import dataclass
from typing import Final

from registry.errors import FileRefused

_SHOWN: Final = 20


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one cell: the line of the file, the column as its header writes it, both sentences, what to write."""

    line: int
    column: str
    vi: str
    en: str
    fix: str = ""


def refused(name: str, faults: list[Fault]) -> FileRefused:
    """Return the refusal of a table with its faults, the first of them in full."""
    ordered = sorted(faults, key=lambda fault: fault.line)
    shown = ordered[:_SHOWN]
    more = len(ordered) - len(shown)
    where = [f"dòng {one.line}" + (f", cột {one.column}" if one.column else "") for one in shown]
    vi = [f"  {at}: {one.vi}" + (f" → {one.fix}" if one.fix else "") for at, one in zip(where, shown, strict=True)]
    en = [f"  line {one.line}" + (f", column {one.column}" if one.column else "") + f": {one.en}" for one in shown]
    tail = ([f"  … còn {more} lỗi nữa"], [f"  … {more} more"]) if more else ([], [])
    return FileRefused(
        "\n".join([f"Bảng {name} có {len(ordered)} lỗi, chưa thay đổi gì:", *vi, *tail[0]]),
        "\n".join([f"The table {name} has {len(ordered)} faults; nothing was changed:", *en, *tail[1]]),
        hint="Sửa các ô đó rồi chạy lại; xem bảng mẫu: diachiso reform template",
    )
