"""The private PostGIS cluster of one checkout: where it lives, who runs it, how it starts and stops without losing anything."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote

from registry.cluster_files import DATABASE, ROLE, belongs_to, initialise, ready_directory, short_socket_directory, write_settings
from registry.cluster_process import outdated, owner_process, processes_in
from registry.disk import disk_refusals, one_at_a_time
from registry.errors import UnavailableError
from registry.server_binaries import Account, binaries, server_account
from registry.settings import settings

START_SECONDS = 90
_ATTEMPTS = 3
_EXTENSIONS = "CREATE EXTENSION IF NOT EXISTS postgis; CREATE EXTENSION IF NOT EXISTS btree_gist;"


@dataclass(frozen=True)
class Cluster:
    """Where the private cluster is; kept in `var/cluster.json` because the data may have to live outside the checkout."""

    base: str
    socket: str
    port: int
    version: int

    @property
    def data(self) -> Path:
        """Return the data directory of PostgreSQL."""
        return Path(self.base) / "data"

    def url(self, database: str = DATABASE) -> str:
        """Return the SQLAlchemy URL through the Unix socket; the socket's directory lets in only its owner and root."""
        return f"postgresql+psycopg2://{ROLE}@/{database}?host={quote(self.socket, safe='')}&port={self.port}"


@dataclass(frozen=True)
class Status:
    """What `diachiso db start` reports: whether the server answers and where it is, if it exists at all."""

    running: bool
    cluster: Cluster | None


def ensure_started(var: Path | None = None) -> str:
    """Start the cluster where it does not run, create the database where it is missing, and return its SQLAlchemy URL.

    Raises UnavailableError with the reason when the server cannot be installed, started or written.
    """
    return start(var).url()


def start(var: Path | None = None) -> Cluster:
    """Start the cluster unless it already answers; two callers at once start it once."""
    directory = var or settings().var
    with disk_refusals(directory):
        known = _read(directory)
        if known and _database_answers(known) and not outdated(known.data):
            return known
    with disk_refusals(directory), one_at_a_time(directory):
        cluster = _read(directory) or _place(directory)
        if outdated(cluster.data) and _is_idle(cluster):
            _stop_server(cluster)
        if _readiness(cluster) != 0:
            cluster = _start_server(cluster, directory)
        elif known is None:
            _write(directory, cluster)
        _create_database(cluster)
        return cluster


def stop(var: Path | None = None) -> bool:
    """Stop the server after its clients' transactions were rolled back; return whether it ran."""
    directory = var or settings().var
    cluster = _read(directory)
    if cluster is None or not owner_process(cluster.data):
        return False
    with disk_refusals(directory), one_at_a_time(directory):
        _stop_server(cluster)
    return True


def remove(var: Path | None = None) -> None:
    """Stop the server and delete its data, wherever it lives: what `make clean` asks for, and nothing else does."""
    directory = var or settings().var
    stop(directory)
    cluster = _read(directory)
    for path in (cluster.base, cluster.socket) if cluster else ():
        shutil.rmtree(path, ignore_errors=True)


