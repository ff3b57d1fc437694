"""Decides what the registry itself must be like: its schema, its map, its codes, its counts and its feed."""

from typing import Final

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from registry import db
from registry.doctor.finding import Check, ask, bad, exists
from registry.tally import wrong_counters

_TOGETHER = " AND o.province_code = t.province_code"


def migrations(connection: Connection) -> Check:
    """Compare the schema with the program."""
    head = ScriptDirectory.from_config(db.alembic_config(connection)).get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return Check("ok", f"Lược đồ ở bản {head}", "migrations are at the head")
    return Check("fail", f"Lược đồ ở bản {current or 'trống'}, cần {head}", "migrations are behind", "diachiso db upgrade")


def units(connection: Connection) -> Check:
    """Count the communes in force."""
    if not exists(connection, "unit"):
        return Check("fail", "Chưa có bảng đơn vị hành chính", "no table of units", "diachiso db upgrade")
    count = connection.execute(text("SELECT count(*) FROM unit WHERE level = 'commune' AND in_force")).scalar_one()
    if not count:
        return Check("fail", "Chưa nạp đơn vị hành chính", "no units are loaded", "diachiso units load")
    return Check("ok", f"{count:,} xã phường đang hiệu lực", "communes in force")


def doubled(connection: Connection) -> Check:
    """Look for places that a change of the folding rules made one, whose doors of one number a human has to look at (registry.rekey)."""
    if not exists(connection, "place"):
        return Check("fail", "Chưa có bảng tên đường", "no table of places", "diachiso db upgrade")
    count = connection.execute(text("SELECT count(*) FROM place WHERE key LIKE '% / ' || id")).scalar_one()
    if not count:
        return Check("ok", "Không có đường, thôn ghi hai lần", "no place is registered twice")
    return Check(
        "warn", f"{count:,} đường, thôn ghi hai lần dưới hai cách viết", "places in two spellings that both hold a door of one number",
        "SELECT * FROM place WHERE key LIKE '% / ' || id",
    )  # fmt: skip


def counts(connection: Connection) -> Check:
    """Report the planner's estimates: an exact count of tens of millions of rows is no question for a quick look."""
    names = ("address", "household", "digital_address", "batch")
    found = connection.execute(
        text("SELECT relname, greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = ANY(:names) AND relkind IN ('r', 'p')"),
        {"names": list(names)},
    ).all()
    shown = ", ".join(f"{name} ≈ {rows:,}" for name, rows in sorted((row[0], row[1]) for row in found))
    return Check("ok", shown or "Chưa có bảng địa chỉ", "rows, estimated")


def tally(connection: Connection) -> Check:
    """Prove the kept counts of communes by a full count, which takes a second a million doors."""
    if not exists(connection, "commune_tally"):
        return Check("fail", "Chưa có bảng số đếm theo xã", "no table of counts by commune", "diachiso db upgrade")
    wrong = wrong_counters(connection)
    if wrong:
        places = dict.fromkeys(each.where for each in wrong)
        names = ", ".join(list(places)[:3])
        return Check(
            "fail", f"Số đếm của {len(places)} xã sai: {names}", "kept counts differ from a full count", "diachiso coverage recount"
        )
    return Check("ok", "Số đếm theo xã đúng bằng đếm lại", "kept counts equal a full count")


def feed(connection: Connection) -> Check:
    """Prove that the numbers of the change feed have no gap."""
    if not exists(connection, "feed"):
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


def orphans(connection: Connection) -> Check:
    """Look for rows that point nowhere: a load keeps these references itself, without foreign keys."""
    if not exists(connection, "address"):
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


def codes(connection: Connection) -> Check:
    """Look for a code in two provinces: the key holds it unique inside one, over all it is whoever issues that looks first."""
    if not exists(connection, "digital_address"):
        return Check("fail", "Chưa có bảng mã", "no table of codes", "diachiso db upgrade")
    twice = list(connection.execute(text(_TWICE)).scalars())
    if twice:
        return Check("fail", f"Mã có ở hai tỉnh: {', '.join(twice)}", "codes that stand in two provinces", "Sửa hoặc hoàn tác lô đến sau")
    return Check("ok", "Không mã nào ở hai tỉnh", "no code stands in two provinces")


_TWICE = "SELECT code FROM digital_address GROUP BY code HAVING count(*) > 1 ORDER BY code LIMIT 5"


def boundaries(connection: Connection) -> Check:
    """Look for communes that nobody can find on the map, and for areas that are only near the truth."""
    if not exists(connection, "unit_boundary"):
        return Check("warn", "Chưa có ranh giới", "no boundaries", "diachiso units load")
    gone = ask(connection, "without_boundary")[0]
    if gone.missing:
        hint = "diachiso units load, hoặc: diachiso units boundaries TỆP…"
        return Check("warn", f"{gone.missing:,} xã không có ranh giới: {gone.example}…", "communes without a boundary", hint)
    real, rough = connection.execute(
        text("SELECT count(*) FILTER (WHERE NOT approximate), count(*) FILTER (WHERE approximate) FROM unit_boundary")
    ).one()
    if rough or not real:
        return Check(
            "warn", f"Ranh giới: {real:,} thật, {rough:,} gần đúng", "some boundaries are approximate", "diachiso units boundaries TỆP…"
        )
    return Check("ok", f"{real:,} ranh giới thật", "real boundaries")


def active_codes(connection: Connection) -> Check:
    """Look for doors with two codes that hold."""
    if not exists(connection, "digital_address"):
        return Check("fail", "Chưa có bảng mã", "no table of codes", "diachiso db upgrade")
    twice = [row[0] for row in ask(connection, "twice_active")]
    said = ("Địa chỉ có hai mã đang hiệu lực, số", "doors with several active codes")
    hint = "Tạo lại chỉ mục uq_digital_address_active sau khi thu hồi mã thừa"
    return bad(twice, "fail", said, hint, ("Mỗi cửa một mã đang hiệu lực", "one active code a door"))


CHECKS: Final = (migrations, units, boundaries, doubled, counts, tally, feed, orphans, codes, active_codes)
