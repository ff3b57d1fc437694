"""Decides how the private cluster goes back to a moment: a base backup and the WAL behind it, beside the present data until all is well."""

import contextlib
import shlex
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import OperationalError

from registry import base_backup, cluster, wal
from registry.backup import count_tables
from registry.cluster import Cluster
from registry.cluster_files import write_settings
from registry.cluster_process import owner_process
from registry.errors import DiachisoError, FileRefused, RefusedError, UnavailableError
from registry.server_binaries import Account, server_account
from registry.settings import settings

# Replaying a day of imports takes its time; whoever waits may interrupt, and the present data is put back.
_RECOVERY_SECONDS: Final = 86_400
_OURS: Final = ("restore_command", "recovery_target_time", "recovery_target_action", "hot_standby")
_TOO_EARLY: Final = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True)
class Restored:
    """What a restore began with, the last commit that it found (None where WAL held none), and where the data of before is kept."""

    base: Path
    last_commit: datetime | None
    kept: Path


def restore(directory: Path, until: datetime | None = None, *, force: bool = False, var: Path | None = None) -> Restored:
    """Put the cluster back to a moment (with its zone; None for all that there is), and keep the present data beside it.

    Whatever was committed up to the moment is there, nothing that was committed after it. Raises RefusedError when the present
    database holds tables and `force` is not given, when another version of PostgreSQL made the backup, when a segment of WAL is
    missing or the WAL ends before the moment, or when the disk is too small; FileRefused without a whole backup from before the
    moment. After each of them the present data is what it was.
    """
    home = var or settings().var
    known = base_backup.own_cluster(var)
    account = server_account(Path(known.base))
    copy = _choose(directory.absolute(), until)
    if not force and count_tables(known.url()):
        raise RefusedError(
            "Cơ sở dữ liệu đích đang có dữ liệu; không khôi phục đè lên.",
            "The target database is not empty; nothing was restored.",
            hint="Thêm --force: dữ liệu đang có được giữ lại bên cạnh.",
        )
    _same_version(known, copy)
    base_backup.prove(known, copy, account)
    # What was committed until now reaches the archive, or stays readable in the present data.
    with contextlib.suppress(UnavailableError):
        base_backup.flush(known, directory.absolute() / "wal")
    places = (directory.absolute() / "wal", known.data / "pg_wal")
    _nothing_missing(copy, *places)
    size = sum(path.stat().st_size for path in copy.rglob("*") if path.is_file())
    base_backup.room(Path(known.base), size)
    return _exchange(known, home, account, copy, until)


def _choose(directory: Path, until: datetime | None) -> Path:
    """Return the newest base backup that is not younger than the moment."""
    try:
        copies = sorted(path for path in (directory / "base").iterdir() if (path / "backup_manifest").exists())
    except OSError:
        copies = []
    fitting = [path for path in copies if until is None or _moment(path) <= until]
    if fitting:
        return fitting[-1]
    if copies:
        vi = f"Không có bản sao nào trước thời điểm ấy; bản đầu tiên: {_moment(copies[0]):%d/%m/%Y %H:%M:%S} UTC."
        raise FileRefused(vi, "No base backup is older than that moment.", hint="Chọn một thời điểm sau bản sao đầu tiên.")
    vi, en = f"Không có bản sao nào trong {directory}.", f"There is no base backup in {directory}."
    raise FileRefused(vi, en, hint="diachiso db backup --base THƯ_MỤC")


