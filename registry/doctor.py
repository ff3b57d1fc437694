"""Is this installation healthy: a list of checks, each with what it found and what to do about it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from registry import db
from registry.errors import DiachisoError
from registry.outage import as_unavailable
from registry.settings import settings
from registry.tally import wrong_counters

Level = Literal["ok", "warn", "fail"]

_OLDEST_SERVER = 150000
_OLDEST_POSTGIS = (3, 3)
_LOW_DISK_BYTES = 2 * 1024**3
_TOGETHER = " AND o.province_code = t.province_code"


@dataclass(frozen=True)
class Check:
    """One finding: its level, the sentence in both languages and, unless all is well, what to do."""

    level: Level
    vi: str
    en: str
    hint: str = ""


def examine() -> list[Check]:
    """Run every check and return the findings; never raises for an unhealthy system, that is what it reports."""
    try:
        with db.engine().connect() as connection:
            findings = [Check("ok", "Máy chủ trả lời", "server answers"), *(_guarded(check, connection) for check in CHECKS)]
    except DiachisoError as error:
        return [Check("fail", error.vi, error.en, error.hint), *_disk()]
    except DBAPIError as error:
        known = as_unavailable(error)
        return [
            Check("fail", known.vi if known else "Máy chủ báo lỗi", known.en if known else str(error.orig), "diachiso db start"),
            *_disk(),
        ]
    return findings + _disk()


def _guarded(check: Callable[[Connection], Check], connection: Connection) -> Check:
    """Let one check that the server refuses not hide the others."""
    try:
        return check(connection)
    except DBAPIError as error:
        connection.rollback()
        return Check("fail", f"Không kiểm tra được: {check.__name__.strip('_')}", str(error.orig).strip().splitlines()[0])


def _server_version(connection: Connection) -> Check:
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    level: Level = "ok" if number >= _OLDEST_SERVER else "fail"
    return Check(level, f"PostgreSQL {number // 10000}", "version 15 or newer", "" if level == "ok" else "Nâng cấp PostgreSQL")


def _postgis_version(connection: Connection) -> Check:
    version = connection.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")).scalar()
    if version is None:
        return Check("fail", "Chưa có PostGIS", "PostGIS is not in the database", "diachiso db upgrade")
    fits = tuple(int(part) for part in version.split(".")[:2]) >= _OLDEST_POSTGIS
    return Check("ok" if fits else "fail", f"PostGIS {version}", "version 3.3 or newer", "" if fits else "Nâng cấp PostGIS")


def _migrations(connection: Connection) -> Check:
    head = ScriptDirectory.from_config(db.alembic_config(connection)).get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return Check("ok", f"Lược đồ ở bản {head}", "migrations are at the head")
    return Check("fail", f"Lược đồ ở bản {current or 'trống'}, cần {head}", "migrations are behind", "diachiso db upgrade")


def _writable(connection: Connection) -> Check:
    if connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on":
        return Check("fail", "Cơ sở dữ liệu chỉ cho đọc", "the database is read-only", "Kiểm tra máy chủ PostgreSQL")
    connection.execute(text("CREATE TEMP TABLE doctor_probe ON COMMIT DROP AS SELECT generate_series(1, 1000)"))
    connection.rollback()
    return Check("ok", "Ghi được", "the database can be written")


def _units(connection: Connection) -> Check:
    if not _exists(connection, "unit"):
        return Check("fail", "Chưa có bảng đơn vị hành chính", "no table of units", "diachiso db upgrade")
    count = connection.execute(text("SELECT count(*) FROM unit WHERE level = 'commune' AND in_force")).scalar_one()
    if not count:
        return Check("fail", "Chưa nạp đơn vị hành chính", "no units are loaded", "diachiso units load")
    return Check("ok", f"{count:,} xã phường đang hiệu lực", "communes in force")


def _boundaries(connection: Connection) -> Check:
    if not _exists(connection, "unit_boundary"):
        return Check("warn", "Chưa có ranh giới", "no boundaries", "diachiso units load")
    real, rough = connection.execute(
        text("SELECT count(*) FILTER (WHERE NOT approximate), count(*) FILTER (WHERE approximate) FROM unit_boundary")
    ).one()
    if rough or not real:
        return Check(
            "warn", f"Ranh giới: {real:,} thật, {rough:,} gần đúng", "some boundaries are approximate", "diachiso units boundaries TỆP…"
        )
    return Check("ok", f"{real:,} ranh giới thật", "real boundaries")


def _indexes(connection: Connection) -> Check:
    broken = connection.execute(text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")).scalars().all()
    if broken:
        return Check("fail", f"Chỉ mục hỏng: {', '.join(broken)}", "invalid indexes", f"REINDEX INDEX {broken[0]}")
    return Check("ok", "Mọi chỉ mục dùng được", "every index is valid")


def _doubled(connection: Connection) -> Check:
    """Look for places that a change of the folding rules made one, whose doors of one number a human has to look at (registry.rekey)."""
    if not _exists(connection, "place"):
        return Check("fail", "Chưa có bảng tên đường", "no table of places", "diachiso db upgrade")
    count = connection.execute(text("SELECT count(*) FROM place WHERE key LIKE '% / ' || id")).scalar_one()
    if not count:
        return Check("ok", "Không có đường, thôn ghi hai lần", "no place is registered twice")
    return Check(
        "warn", f"{count:,} đường, thôn ghi hai lần dưới hai cách viết", "places in two spellings that both hold a door of one number",
        "SELECT * FROM place WHERE key LIKE '% / ' || id",
    )  # fmt: skip


def _counts(connection: Connection) -> Check:
    """Report the planner's estimates: an exact count of tens of millions of rows is no question for a quick look."""
    names = ("address", "household", "digital_address", "batch")
    found = connection.execute(
        text("SELECT relname, greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = ANY(:names) AND relkind IN ('r', 'p')"),
        {"names": list(names)},
    ).all()
    shown = ", ".join(f"{name} ≈ {rows:,}" for name, rows in sorted((row[0], row[1]) for row in found))
    return Check("ok", shown or "Chưa có bảng địa chỉ", "rows, estimated")


