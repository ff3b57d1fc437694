"""Decides how the house reaches its database: one engine a process, one session a unit of work, migrations to the head."""

import getpass
import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg2
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from registry import cluster, tally
from registry.errors import RefusedError
from registry.models import tables as _tables  # noqa: F401 - a key finds its table, whatever part of the house was loaded
from registry.rekey import rekey
from registry.security import rights
from registry.settings import settings

MIGRATIONS = Path(__file__).parent / "migrations"
_CONNECT_SECONDS = 10
_SOON_SECONDS = 2
_POOL_SECONDS = 3
_REST_SECONDS = 1.0
_OPTIONS = "-c timezone=Asia/Ho_Chi_Minh -c jit=off -c plan_cache_mode=force_generic_plan"
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
        # What goes wrong names the statement, never the values in it: they may be somebody's address.
        hide_parameters=True,
        pool_size=8,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "diachiso",
            "options": f"{_OPTIONS} {options}",
        },
    )


def serving_engine(url: str | None = None, *, statement_seconds: float = 10.0, quick: bool = False) -> Engine:
    """Return an engine for requests that somebody waits for: what does not answer in time is an error, and soon.

    Its connections may only read doors, codes, units and figures; `security.bound` gives a session more.
    It gives up connecting after two seconds (the least that libpq allows), waiting for a connection of the pool after three, a
    statement after `statement_seconds` (`take_time` gives one transaction more), a lock after five, and a peer that vanished
    without a word after ten. With `quick` every statement is a transaction of its own: no BEGIN and no ROLLBACK to wait for. Not for
    imports. The caller disposes of it.
    """
    limits = f"-c statement_timeout={int(statement_seconds * 1000)} -c lock_timeout=5000 -c idle_in_transaction_session_timeout=600000"
    serving = create_engine(
        url or _current_url(),
        hide_parameters=True,
        **({"isolation_level": "AUTOCOMMIT"} if quick else {}),
        # All are kept: connections that come and go with every crowd cost more than they save.
        pool_size=12,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        connect_args={
            "connect_timeout": _SOON_SECONDS,
            "application_name": "diachiso",
            "options": f"{_OPTIONS} -c role={rights.READER} {limits}",
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
        },
    )
    _ping_after_rest(serving)
    return serving


def _ping_after_rest(serving: Engine) -> None:
    """Ask a connection that rested whether it still lives; one that worked a moment ago is believed: asking costs as much as a look-up."""

    def left(_connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's
        record.info["left"] = time.monotonic()

    def taken(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 - the driver's
        if time.monotonic() - record.info.get("left", math.inf) < _REST_SECONDS:
            return
        try:
            serving.dialect.do_ping(connection)
        except psycopg2.Error as error:
            raise DisconnectionError from error

    event.listen(serving, "checkin", left)
    event.listen(serving, "checkout", taken)


def take_time(session: Session, seconds: float) -> None:
    """Let the statements of this transaction take that long; for the few that are known to."""
    # No SELECT: what must be said of a transaction before its first query may still follow.
    session.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))


def _user() -> str:
    """Return who runs the command, as the audit trail names him; other letters would have to be quoted."""
    try:
        return re.sub(r"[^\w.-]", "_", getpass.getuser())
    except (KeyError, OSError):
        return "unknown"


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


@lru_cache(maxsize=1)
def revisions() -> tuple[str, ...]:
    """Return the versions of the schema that this program knows, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def upgrade(url: str | None = None) -> None:
    """Bring schema, keys of places, counters and rights to the newest version in one transaction; a second call changes nothing.

    RefusedError, after the rest is done, where something that protects tables is gone and no text of ours makes it again.
    """
    with engine(url).begin() as connection:
        command.upgrade(alembic_config(connection), "head")
        rekey(connection)
        tally.fill(connection)
        # What was moved on the way has its number in the feed first: a table with triggers that wait is not altered.
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        left = rights.put_in_place(connection)
    if left:
        raise RefusedError(
            f"Bảo vệ của bảng vẫn khác bản đã đặt: {', '.join(left)}.", f"Still protected otherwise than made: {', '.join(left)}.",
            hint="Bỏ những gì đã thêm tay vào các bảng đó; thứ đã mất thì: diachiso db restore TỆP sao lưu",
        )  # fmt: skip
