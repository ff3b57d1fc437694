"""The private cluster starts from nothing, survives what machines do to it, and never runs as root."""

import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from registry import cluster
from registry.cluster import Cluster
from registry.errors import UnavailableError


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """Give a directory that every account can enter, with a cluster that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="diachiso-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        cluster.remove(Path(name))


@pytest.fixture
def started(var: Path) -> Cluster:
    """Give the running cluster of the module."""
    return cluster.start(var)


def _ask(running: Cluster, question: str) -> object:
    with create_engine(running.url(), poolclass=NullPool).connect() as connection:
        return connection.execute(text(question)).scalar()


def _process(running: Cluster) -> int:
    return int((running.data / "postmaster.pid").read_text().splitlines()[0])


def test_first_start_gives_a_database_with_postgis(started: Cluster) -> None:
    """The URL of a new cluster opens a database that has PostGIS and keeps what it confirms."""
    assert str(_ask(started, "SELECT postgis_lib_version()")).startswith("3.")
    assert _ask(started, "SHOW fsync") == _ask(started, "SHOW synchronous_commit") == "on"


def test_second_start_changes_nothing(var: Path, started: Cluster) -> None:
    """A start while the server runs returns the same cluster and the same process."""
    before = _process(started)
    assert cluster.start(var) == started
    assert _process(started) == before


def test_server_runs_as_an_ordinary_account(started: Cluster) -> None:
    """PostgreSQL never runs as root, also when the command does; its files are closed to others."""
    assert Path(f"/proc/{_process(started)}").stat().st_uid != 0
    assert Path(started.base).stat().st_mode & 0o077 == 0
    assert (Path(started.base) / "password").stat().st_mode & 0o077 == 0


def test_loopback_port_asks_for_a_password(started: Cluster) -> None:
    """Other accounts of the machine reach the port but not the data."""
    port = create_engine(f"postgresql+psycopg2://diachiso@127.0.0.1:{started.port}/diachiso", poolclass=NullPool)
    with pytest.raises(OperationalError, match="password"):
        port.connect()


def test_data_survives_stop_and_start(var: Path, started: Cluster) -> None:
    """What was committed is there after a stop, and a stop of a stopped server is no error."""
    with create_engine(started.url(), poolclass=NullPool).begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS value"))
    assert cluster.stop(var)
    assert not cluster.stop(var)
    assert not cluster.status(var).running
    assert _ask(cluster.start(var), "SELECT value FROM kept") == 7


def test_killed_server_starts_again(var: Path, started: Cluster) -> None:
    """A server killed outright leaves a lock file; the next start clears it and recovers."""
    os.kill(_process(started), signal.SIGKILL)
    assert _ask(cluster.start(var), "SELECT 1") == 1


def test_lock_file_of_a_stranger_does_not_stop_a_start(var: Path, started: Cluster) -> None:
    """A lock file whose process number now belongs to another program counts as stale."""
    lock = started.data / "postmaster.pid"
    words = lock.read_text().splitlines()
    cluster.stop(var)
    lock.write_text("\n".join([str(os.getpid()), *words[1:]]) + "\n")
    assert _ask(cluster.start(var), "SELECT 1") == 1


def test_taken_port_is_replaced(var: Path, started: Cluster) -> None:
    """When another program took the port meanwhile, the server moves to a free one."""
    cluster.stop(var)
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", started.port))
        thief.listen()
        moved = cluster.start(var)
    assert moved.port != started.port
    assert replace(moved, port=started.port) == started


def test_lost_pointer_is_found_again(var: Path, started: Cluster) -> None:
    """Without cluster.json the running server is found by its place, not started twice."""
    (var / "cluster.json").unlink()
    assert cluster.start(var) == started
    assert cluster.status(var).running


def test_copied_checkout_does_not_share_the_data(started: Cluster, tmp_path: Path) -> None:
    """A pointer copied into another checkout is not followed."""
    (tmp_path / "cluster.json").write_text((Path(started.base).parent / "cluster.json").read_text())
    assert cluster.status(tmp_path).cluster is None


def test_private_checkout_and_simultaneous_starts(tmp_path: Path) -> None:
    """Under a directory closed to others the cluster still starts, once, although three callers start it at a time."""
    tmp_path.chmod(0o700)
    var = tmp_path / "var"
    try:
        with ThreadPoolExecutor(3) as pool:
            found = set(pool.map(lambda _: cluster.start(var), range(3)))
        assert len(found) == 1
        assert _ask(found.pop(), "SELECT 1") == 1
    finally:
        cluster.remove(var)


def test_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    """A path too long for a Unix socket (107 bytes) gets a private socket directory elsewhere."""
    from registry.cluster_files import short_socket_directory  # noqa: PLC0415 - the only test that needs it.

    base = tmp_path / ("x" * 90)
    base.mkdir()
    found = short_socket_directory(base)
    assert len(f"{found}/.s.PGSQL.65535") <= 107
    assert found.stat().st_mode & 0o077 == 0
    found.rmdir()


def test_unwritable_place_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A place that cannot hold a directory raises a refusal, not a traceback."""
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError, match="file"):
        cluster.start(tmp_path / "file" / "var")
