"""Decides what single doors, codes and places must be like; where there are many, whole pages of a table are drawn at random and looked at.

A table of up to five hundred pages (4 MB: some 15,000 doors, 60,000 codes) is looked at whole, a larger one in that many pages: the cost
is the same at 23 million doors. One wrong row of a million may be missed; what a faulty program does to many rows is not.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from registry.codes import has_valid_check
from registry.doctor.finding import Check, ask, bad, exists
from registry.rekey import key_of
from registry.text import FOLD_VERSION

Checked = Callable[[Connection], Check]
_PAGES: Final = 500
_MOST_RETIRED: Final = 100_000
_NAMED: Final = 5
_RESTORE: Final = "diachiso db restore TỆP sao lưu"


def provinces(connection: Connection) -> Check:
    """Look for doors that lie in another province than their commune, in a sample: nobody of either province sees them rightly."""
    if not exists(connection, "address"):
        return Check("fail", "Chưa có bảng địa chỉ", "no table of doors", "diachiso db upgrade")
    found = [
        f"{row.id} ({row.province_code}, {row.commune} {row.stated})"
        for row in ask(connection, "astray", percent=percent(connection, "address"))
    ]
    said = ("Địa chỉ khác tỉnh với xã của nó, số", "doors in another province than their commune")
    return bad(found, "fail", said, _RESTORE, ("Địa chỉ cùng tỉnh với xã (xem mẫu)", "doors lie in their commune's province (sample)"))


def check_characters(connection: Connection) -> Check:
    """Look for codes of ours that hold and yet fail their own check, in a sample: whoever types one is told that he mistyped it."""
    if not exists(connection, "digital_address"):
        return Check("fail", "Chưa có bảng mã", "no table of codes", "diachiso db upgrade")
    drawn = ask(connection, "drawn_codes", percent=percent(connection, "digital_address"))
    found = sorted(row.code for row in drawn if not has_valid_check(row.code))
    said = ("Mã sai ký tự kiểm tra", "codes fail their own check")
    return bad(found, "fail", said, _RESTORE, ("Ký tự kiểm tra của mã đúng (xem mẫu)", "codes pass their check (sample)"))


def retired_doors(connection: Connection) -> Check:
    """Look for codes that hold although their door is retired; the index of retired doors leads there, over 100,000 of them at most."""
    if not exists(connection, "digital_address"):
        return Check("fail", "Chưa có bảng mã", "no table of codes", "diachiso db upgrade")
    found = [row.code for row in ask(connection, "holds_on_retired", most=_MOST_RETIRED)]
    hint = f"diachiso address history {found[0]}, rồi diachiso address revive {found[0]}" if found else ""
    said = ("Mã còn hiệu lực trên địa chỉ đã ngừng dùng", "active codes of retired doors")
    return bad(found, "fail", said, hint, ("Địa chỉ ngừng dùng không giữ mã hiệu lực", "no retired door has an active code"))


def keys(connection: Connection) -> Check:
    """Look for places under keys of older rules (all of them), or under another key than their name has (a sample): nobody finds them."""
    if not exists(connection, "place"):
        return Check("fail", "Chưa có bảng tên đường", "no table of places", "diachiso db upgrade")
    outdated = [f"{row.name} ({row.id})" for row in ask(connection, "outdated_places", version=FOLD_VERSION, most=_NAMED)]
    if outdated:
        said = ("Đường, thôn còn khoá theo quy tắc cũ", "places under keys of older rules")
        return bad(outdated, "fail", said, "diachiso db upgrade", ("", ""))
    drawn = ask(connection, "drawn_places", percent=percent(connection, "place"))
    stale = [f"{row.name} ({row.id})" for row in drawn if key_of(row.kind, row.name) not in {row.key, ""}]
    # Told that all keys are old, an upgrade makes those anew that are wrong and leaves the others.
    hint = "UPDATE place SET fold_version = 0, rồi diachiso db upgrade"
    said = ("Khoá không khớp tên đường, thôn", "places under keys that are not of their names")
    return bad(stale, "fail", said, hint, ("Khoá của đường, thôn đúng (xem mẫu)", "keys of places are right (sample)"))


def percent(connection: Connection, table: str) -> float:
    """Return what part of a table five hundred pages are, in percent."""
    pages: int = ask(connection, "pages", relation=table)[0][0]
    return min(100.0, 100.0 * _PAGES / max(pages, 1))


CHECKS: Final[tuple[Checked, ...]] = (provinces, check_characters, retired_doors, keys)
