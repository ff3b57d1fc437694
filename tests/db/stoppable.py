"""A throw-away cluster that tests may stop as hard as they like; the shared server is nobody's to stop."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from registry import cluster, db
from registry.cluster_process import owner_process, processes_in
from registry.units_load import load_all
from tests.db import faults

_numbers = count(1)


@dataclass
class Server:
    """A throw-away cluster that a test may stop as hard as it likes."""

    var: Path

    def url(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return cluster.start(self.var).url(name)

    def stop_at_once(self) -> None:
        """Stop it as a power cut does: no checkpoint, no farewell (`pg_ctl stop -m immediate`)."""
        known = cluster.status(self.var).cluster
        assert known
        pid = owner_process(known.data)
        assert pid
        os.kill(pid, signal.SIGQUIT)
        faults.until(lambda: not processes_in(known.data), "the server ends")

    def tell(self, name: str, *commands: str) -> None:
        """Run commands that stand outside transactions."""
        with create_engine(self.url(name), isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
            for command in commands:
                connection.exec_driver_sql(command)

    def clone(self, template: str, instead_of: str = "") -> str:
        """Return the URL of a new copy of a database; an old one goes."""
        name = f"copy_{next(_numbers)}"
        old = [f"DROP DATABASE {make_url(instead_of).database} WITH (FORCE)"] if instead_of else []
        # Nobody waits for the disk here, so files are copied at the least cost. Numbers that the template's sequences had reserved are
        # unknown to a recovery of the copy until the next checkpoint.
        self.tell("postgres", *old, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY", "CHECKPOINT")
        return self.url(name)


@contextmanager
def thrown_away(prefix: str) -> Iterator[Server]:
    """Give a cluster of one's own whose database `diachiso` holds the reference data; it is removed at the end."""
    with tempfile.TemporaryDirectory(prefix=prefix) as name:
        var = Path(name)
        var.chmod(0o755)
        try:
            server = Server(var)
            url = server.url("diachiso")
            # What the kernel holds outlives every process, so nothing is made easier by not waiting for the disk, but the tests take half.
            server.tell("postgres", "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            db.upgrade(url)
            with db.engine(url).begin() as connection:
                load_all(connection)
            db.engine(url).dispose()
            yield server
        finally:
            cluster.remove(var)
