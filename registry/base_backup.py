"""Decides how the private cluster is copied as a whole while it works, and how its WAL is kept beside the copies."""

import shlex
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from registry import backup_log, cluster
from registry.cluster import Cluster
from registry.cluster_files import ROLE, write_archive
from registry.disk import disk_refusals
from registry.errors import FileRefused, RefusedError, UnavailableError, UsageError
from registry.server_binaries import Account, binaries, server_account
from registry.settings import settings

STAMP: Final = "%Y%m%dT%H%M%S.%fZ"
# A quiet registry loses at most this much when its machine is lost with its disk.
_ARCHIVE_SECONDS: Final = 60
_PATIENCE: Final = 30.0


def archive(directory: Path, var: Path | None = None) -> Path:
    """Keep every segment of WAL in `directory`/wal from now on, and return that place once the first has arrived.

    The private server is started anew where it did not archive before; its clients connect again by themselves. RefusedError when the
    account of the server cannot write there, UnavailableError when no segment arrives.
    """
    known = own_cluster(var)
    account = server_account(Path(known.base))
    with disk_refusals(directory):
        place = _owned(directory.absolute(), "wal", account)
    kept = shlex.quote(str(place)).replace("%", "%%")
    copy = f"test ! -e {kept}/%f && cp %p {kept}/%f.part && sync {kept}/%f.part && mv {kept}/%f.part {kept}/%f || cmp -s %p {kept}/%f"
    quoted = copy.replace("'", "''")
    write_archive(known.data, f"archive_mode = on\narchive_timeout = {_ARCHIVE_SECONDS}\narchive_command = '{quoted}'\n", account)
    if ask(known, "SHOW archive_mode") != "on":
        cluster.stop(var or settings().var)
        known = cluster.start(var or settings().var)
    ask(known, "SELECT pg_reload_conf()")
    flush(known, place)
    return place


def flush(known: Cluster, place: Path) -> None:
    """Hand everything that was committed to the archive and wait until it lies there; where WAL is not archived, only end its segment."""
    # A transaction with a number of its own: a restore to any moment before now finds one behind that moment.
    ask(known, "SELECT pg_current_xact_id()")
    segment = str(ask(known, "SELECT pg_walfile_name(pg_switch_wal())"))
    deadline = time.monotonic() + _PATIENCE
    while ask(known, "SHOW archive_mode") == "on" and not (place / segment).exists():
        if time.monotonic() > deadline:
            vi, en = f"Đoạn WAL {segment} không tới nơi lưu trữ.", f"The WAL segment {segment} did not arrive in the archive."
            raise UnavailableError(vi, en, hint="Kiểm tra đĩa và quyền của thư mục lưu trữ; xem: diachiso db doctor")
        time.sleep(0.05)


def take(directory: Path, var: Path | None = None) -> Path:
    """Copy the running cluster whole into `directory`/base under the moment at which the copy was complete, prove it, return it.

    Raises RefusedError when the disk has no room or the server cannot write there, UnavailableError when the copy fails; a copy
    that is not whole is never left.
    """
    known = own_cluster(var)
    account = server_account(Path(known.base))
    with disk_refusals(directory):
        place = _owned(directory.absolute(), "base", account)
    room(place, int(str(ask(known, "SELECT sum(pg_database_size(oid))::bigint FROM pg_database"))))
    draft = place / ".part"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        where = ["-h", known.socket, "-p", str(known.port), "-U", ROLE, "--no-password"]
        tool(known, "pg_basebackup", account, *where, "-D", str(draft), "-F", "plain", "-X", "stream", "-c", "fast")
        prove(known, draft, account)
        # A copy may serve every moment that is not before its name.
        whole = place / datetime.now(UTC).strftime(STAMP)
        draft.rename(whole)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    backup_log.note(var or settings().var, whole)
    return whole


def prove(known: Cluster, copy: Path, account: Account) -> None:
    """Compare every file of a copy with its manifest; FileRefused when one is missing or damaged."""
    try:
        tool(known, "pg_verifybackup", account, "--quiet", str(copy))
    except UnavailableError as error:
        vi, en = f"Bản sao {copy.name} thiếu hoặc hỏng.", f"The base backup {copy.name} is damaged: {error.en}"
        raise FileRefused(vi, en, hint="Dùng một bản sao khác.") from error


def room(place: Path, needed: int) -> None:
    """Refuse before anything is written when a disk has not that many bytes, and a tenth more."""
    free = shutil.disk_usage(place).free
    if free < needed * 1.1:
        vi = f"Đĩa không đủ chỗ: cần {needed / 1e9:,.1f} GB, còn {free / 1e9:,.1f} GB."
        en = f"The disk is too small: {needed / 1e9:,.1f} GB needed, {free / 1e9:,.1f} GB free."
        raise RefusedError(vi, en, hint="Giải phóng đĩa hoặc chọn thư mục khác.")


def own_cluster(var: Path | None) -> Cluster:
    """Return the running private cluster; UsageError where a server of one's own is configured: its files are not ours."""
    if var is None and settings().database_url:
        raise UsageError(
            "Máy chủ ở DIACHISO_DATABASE_URL không do diachiso quản lý.",
            "The server of DIACHISO_DATABASE_URL is not ours to archive or to replace.",
            hint="Dùng pg_basebackup và archive_command của máy chủ ấy, như registry/README.md hướng dẫn.",
        )
    return cluster.start(var)


def ask(known: Cluster, question: str) -> object:
    """Return one value from the private server, None of a command that has none."""
    engine = create_engine(known.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        result = connection.execute(text(question))
        return result.scalar() if result.returns_rows else None


def tool(known: Cluster, name: str, account: Account, *arguments: str) -> None:
    """Run a tool of the server's version under its account; UnavailableError with its own first words."""
    done = cluster.run_tool([str(binaries(known.version).directory / name), *arguments], account)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or ["no reason given"])[-1]
        raise UnavailableError(f"Lệnh {name} không xong.", f"{name} failed: {reason}")


def copy_as(account: Account, source: Path, target: Path) -> None:
    """Copy a file or a whole directory under the server's account, with its rights; UnavailableError when the disk refuses."""
    done = subprocess.run(  # noqa: S603 - a constant command on our own paths.
        ["/bin/cp", "-a", "--reflink=auto", str(source), str(target)],
        check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd="/", **account.subprocess_arguments(),
    )  # fmt: skip
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [""])[-1]
        raise UnavailableError(f"Không chép được {source.name}.", f"{source} cannot be copied: {reason}", hint="Kiểm tra đĩa và quyền.")


def _owned(directory: Path, name: str, account: Account) -> Path:
    """Return a directory that belongs to the server's account; RefusedError where that account cannot reach it."""
    place = directory / name
    place.mkdir(parents=True, exist_ok=True)
    if not account.is_current:
        account.own(place)
    place.chmod(0o700)
    done = subprocess.run(  # noqa: S603 - a constant command on our own path.
        ["/usr/bin/test", "-w", str(place)], check=False, stdin=subprocess.DEVNULL, cwd="/", **account.subprocess_arguments()
    )
    if done.returncode:
        vi, en = f"Tài khoản của máy chủ không ghi được vào {place}.", f"The account of the server cannot write into {place}."
        raise RefusedError(vi, en, hint="Chọn thư mục mà mọi thư mục cha đều cho đi qua (quyền x).")
    return place
