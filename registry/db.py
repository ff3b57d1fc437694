"""Decides how the house reaches its database: one engine a process, one session a unit of work, migrations to the head."""

import getpass
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session

from registry import cluster, tally
from registry.rekey import rekey
from registry.security import rights
from registry.settings import settings

MIGRATIONS = Path(__file__).parent / "migrations"
_CONNECT_SECONDS = 10
# A statement of a request that takes longer is given up, and the asker told to come back (503).
_SERVICE_SECONDS = 30
_lock = threading.Lock()


def database_url() -> str:
    """Return the URL of the server in use: the configured one, else the private cluster, started when it sleeps."""
    return settings().database_url or cluster.ensure_started()


@lru_cache(maxsize=4)
def _engine_for(url: str) -> Engine:
    # The command line works as the owner and says so; without these words row-level security holds for the owner too.
    return _made(url, f"-c diachiso.owner=all -c diachiso.actor=cli:{_user()}")


def _made(url: str, options: str) -> Engine:
    # Only the hot path prepares its statements (registry.sqlfile.run_prepared): there planning costs more than running.
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=8,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "diachiso",
            "options": f"-c timezone=Asia/Ho_Chi_Minh -c jit=off -c plan_cache_mode=force_generic_plan {options}",
        },
    )


def _user() -> str:
    """Return who runs the command, as the audit trail names him; other letters would have to be quoted."""
    try:
        return re.sub(r"[^\w.-]", "_", getpass.getuser())
    except (KeyError, OSError):
        return "unknown"


def service_engine(url: str | None = None) -> Engine:
    """Return a new engine whose connections may only read doors, codes, units and figures; `security.bound` gives a session more.

    The caller disposes of it.
    """
    return _made(url or _current_url(), f"-c role={rights.READER} -c statement_timeout={_SERVICE_SECONDS}s")


def engine(url: str | None = None) -> Engine:
    """Return the engine of the process for that URL (or for the one in use); thread-safe."""
    with _lock:
        return _engine_for(url or _current_url())


@lru_cache(maxsize=1)
def _current_url() -> str:
    return database_url()


@contextmanager
def session(url: str | None = None) -> Iterator[Session]:
    """Open a session that rolls back unless the caller commits."""
    with Session(engine(url)) as opened:
        yield opened


def alembic_config(connection: Connection) -> Config:
    """Return the migration settings bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str | None = None) -> None:
    """Bring schema, keys of places and counters to the newest version in one transaction; a second call changes nothing."""
    with engine(url).begin() as connection:
        command.upgrade(alembic_config(connection), "head")
        rekey(connection)
        tally.fill(connection)
        rights.put_in_place(connection)
