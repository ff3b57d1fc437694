"""Decides how tables and indexes must stand: whole, claimed, cleaned, known to the planner, and with room to grow."""

import os
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from registry.doctor.finding import Check, Level, ask, bad
from registry.models.tables import Base
from registry.settings import settings

_LOW_DISK_BYTES: Final = 2 * 1024**3
# The server itself begins to shout at 40 million before 2^31, and autovacuum forces itself at 200 million.
_OLD_TRANSACTIONS: Final = 1_000_000_000
_DEAD_ROWS: Final = 50_000
_KNOWN_BYTES: Final = 1024**2


def indexes(connection: Connection) -> Check:
    """Look for indexes that a broken CREATE INDEX CONCURRENTLY left."""
    broken = sorted(row.name for row in ask(connection, "indexes") if not row.valid)
    said = ("Chỉ mục hỏng", "invalid indexes")
    return bad(broken, "fail", said, f"REINDEX INDEX {broken[0]}" if broken else "", ("Mọi chỉ mục dùng được", "every index is valid"))


def missing_indexes(connection: Connection) -> Check:
    """Look for indexes that somebody dropped: questions become slow, and what they kept unique does not stay so."""
    there = {row.name for row in ask(connection, "indexes")}
    wanted = {str(index.name) for table in Base.metadata.tables.values() for index in table.indexes}
    said = ("Thiếu chỉ mục", "indexes of the schema are missing")
    return bad(sorted(wanted - there), "fail", said, "Tạo lại như trong registry/models", ("Đủ chỉ mục", "every index is there"))


def dead_rows(connection: Connection, least: int = _DEAD_ROWS) -> Check:
    """Look for tables that nobody cleaned."""
    found = [row[0] for row in ask(connection, "dead", least=least)]
    said = ("Nhiều dòng chết", "more than three rows in ten are dead")
    return bad(found, "warn", said, f"VACUUM (ANALYZE) {found[0]}" if found else "", ("Ít dòng chết", "few dead rows"))


def unlogged(connection: Connection) -> Check:
    """Look for tables that a crash would empty."""
    found = [row[0] for row in ask(connection, "unlogged")]
    said = ("Bảng không ghi WAL, sự cố là mất", "unlogged tables are emptied by a crash")
    return bad(found, "fail", said, f"ALTER TABLE {found[0]} SET LOGGED" if found else "", ("Mọi bảng ghi WAL", "every table is logged"))


def unvacuumed(connection: Connection) -> Check:
    """Look for tables that autovacuum was told to leave alone."""
    found = [row[0] for row in ask(connection, "unvacuumed")]
    said = ("Bảng bị tắt tự dọn", "autovacuum is off for tables")
    hint = f"ALTER TABLE {found[0]} RESET (autovacuum_enabled)" if found else ""
    return bad(found, "warn", said, hint, ("Mọi bảng được tự dọn", "autovacuum is on for every table"))


def wraparound(connection: Connection, most: int = _OLD_TRANSACTIONS) -> Check:
    """Ask how far the server is from the end of its transaction numbers."""
    age = int(ask(connection, "wraparound")[0][0])
    if age <= most:
        return Check("ok", f"Số giao dịch mới dùng {age / 2**31:.0%}", "transaction ids used since the last freeze")
    hint = "VACUUM (FREEZE), tìm giao dịch mở lâu"
    return Check("fail", f"Sắp hết số giao dịch: {age:,}", "transaction id wraparound comes near", hint)


def statistics(connection: Connection, least: int = _KNOWN_BYTES) -> Check:
    """Look for tables of which the planner knows nothing: it then guesses."""
    found = [row[0] for row in ask(connection, "unknown", least=least)]
    hint = f"ANALYZE {found[0]}" if found else ""
    return bad(found, "warn", ("Thiếu thống kê", "tables without statistics"), hint, ("Đủ thống kê", "the planner knows every table"))


def sequences(connection: Connection) -> Check:
    """Look for sequences that would give a number once more, as after rows were copied in by hand."""
    behind = [
        f"{row.table_name}.{row.column_name}"
        for row in ask(connection, "sequences")
        # Names from the catalogue, of tables of ours.
        if connection.execute(text(f'SELECT coalesce(max("{row.column_name}"), 0) FROM "{row.table_name}"')).scalar_one() > row.given  # noqa: S608
    ]
    hint = "SELECT setval(pg_get_serial_sequence('BẢNG', 'CỘT'), (SELECT max(CỘT) FROM BẢNG))"
    return bad(behind, "fail", ("Bộ đếm tụt sau bảng", "sequences are behind their tables"), hint, ("Bộ đếm đúng", "sequences are ahead"))


def disk(var: Path, least: int = _LOW_DISK_BYTES) -> Check:
    """Look at the disk that holds a directory."""
    if not os.access(var, os.W_OK) or os.statvfs(var).f_flag & os.ST_RDONLY:
        return Check("fail", f"Không ghi được vào {var}", "var is not writable", "Kiểm tra đĩa và quyền")
    free = shutil.disk_usage(var).free
    level: Level = "ok" if free >= least else "warn"
    return Check(level, f"Đĩa còn {free / 1e9:,.0f} GB", "free disk", "" if level == "ok" else "Giải phóng đĩa")


def disks() -> list[Check]:
    """Look at the directory of the private cluster; the disk of a server elsewhere is not ours to see."""
    var = settings().var
    return [] if settings().database_url or not var.exists() else [disk(var)]


CHECKS: Final = (indexes, missing_indexes, dead_rows, unlogged, unvacuumed, wraparound, statistics, sequences)