def _exists(connection: Connection, table: str) -> bool:
    return connection.execute(text("SELECT to_regclass(:name)"), {"name": table}).scalar() is not None


def _disk() -> list[Check]:
    """Look at the directory of the private cluster; the disk of a server elsewhere is not ours to see."""
    var = settings().var
    if settings().database_url or not var.exists():
        return []
    if not os.access(var, os.W_OK) or os.statvfs(var).f_flag & os.ST_RDONLY:
        return [Check("fail", f"Không ghi được vào {var}", "var is not writable", "Kiểm tra đĩa và quyền")]
    free = shutil.disk_usage(var).free
    level: Level = "ok" if free >= _LOW_DISK_BYTES else "warn"
    return [Check(level, f"Đĩa còn {free / 1e9:,.0f} GB", "free disk", "" if level == "ok" else "Giải phóng đĩa")]


def _tally(connection: Connection) -> Check:
    """Prove the kept counts of communes by a full count, which takes a second a million doors."""
    if not _exists(connection, "commune_tally"):
        return Check("fail", "Chưa có bảng số đếm theo xã", "no table of counts by commune", "diachiso db upgrade")
    wrong = wrong_counters(connection)
    if wrong:
        places = dict.fromkeys(each.where for each in wrong)
        names = ", ".join(list(places)[:3])
        return Check(
            "fail", f"Số đếm của {len(places)} xã sai: {names}", "kept counts differ from a full count", "diachiso coverage recount"
        )
    return Check("ok", "Số đếm theo xã đúng bằng đếm lại", "kept counts equal a full count")


def _feed(connection: Connection) -> Check:
    """Prove that the numbers of the change feed have no gap."""
    if not _exists(connection, "feed"):
        return Check("fail", "Chưa có bảng thay đổi", "no table of changes", "diachiso db upgrade")
    gaps, event = connection.execute(text(_GAPS)).one()
    if gaps:
        return Check("fail", f"Số thứ tự thay đổi bị đứt {gaps} chỗ", "numbers of changes have gaps", "diachiso db restore TỆP sao lưu")
    return Check("ok", f"{event:,} thay đổi đánh số liền nhau", "changes numbered without gaps")


_GAPS = """
SELECT count(*) FILTER (WHERE f.no <> f.nth OR f.first_event <> f.before + 1)
    + count(DISTINCT h.id) FILTER (WHERE f.last AND (h.no, h.event) <> (f.no, f.last_event)), max(h.event)
FROM feed_head AS h
LEFT JOIN (
    SELECT no, first_event, last_event, row_number() OVER by_no AS nth, lag(last_event, 1, 0::bigint) OVER by_no AS before,
        lead(no) OVER by_no IS NULL AS last
    FROM feed WHERE no IS NOT NULL WINDOW by_no AS (ORDER BY no)
) AS f ON true
"""


def _orphans(connection: Connection) -> Check:
    """Look for rows that point nowhere: a load keeps these references itself, without foreign keys."""
    if not _exists(connection, "address"):
        return Check("fail", "Chưa có bảng địa chỉ", "no table of doors", "diachiso db upgrade")
    lost = [name for name, query in _POINTERS.items() if connection.execute(text(query)).scalar()]
    if lost:
        return Check("fail", f"Có dòng trỏ vào chỗ không có: {', '.join(lost)}", "rows point nowhere", "diachiso db restore TỆP sao lưu")
    return Check("ok", "Mọi tham chiếu đều có đích", "every reference has its target")


# What a row points to lies in its own province, except places, which have none, and heirs, which a reform may have taken elsewhere.
_POINTERS = {
    f"{table}.{column}": f"SELECT EXISTS (SELECT FROM {table} AS t WHERE t.{column} IS NOT NULL"  # noqa: S608 - only constants of ours are put in
    f" AND NOT EXISTS (SELECT FROM {other} AS o WHERE o.id = t.{column}{together}))"
    for table, column, other, together in (
        ("address", "place_id", "place", ""), ("address", "hamlet_id", "place", ""), ("address", "commune_id", "unit", _TOGETHER),
        ("digital_address", "address_id", "address", _TOGETHER), ("household", "address_id", "address", _TOGETHER),
        ("external_code", "address_id", "address", _TOGETHER), ("address", "replaced_by", "address", ""),
    )
}  # fmt: skip


def _codes(connection: Connection) -> Check:
    """Look for a code in two provinces: the key holds it unique inside one, over all it is whoever issues that looks first."""
    if not _exists(connection, "digital_address"):
        return Check("fail", "Chưa có bảng mã", "no table of codes", "diachiso db upgrade")
    twice = list(connection.execute(text(_TWICE)).scalars())
    if twice:
        return Check("fail", f"Mã có ở hai tỉnh: {', '.join(twice)}", "codes that stand in two provinces", "Sửa hoặc hoàn tác lô đến sau")
    return Check("ok", "Không mã nào ở hai tỉnh", "no code stands in two provinces")


_TWICE = "SELECT code FROM digital_address GROUP BY code HAVING count(*) > 1 ORDER BY code LIMIT 5"

CHECKS = (
    _server_version,
    _postgis_version,
    _migrations,
    _writable,
    _units,
    _boundaries,
    _indexes,
    _doubled,
    _counts,
    _tally,
    _feed,
    _orphans,
    _codes,
)
