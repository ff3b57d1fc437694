"""What the processes of one test run share: a throw-away server where none is named, and the databases that their clones are made of."""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from registry import cluster
from registry.settings import settings

_FOLDER, _SERVER = "DIACHISO_TEST_RUN", "server"
# Nothing here outlives the run, and no test but those of `stoppable` stops a server: nobody has to wait for a disk.
_HASTE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "'256MB'"}


def begin() -> None:
    """Make the folder of the run; whatever would go into `var` of the checkout goes there, also what its processes start.

    A run that is told to end (SIGTERM) ends as by Ctrl-C: it leaves no server behind.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="diachiso-tests-"))
    folder.chmod(0o755)
    # Where nothing is to be written beside the source, every process would compile the whole program anew: that is half of its start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ.update({_FOLDER: str(folder), "DIACHISO_VAR": str(folder / "var")})
    settings.cache_clear()


def end() -> None:
    """Remove the server of the run, or from a server of somebody's own the databases of the run; then its folder."""
    folder = Path(os.environ[_FOLDER])
    if settings().database_url is None:
        cluster.remove(folder / "var")
    elif (folder / _SERVER).exists():
        maintenance = _maintenance((folder / _SERVER).read_text(encoding="utf-8"))
        with maintenance.connect() as connection:
            ours = connection.exec_driver_sql("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (name_of(""),))
            for name in ours.scalars().all():
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(folder, ignore_errors=True)


def once(name: str, make: Callable[[], str]) -> str:
    """Return what the first process of the run that asks makes; the others wait for it and are told the same."""
    folder = Path(os.environ[_FOLDER])
    with (folder / f"{name}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        made = folder / name
        if not made.exists():
            draft = make()
            made.write_text(draft, encoding="utf-8")
        return made.read_text(encoding="utf-8")


def the_server() -> str:
    """Return the URL of the PostGIS of this run: DIACHISO_DATABASE_URL, else a throw-away one that waits for no disk."""
    return once(_SERVER, lambda: settings().database_url or _throw_away())


def name_of(purpose: str) -> str:
    """Return a database name that no other test run on the same server uses."""
    run = Path(os.environ[_FOLDER]).name.rpartition("-")[2]
    return f"diachiso_test_{run}_{purpose}"


def create(server: str, name: str, template: str = "template0") -> str:
    """Create a database and return its URL."""
    with _maintenance(server).connect() as connection:
        # A copy of files costs a checkpoint: cheap where nobody waits for the disk, else a copy by way of the log is quicker.
        waits = connection.exec_driver_sql("SHOW fsync").scalar() == "on"
        how = " ENCODING 'UTF8'" if template == "template0" else " STRATEGY WAL_LOG" if waits else " STRATEGY FILE_COPY"
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{how}')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def database(server: str, name: str, template: str = "template0") -> Iterator[str]:
    """Create a database and yield its URL; drop it afterwards, also under connections that a test forgot."""
    url = create(server, name, template)
    try:
        yield url
    finally:
        with _maintenance(server).connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _throw_away() -> str:
    server = cluster.start().url("postgres")
    with _maintenance(server).connect() as connection:
        for setting, value in _HASTE.items():
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = {value}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    return server


def _maintenance(server: str) -> Engine:
    return create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
