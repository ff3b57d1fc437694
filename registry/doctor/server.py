"""Decides what a server must be like: new enough, careful with what it was given, on time, and able to be written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, text

from registry.doctor.finding import Check, Level, ask, bad, first

_OLDEST_SERVER: Final = 150000
_OLDEST_POSTGIS: Final = (3, 3)
# Pages of 8 kB: 128 MB, the server's own default; less was chosen by somebody.
_LEAST_BUFFERS: Final = 16384
_CLOCK_SECONDS: Final = 5.0
_ZONE: Final = "Asia/Ho_Chi_Minh"
# Each loses what was committed, or worse, when the power fails at the wrong moment.
_CAREFUL: Final = ("fsync", "full_page_writes", "synchronous_commit")


def version(connection: Connection) -> Check:
    """Look at the version of PostgreSQL."""
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    level: Level = "ok" if number >= _OLDEST_SERVER else "fail"
    return Check(level, f"PostgreSQL {number // 10000}", "version 15 or newer", "" if level == "ok" else "Nâng cấp PostgreSQL")


def postgis_version(connection: Connection) -> Check:
    """Look at the version of PostGIS."""
    found = connection.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")).scalar()
    if found is None:
        return Check("fail", "Chưa có PostGIS", "PostGIS is not in the database", "diachiso db upgrade")
    fits = tuple(int(part) for part in found.split(".")[:2]) >= _OLDEST_POSTGIS
    return Check("ok" if fits else "fail", f"PostGIS {found}", "version 3.3 or newer", "" if fits else "Nâng cấp PostGIS")


def extensions(connection: Connection) -> Check:
    """Compare the objects of an extension with the library that runs them."""
    found = [row[0] for row in ask(connection, "extensions")]
    said = ("Phần mở rộng cũ hơn thư viện đã cài", "an extension is older than its library")
    return bad(found, "warn", said, "ALTER EXTENSION postgis UPDATE", ("Phần mở rộng khớp thư viện", "extensions match their libraries"))


def writable(connection: Connection) -> Check:
    """Write something that nobody keeps."""
    if connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on":
        return Check("fail", "Cơ sở dữ liệu chỉ cho đọc", "the database is read-only", "Kiểm tra máy chủ PostgreSQL")
    connection.execute(text("CREATE TEMP TABLE doctor_probe AS SELECT generate_series(1, 1000)"))
    connection.execute(text("DROP TABLE doctor_probe"))
    return Check("ok", "Ghi được", "the database can be written")


def settings_of(connection: Connection) -> dict[str, str]:
    """Return the settings that the checks below judge."""
    return {row.name: row.setting for row in ask(connection, "settings")}


def durability(connection: Connection) -> Check:
    """Ask whether what is committed outlives a power cut."""
    return careful(settings_of(connection))


def careful(found: Mapping[str, str]) -> Check:
    """Judge the settings that may cost committed data."""
    off = [f"{name} = {found.get(name)}" for name in _CAREFUL if found.get(name) == "off"]
    said = ("Mất điện có thể mất dữ liệu", "a power cut may lose committed data")
    return bad(off, "fail", said, "Bật lại trong postgresql.conf", ("Dữ liệu đã ghi thì giữ", "what is committed is kept"))


def checksums(connection: Connection) -> Check:
    """Ask whether the server would notice a damaged disk."""
    return noticed(settings_of(connection))


def noticed(found: Mapping[str, str]) -> Check:
    """Judge whether pages carry checksums."""
    if found.get("data_checksums") == "on":
        return Check("ok", "Có kiểm tra lỗi đĩa", "pages carry checksums")
    hint = "Dừng máy chủ, rồi: pg_checksums --enable -D THƯ_MỤC_DỮ_LIỆU"
    return Check("warn", "Không phát hiện được đĩa hỏng", "data checksums are off", hint)


def memory(connection: Connection) -> Check:
    """Ask how much of the registry the server keeps at hand."""
    return enough(settings_of(connection))


def enough(found: Mapping[str, str]) -> Check:
    """Judge the server's shared memory."""
    pages = int(found.get("shared_buffers", "0"))
    if pages >= _LEAST_BUFFERS:
        return Check("ok", f"Bộ nhớ chung {pages // 128:,} MB", "shared_buffers")
    hint = "Đặt shared_buffers bằng khoảng một phần tư bộ nhớ"
    return Check("warn", f"Bộ nhớ chung chỉ {pages // 128:,} MB", "shared_buffers is below 128 MB", hint)


