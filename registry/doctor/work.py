"""Decides what must not be left lying: batches and doors that wait for a word, backups that nobody makes, tasks without a worker."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from registry import backup_log, work_queue
from registry.doctor.finding import Check, ask, bad, exists
from registry.settings import settings

_HOURS: Final = 24
_BACKUP_DAYS: Final = 7
# A worker looks every few seconds; with workers alive, work of an hour may lie before a task.
_WAITED_SECONDS: Final = 120.0
_MANY_TIMES: Final = 30


def stuck(connection: Connection) -> Check:
    """Look for batches whose loader was killed, or that nobody confirmed."""
    if not exists(connection, "batch"):
        return Check("fail", "Chưa có bảng lô", "no table of batches", "diachiso db upgrade")
    found = [row[0] for row in ask(connection, "stuck", hours=_HOURS)]
    hint = f"diachiso batch show {found[0]}, rồi nhập lại tệp" if found else ""
    said = ("Lô dở dang quá một ngày", "batches begun a day ago and not ended")
    return bad(found, "warn", said, hint, ("Không lô nào dở dang", "no batch is left half-way"))


def undecided(connection: Connection) -> Check:
    """Count the doors of split communes that nothing decided."""
    if not exists(connection, "reform_waiting"):
        return Check("fail", "Chưa có bảng sắp xếp đơn vị", "no table of reforms", "diachiso db upgrade")
    count = ask(connection, "undecided")[0][0]
    if not count:
        return Check("ok", "Không cửa nào chờ quyết định", "no door waits for a decision")
    return Check("warn", f"{count:,} cửa chờ quyết định sau sắp xếp", "doors wait for a decision after a reform", "diachiso reform waiting")


def unworked(connection: Connection) -> Check:
    """Look whether anybody works on the queue of jobs and uploads, and whether its program fails at them."""
    if not exists(connection, "procrastinate_jobs"):
        return Check("fail", "Chưa có bảng hàng đợi", "no tables of the queue", "diachiso db upgrade")
    return judged(work_queue.of_now(connection))


def judged(queue: work_queue.WorkQueue, seconds: float = _WAITED_SECONDS) -> Check:
    """Judge a queue: tasks that wait longer than that are nobody's, or more than its workers can do."""
    minutes = round(queue.oldest_seconds / 60)
    if queue.waiting and queue.oldest_seconds > seconds and not queue.workers:
        return Check(
            "warn", f"{queue.waiting:,} việc chờ {minutes} phút, không ai làm", "tasks wait and no worker lives", "diachiso worker"
        )
    if queue.waiting and queue.oldest_seconds > _MANY_TIMES * seconds:
        said = f"{queue.waiting:,} việc chờ, lâu nhất {minutes} phút"
        return Check("warn", said, "tasks wait for long although workers live", "Chạy thêm: diachiso worker")
    if queue.failed:
        said = f"{queue.failed:,} việc hỏng vì lỗi chương trình"
        return Check("warn", said, "tasks failed by a fault of the program", "Xem log của diachiso worker; gửi lại tệp")
    return Check("ok", f"Hàng đợi thông: {queue.waiting} chờ, {queue.workers} tiến trình", "the queue is worked on")


def backups() -> list[Check]:
    """Look when this machine last made a backup."""
    return [recent(settings().var)]


def recent(var: Path, days: int = _BACKUP_DAYS) -> Check:
    """Judge the newest backup that was noted in a directory (registry.backup_log)."""
    last = backup_log.last(var)
    if last is None:
        return Check("warn", "Chưa sao lưu lần nào từ máy này", "no backup was made from here", "diachiso db backup TỆP")
    age = datetime.now(UTC) - last.at
    if age > timedelta(days=days):
        return Check("warn", f"Bản sao lưu cuối đã {age.days} ngày", "the last backup is old", "diachiso db backup TỆP")
    return Check("ok", f"Sao lưu cuối: {last.at:%d/%m/%Y %H:%M} UTC", "last backup")


CHECKS: Final = (stuck, undecided, unworked)
