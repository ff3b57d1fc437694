"""The directories and files of the private cluster: a place its account can reach, its data made whole or not at all."""

import hashlib
import os
import secrets
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from registry.errors import UnavailableError
from registry.server_binaries import Account, Binaries, server_account

ROLE = "diachiso"
DATABASE = "diachiso"

# sun_path of a Unix socket holds 108 bytes with its terminator (unix(7)); the file name takes up to 14 of them.
_SOCKET_PATH_BYTES = 107
_SOCKET_NAME = "/.s.PGSQL.65535"
_SYSTEM_PLACE = Path("/var/lib/diachiso")
_ORIGIN = "origin"
_SMALL_SHARED_MEMORY = 512 * 1024 * 1024

# Two cores and a few gigabytes shared with the application. fsync and synchronous_commit stay on: a code that was told is kept.
_SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
min_wal_size = 160MB
wal_compression = on
checkpoint_timeout = 15min
fsync = on
full_page_writes = on
synchronous_commit = on
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 1
dynamic_shared_memory_type = {shared_memory}
timezone = 'Asia/Ho_Chi_Minh'
log_timezone = 'Asia/Ho_Chi_Minh'
lc_messages = 'C.UTF-8'
logging_collector = on
log_directory = '../log'
log_filename = 'postgres-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_line_prefix = '%m [%p] '
log_lock_waits = on
# What somebody asked for may be his address: no statement, no value of one, and no error, for its words may quote either; the program that
# asked is told, and logs the kind of error and its place. The server's own troubles (log, fatal, panic) are written.
log_statement = none
log_duration = off
log_min_duration_statement = -1
log_min_duration_sample = -1
log_transaction_sample_rate = 0
log_min_error_statement = panic
log_min_messages = log
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
include_if_exists = 'archive.conf'
"""


def ready_directory(var: Path) -> Path:
    """Create and return the directory that holds data, log and password: `var/postgres`, or elsewhere when unreachable.

    A checkout under /root or in another private directory cannot be entered by the account that PostgreSQL runs under;
    its cluster then lives in /var/lib/diachiso under a name derived from the path of `var`.
    """
    var.mkdir(parents=True, exist_ok=True)
    base = _owned(var / "postgres")
    if _reachable(base):
        return base
    if not any(base.iterdir()):
        base.rmdir()
    _SYSTEM_PLACE.mkdir(mode=0o755, exist_ok=True)
    base = _owned(_SYSTEM_PLACE / _fingerprint(var))
    _write(base / _ORIGIN, f"{var}\n", server_account(base))
    return base


def belongs_to(base: Path, var: Path) -> bool:
    """Say whether a directory holds the cluster of this `var`: a copied checkout must not share its original's data.

    A cluster in the system's place stays with a checkout that was moved: where its origin no longer exists, it is ours.
    """
    if base == var / "postgres":
        return base.exists()
    try:
        origin = Path((base / _ORIGIN).read_text(encoding="utf-8").strip())
    except OSError:
        return False
    return origin == var or not origin.exists()


def short_socket_directory(base: Path) -> Path:
    """Create and return the private directory of the Unix socket: beside the data unless its path is too long for a socket."""
    inside = base / "socket"
    if len(os.fsencode(f"{inside}{_SOCKET_NAME}")) <= _SOCKET_PATH_BYTES:
        return _owned(inside, like=base)
    account = server_account(base)
    outside = Path(tempfile.gettempdir()) / f"diachiso-{account.uid}-{_fingerprint(base)}"
    found = _owned(outside, like=base).lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise UnavailableError(
            f"Thư mục {outside} không thuộc về cụm này.",
            f"The directory {outside} does not belong to this cluster.",
            hint="Xoá thư mục đó, hoặc đặt DIACHISO_VAR vào một đường dẫn ngắn hơn.",
        )
    return outside


def initialise(base: Path, binaries: Binaries, account: Account) -> None:
    """Create the data directory in a draft and rename it, so that a killed run leaves nothing that looks finished.

    Local connections are trusted because only the owner and root can enter the socket's directory; connections over the
    loopback port need the random password in `password` beside the data.
    """
    draft = base / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    _owned(base / "log", like=base)
    password = base / "password"
    _write(password, secrets.token_urlsafe(24) + "\n", account)
    command = [str(binaries.directory / "initdb"), "-D", str(draft), "-U", ROLE, "-E", "UTF8", "--locale=C.UTF-8"]
    command += ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password}"]
    done = subprocess.run(  # noqa: S603 - an absolute path of an installed server and arguments of our own.
        command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd="/", **account.subprocess_arguments()
    )
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise UnavailableError(
            f"Không tạo được cụm cơ sở dữ liệu ở {base}.",
            f"initdb failed in {base}: {(done.stderr.strip().splitlines() or [''])[-1]}",
            hint="Kiểm tra dung lượng đĩa và quyền ghi.",
        )
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude_if_exists = 'diachiso.conf'\n")
    draft.rename(base / "data")


def write_settings(data: Path, socket: str, port: int, account: Account) -> None:
    """Write the settings of this machine's server; they are ours at every start, other files of the server are not touched."""
    quoted = socket.replace("'", "''")
    _write(data / "diachiso.conf", _SETTINGS.format(port=port, socket=quoted, shared_memory=_shared_memory()), account)


def write_archive(data: Path, text: str, account: Account) -> None:
    """Write the settings of the archive of WAL, which a start leaves as they are."""
    _write(data / "archive.conf", text, account)


def _shared_memory() -> str:
    """Choose files over /dev/shm where a container made that too small for a parallel query."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - asked for its size, nothing is written there.
    except OSError:
        return "mmap"
    return "posix" if room.f_bsize * room.f_blocks >= _SMALL_SHARED_MEMORY else "mmap"


def _owned(directory: Path, *, like: Path | None = None) -> Path:
    """Create a private directory of the server's account unless it exists."""
    account = server_account(like or directory)
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        return directory
    account.own(directory)
    return directory


def _write(path: Path, text: str, account: Account) -> None:
    """Write a file that only the server's account can read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    account.own(draft)
    draft.replace(path)


def _reachable(base: Path) -> bool:
    """Ask, as the server's account, whether it can write into the directory: rights of every parent count."""
    done = subprocess.run(  # noqa: S603 - a constant command on our own path.
        ["/usr/bin/test", "-w", str(base)],
        check=False,
        stdin=subprocess.DEVNULL,
        cwd="/",
        **server_account(base).subprocess_arguments(),
    )
    return done.returncode == 0


def _fingerprint(path: Path) -> str:
    """Return a short name for a path, the same at every run."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