def vacuuming(connection: Connection) -> Check:
    """Ask whether the server cleans up behind itself."""
    return cleans(settings_of(connection))


def cleans(found: Mapping[str, str]) -> Check:
    """Judge the settings without which autovacuum does not run."""
    off = [name for name in ("autovacuum", "track_counts") if found.get(name) == "off"]
    said = ("Máy chủ không tự dọn", "autovacuum does not run")
    return bad(off, "fail", said, "Bật lại trong postgresql.conf", ("Máy chủ tự dọn", "autovacuum runs"))


def encoding(connection: Connection) -> Check:
    """Ask whether Vietnamese letters can be kept."""
    found = settings_of(connection).get("server_encoding", "")
    if found == "UTF8":
        return Check("ok", "Bảng mã UTF8", "encoding")
    return Check("fail", f"Bảng mã {found}", "the encoding is not UTF8", "Tạo lại cơ sở dữ liệu với ENCODING 'UTF8'")


def clock(connection: Connection) -> Check:
    """Compare the server's clock with ours: codes, batches and the 72-hour rules carry the server's."""
    said: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return on_time(said, datetime.now(UTC))


def on_time(server: datetime, here: datetime) -> Check:
    """Judge two clocks read at one moment."""
    apart = abs((server - here).total_seconds())
    if apart <= _CLOCK_SECONDS:
        return Check("ok", "Đồng hồ khớp", "the clocks agree")
    return Check("warn", f"Đồng hồ lệch {apart:,.0f} giây", "the server's clock is not ours", "Bật đồng bộ giờ (NTP) ở cả hai máy")


def zone(connection: Connection) -> Check:
    """Ask in which zone the server writes its log."""
    return local(settings_of(connection))


def local(found: Mapping[str, str]) -> Check:
    """Judge the zone of the log: our own sessions always set theirs."""
    name = found.get("log_timezone", "")
    if name == _ZONE:
        return Check("ok", f"Múi giờ {name}", "time zone of the server's log")
    return Check("warn", f"Nhật ký máy chủ ghi theo giờ {name}", "the server's log is in another zone", f"log_timezone = '{_ZONE}'")


def collations(connection: Connection) -> Check:
    """Look for sort orders that changed under their indexes."""
    found = [row[0] for row in ask(connection, "collations")]
    said = ("Thứ tự chữ cái đã đổi theo thư viện mới", "collation versions differ from the installed library")
    hint = "REINDEX DATABASE, rồi ALTER DATABASE … REFRESH COLLATION VERSION"
    return bad(found, "fail", said, hint, ("Thứ tự chữ cái không đổi", "collations are those of the library"))


def archiver(connection: Connection) -> Check:
    """Ask whether WAL is archived, and whether that works."""
    row = ask(connection, "archiver")[0]
    return archives(settings_of(connection), row.last_failed_wal if row.fails else None)


def archives(found: Mapping[str, str], failed: str | None) -> Check:
    """Judge the archive of WAL: without one a restore ends at the last backup."""
    if found.get("archive_mode", "off") == "off":
        return Check("warn", "Không lưu trữ WAL", "no WAL archive: a restore ends at the last backup", "diachiso db archive THƯ_MỤC")
    if failed:
        return Check("fail", f"Lưu trữ WAL đang lỗi: {failed}", "archiving WAL fails", "Kiểm tra đĩa và quyền của thư mục lưu trữ")
    return Check("ok", "WAL được lưu trữ", "WAL is archived")


def slots(connection: Connection) -> Check:
    """Look for readers that never came back: their WAL fills the disk."""
    found = [row[0] for row in ask(connection, "slots")]
    said = ("Khe nhân bản không ai đọc", "replication slots that nobody reads keep WAL")
    hint = f"SELECT pg_drop_replication_slot('{first(found, 1)}')"
    return bad(found, "warn", said, hint, ("Không có khe bỏ hoang", "no abandoned slots"))


CHECKS: Final = (
    version, postgis_version, extensions, writable, durability, checksums, memory, vacuuming, encoding, clock, zone, collations, archiver,
    slots,
)  # fmt: skip