def status(var: Path | None = None) -> Status:
    """Say whether the private cluster answers, without starting or writing anything."""
    cluster = _read(var or settings().var)
    return Status(running=cluster is not None and _readiness(cluster) == 0, cluster=cluster)


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether a server could listen on the port now; a port in its closing minute counts as free, as it does for servers."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _read(var: Path) -> Cluster | None:
    """Read the pointer file; one that is damaged or was copied here from another checkout counts as missing.

    Raises UnavailableError when the cluster belongs to an account that this process cannot become.
    """
    try:
        cluster = Cluster(**json.loads((var / "cluster.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if not belongs_to(Path(cluster.base), var):
        return None
    server_account(Path(cluster.base))
    return cluster


def _write(var: Path, cluster: Cluster) -> None:
    """Write the pointer file by renaming, so that a reader never sees half of it."""
    draft = var / "cluster.json.new"
    draft.write_text(json.dumps(asdict(cluster), indent=2) + "\n", encoding="utf-8")
    draft.replace(var / "cluster.json")


def _place(var: Path) -> Cluster:
    """Decide where a cluster not yet known lives, without starting it."""
    base = ready_directory(var)
    version_file = base / "data" / "PG_VERSION"
    found = binaries(int(version_file.read_text(encoding="ascii")) if version_file.exists() else None)
    return Cluster(base=str(base), socket=str(short_socket_directory(base)), port=_port_in_use(base / "data"), version=found.version)


def _port_in_use(data: Path) -> int:
    """Return the port that a server noted in the fourth line of its lock file, 0 without one."""
    try:
        return int((data / "postmaster.pid").read_text(encoding="ascii").split("\n")[3])
    except (OSError, ValueError, IndexError):
        return 0


def _start_server(cluster: Cluster, var: Path) -> Cluster:
    """Create the data directory when missing and start the server, on another port when the usual one was taken."""
    account = server_account(Path(cluster.base))
    short_socket_directory(Path(cluster.base))
    if not cluster.data.exists():
        initialise(Path(cluster.base), binaries(cluster.version), account)
    if owner_process(cluster.data):
        _wait(lambda: _readiness(cluster) == 0, cluster)
        return cluster
    _clear_stale_locks(cluster)
    for _ in range(_ATTEMPTS):
        if not (cluster.port and port_is_free(cluster.port)):
            cluster = replace(cluster, port=free_port())
        write_settings(cluster.data, cluster.socket, cluster.port, account)
        _write(var, cluster)
        done = run_tool(_start_command(cluster), account)
        if done.returncode == 0:
            return cluster
        if port_is_free(cluster.port):
            break
    raise _did_not_start(cluster)


def _start_command(cluster: Cluster) -> list[str]:
    log = str(Path(cluster.base) / "log" / "start.log")
    return [_tool(cluster, "pg_ctl"), "start", "-D", str(cluster.data), "-l", log, "-w", "-t", str(START_SECONDS)]


def _stop_server(cluster: Cluster) -> None:
    """End all sessions, roll back what they had open, and stop."""
    command = [_tool(cluster, "pg_ctl"), "stop", "-D", str(cluster.data), "-m", "fast", "-w", "-t", str(START_SECONDS)]
    done = run_tool(command, server_account(Path(cluster.base)))
    if done.returncode:
        raise UnavailableError(
            "Không dừng được máy chủ PostgreSQL riêng.", f"pg_ctl stop failed: {done.stderr.strip()}", hint=f"Xem {cluster.base}/log"
        )


def _is_idle(cluster: Cluster) -> bool:
    """Say whether nobody else is connected: a restart must not cut off another's import."""
    others = "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    return "(0 rows)" in _psql(cluster, "postgres", others)


def _did_not_start(cluster: Cluster) -> UnavailableError:
    """Quote the server's own last fatal line: it names the reason better than we can guess it."""
    log = Path(cluster.base) / "log"
    lines = [
        line
        for path in sorted(log.glob("*.log"), key=lambda p: p.stat().st_mtime)
        for line in path.read_text(errors="replace").splitlines()
    ]
    reason = next((line for line in reversed(lines) if "FATAL" in line or "PANIC" in line or "could not" in line), "")
    return UnavailableError(
        "Máy chủ PostgreSQL riêng không khởi động được; dữ liệu còn nguyên.",
        f"The private PostgreSQL server did not start; its data is untouched. {reason.strip()}",
        hint=f"Xem nhật ký trong {log}",
    )


def _create_database(cluster: Cluster) -> None:
    """Create the database and its extensions; both are no-ops the second time."""
    if _database_answers(cluster):
        return
    exists = f"SELECT FROM pg_database WHERE datname = '{DATABASE}'"
    if "(0 rows)" in _psql(cluster, "postgres", exists):
        _psql(cluster, "postgres", f"CREATE DATABASE {DATABASE}")
    _psql(cluster, DATABASE, _EXTENSIONS)


def _psql(cluster: Cluster, database: str, sql: str) -> str:
    command = [_tool(cluster, "psql"), "-X", "-h", cluster.socket, "-p", str(cluster.port), "-U", ROLE, "-d", database]
    done = run_tool([*command, "-v", "ON_ERROR_STOP=1", "-c", sql], None)
    if done.returncode:
        raise UnavailableError(
            "Không chuẩn bị được cơ sở dữ liệu trên máy chủ riêng.",
            f"Preparing the database failed: {done.stderr.strip()}",
            hint="Nếu thiếu PostGIS, chạy lại: make demo",
        )
    return done.stdout


def _database_answers(cluster: Cluster) -> bool:
    """Say whether the database answers and has its extensions: the one question of every quick second run."""
    if not Path(cluster.socket, f".s.PGSQL.{cluster.port}").exists():
        return False
    try:
        return "(2 rows)" in _psql(cluster, DATABASE, "SELECT FROM pg_extension WHERE extname IN ('postgis', 'btree_gist')")
    except UnavailableError:
        return False


def _readiness(cluster: Cluster) -> int:
    """Return pg_isready's answer: 0 accepts connections, 1 is starting or stopping, 2 and 3 do not answer."""
    command = [_tool(cluster, "pg_isready"), "-q", "-h", cluster.socket, "-p", str(cluster.port or 1), "-U", ROLE, "-d", "postgres"]
    return run_tool(command, None).returncode


def _wait(happened: Callable[[], bool], cluster: Cluster) -> None:
    """Wait for a server that somebody else started and that still recovers, or for one that still ends."""
    deadline = time.monotonic() + START_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise _did_not_start(cluster)
        time.sleep(0.1)


def _clear_stale_locks(cluster: Cluster) -> None:
    """Remove lock files of a server that is gone, whose number may since belong to a stranger.

    PostgreSQL's own guard against two servers on one directory sits in those files, so they go only once no process at
    all works in the data directory: the children of a killed server leave it within moments.
    """
    locks = [cluster.data / "postmaster.pid", Path(cluster.socket, f".s.PGSQL.{cluster.port}.lock")]
    if not any(lock.exists() for lock in locks):
        return
    _wait(lambda: not processes_in(cluster.data), cluster)
    for lock in locks:
        lock.unlink(missing_ok=True)


def _tool(cluster: Cluster, name: str) -> str:
    return str(binaries(cluster.version).directory / name)


def run_tool(command: list[str], account: Account | None) -> subprocess.CompletedProcess[str]:
    """Run a tool of PostgreSQL in a session of its own, so that Ctrl-C in the terminal does not reach the server."""
    drop = account.subprocess_arguments() if account else {}
    return subprocess.run(  # noqa: S603 - the command is an absolute path of an installed server and arguments of our own.
        command,
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        **drop,
    )