def _moment(copy: Path) -> datetime:
    try:
        return datetime.strptime(copy.name, base_backup.STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _same_version(known: Cluster, copy: Path) -> None:
    made_by = (copy / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != str(known.version):
        raise RefusedError(
            f"Bản sao của PostgreSQL {made_by}, máy chủ ở đây là {known.version}.",
            f"The backup was made by PostgreSQL {made_by}, the server here is {known.version}.",
            hint=f"Cài PostgreSQL {made_by}, hoặc dùng tệp của: diachiso db backup TỆP",
        )


def _nothing_missing(copy: Path, *places: Path) -> None:
    start = wal.start_of((copy / "backup_label").read_text(encoding="utf-8"))
    gone = wal.first_missing(start, wal.segments(copy / "pg_wal", *places))
    if gone:
        raise RefusedError(
            f"Thiếu đoạn WAL {gone}: không khôi phục qua chỗ ấy được.",
            f"The WAL segment {gone} is missing: nothing behind it can be restored.",
            hint="Tìm đoạn ấy ở nơi lưu trữ khác, hoặc dùng một bản sao sau nó.",
        )


def _exchange(known: Cluster, home: Path, account: Account, copy: Path, until: datetime | None) -> Restored:
    """Recover beside the present data, which comes back when that fails, and stays beside it when it does not."""
    base = Path(known.base)
    draft, kept = base / "data.restored", base / f"data.before-{datetime.now(UTC).strftime(base_backup.STAMP)}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        base_backup.copy_as(account, copy, draft)
        cluster.stop(home)
        _prepare(known, account, draft, copy.parent.parent / "wal", kept / "pg_wal", until)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        cluster.start(home)
        raise
    known.data.rename(kept)
    draft.rename(known.data)
    try:
        _recover(known, account)
    except BaseException:
        with contextlib.suppress(DiachisoError):
            cluster.stop(home)
        shutil.rmtree(known.data)
        kept.rename(known.data)
        cluster.start(home)
        raise
    last = base_backup.ask(known, "SELECT pg_last_xact_replay_timestamp()")
    for name in _OURS:
        base_backup.ask(known, f"ALTER SYSTEM RESET {name}")
    # Once more without what only the recovery needed.
    cluster.stop(home)
    cluster.start(home)
    return Restored(copy, last if isinstance(last, datetime) else None, kept)


def _prepare(known: Cluster, account: Account, draft: Path, archive: Path, present: Path, until: datetime | None) -> None:
    """Tell the copy where its WAL lies and where to stop; it goes on archiving as the present data does."""
    if (known.data / "archive.conf").exists():
        base_backup.copy_as(account, known.data / "archive.conf", draft / "archive.conf")
    sources = [f"cp {shlex.quote(str(place)).replace('%', '%%')}/%f %p" for place in (archive, present)]
    wanted = {"restore_command": " || ".join(sources), "recovery_target_action": "promote", "hot_standby": "off"}
    if until is not None:
        wanted["recovery_target_time"] = until.isoformat(sep=" ")
    with (draft / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
        conf.writelines(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in wanted.items())
    signal = draft / "recovery.signal"
    signal.touch(mode=0o600)
    account.own(signal)
    write_settings(draft, known.socket, known.port, account)


def _recover(known: Cluster, account: Account) -> None:
    """Start the server and wait until it has replayed everything; RefusedError when the WAL ends before the moment."""
    log = Path(known.base) / "log" / f"restore-{datetime.now(UTC).strftime(base_backup.STAMP)}.log"
    arguments = ["start", "-D", str(known.data), "-l", str(log), "-w", "-t", str(_RECOVERY_SECONDS), "-o", "-c logging_collector=off"]
    try:
        base_backup.tool(known, "pg_ctl", account, *arguments)
        _wait_until_replayed(known)
    except UnavailableError as error:
        said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        if _TOO_EARLY in said:
            vi, en = "WAL kết thúc trước thời điểm ấy.", "The WAL ends before that moment."
            raise RefusedError(vi, en, hint="Bỏ --until để lấy tất cả những gì còn có.") from error
        fatal = next((line for line in reversed(said.splitlines()) if "FATAL" in line or "PANIC" in line), error.en)
        vi, en = "Không khôi phục được; dữ liệu cũ còn nguyên.", f"The restore failed, the present data is untouched: {fatal}"
        raise UnavailableError(vi, en, hint=f"Xem {log}") from error


def _wait_until_replayed(known: Cluster) -> None:
    """Wait until the server takes connections, which it does behind the last record only; UnavailableError when it ends before."""
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while owner_process(known.data) and time.monotonic() < deadline:
        try:
            if base_backup.ask(known, "SELECT pg_is_in_recovery()") is False:
                return
        except OperationalError:
            time.sleep(0.05)
    raise UnavailableError("Máy chủ dừng khi đang khôi phục.", "The server ended while it recovered.")
